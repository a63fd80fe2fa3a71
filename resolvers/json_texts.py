"""JSON as others send it: whole numbers stay exact, and all that cannot be held is refused."""

import json
import math
from typing import Any

import orjson

# orjson turns what 64 bits cannot hold into a float, and so into another number. Such a number is
# found several times as fast as by a regular expression where all digits are made alike.
_DIGITS_ALIKE = bytes(ord("0") if byte in b"0123456789" else ord(" ") for byte in range(256))
_LONG_NUMBER = b"0" * 19


class NotJson(ValueError):
    """A text is no JSON, or nested or numbered beyond what can be held; says why."""


def from_json(text: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        NotJson: it is none, or nested or numbered beyond what can be held.
    """
    try:
        encoded = text.encode() if isinstance(text, str) else text
        if _LONG_NUMBER in encoded.translate(_DIGITS_ALIKE):
            return _with_long_numbers(encoded)
        return orjson.loads(encoded)
    except json.JSONDecodeError as error:
        why = error.msg
    except UnicodeDecodeError:
        why = "it is not UTF-8"
    except UnicodeEncodeError:
        why = "a text holds half of a character"
    except RecursionError:
        why = "it is nested too deeply"
    except ValueError:
        why = "numbers have at most 4300 digits"
    raise NotJson(why)


def _with_long_numbers(encoded: bytes) -> Any:
    """The value of a JSON text, its whole numbers exact; in all else as strict as orjson."""
    value = json.loads(encoded.decode(), parse_constant=_finite, parse_float=_finite)
    json.dumps(value, ensure_ascii=False).encode()  # no half of a character
    return value


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise json.JSONDecodeError(f"{text[:64]} is no number that can be held", text, 0)
    return number
