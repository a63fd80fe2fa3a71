"""Global ids: one name for any node of the schema, as Relay refetches them."""

import base64
import binascii


def global_id(type_name: str, key: str) -> str:
    """The id of a node: its type and its key there, opaque to clients."""
    return _encoded(f"{type_name}:{key}")


def global_ids(joined: str, count: int) -> list[str]:
    """The ids of many nodes, whose types and keys are joined as one ASCII text of equal parts.

    That takes a quarter of the time, where no part is padded: each is of whole groups of three.
    """
    encoded = _encoded(joined)
    width = len(encoded) // max(count, 1)
    return [encoded[at : at + width] for at in range(0, count * width, width)]


def _encoded(text: str) -> str:
    return binascii.b2a_base64(text.encode(), newline=False).decode()


def parse_global_id(text: str) -> tuple[str, str] | None:
    """The type and key behind a global id, or None where it is none."""
    try:
        type_name, colon, key = base64.b64decode(text, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
    return (type_name, key) if colon else None
