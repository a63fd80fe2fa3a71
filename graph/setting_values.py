"""How the texts of settings are read; each mistake is told with what is allowed."""

import math
import re
from functools import partial
from pathlib import Path

from limits import parse, parse_many

from graph.usertokens import public_key_algorithm
from models.database import BadDatabaseUrl, Database
from models.vocabulary import ActionType, PrivacyLevel

LEAST_LENGTH = 16  # of a secret
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")
_ORIGINS = "allowed are origins such as https://app.example, separated by commas"
_WEIGHTS = "allowed are actions and numbers such as REPLY=4,HIDE=-3"
_SWITCH = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}


def url(text: str) -> str:
    try:
        Database.at(text)
    except BadDatabaseUrl as error:
        raise ValueError(str(error)) from None
    return text


def secret(text: str) -> str:
    if len(text) < LEAST_LENGTH:
        raise ValueError(f"has {len(text)} characters; allowed are {LEAST_LENGTH} or more")
    return text


def whole(text: str, least: int, most: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        raise ValueError(f"is {text[:64]!r}; allowed are {what} from {least} to {most}")
    return int(text)


count = partial(whole, least=1, most=1_000_000_000, what="whole numbers")
days = partial(whole, least=0, most=36_500, what="whole days (0 keeps all)")


def origins(text: str) -> tuple[str, ...]:
    origins = tuple(_parts(text, _ORIGINS))
    for origin in origins:
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(f"has {origin[:64]!r}; {_ORIGINS}")
    return origins


def weights(text: str) -> dict[ActionType, float]:
    weights: dict[ActionType, float] = {}
    for part in _parts(text, _WEIGHTS):
        name, _, number = part.partition("=")
        try:
            action, weight = ActionType(name.strip().upper()), float(number)
        except ValueError:
            raise ValueError(f"has {part[:64]!r}; {_WEIGHTS}") from None
        if not abs(weight) <= 1_000_000:
            raise ValueError(f"has {part[:64]!r}; allowed are numbers from -1000000 to 1000000")
        if action in weights:
            raise ValueError(f"has {part[:64]!r}; allowed is each action once")
        weights[action] = weight
    return weights


def _parts(text: str, allowed: str) -> list[str]:
    """What commas are between, at least one; a comma at the end does no harm."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if not parts:
        raise ValueError(f"is {text[:64]!r}; {allowed}")
    return parts


def duration(text: str) -> float:
    try:
        duration = float(text)
    except ValueError:
        duration = math.nan
    if not 0.01 <= duration <= 36_500:
        raise ValueError(f"is {text[:64]!r}; allowed are numbers from 0.01 to 36500")
    return duration


def switch(text: str) -> bool:
    try:
        return _SWITCH[text.strip().lower()]
    except KeyError:
        raise ValueError(f"is {text[:64]!r}; allowed are {', '.join(_SWITCH)}") from None


def text(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; allowed is a text")
    return text.strip()


def public_key(text: str) -> str:
    """A key in PEM, its line ends perhaps written as \\n, or the file that holds one."""
    pem = text.replace("\\n", "\n") if "-----BEGIN" in text else _file(text)
    try:
        public_key_algorithm(pem)
    except ValueError as error:
        raise ValueError(f"is no public key: {error}; allowed are RSA and P-256, in PEM") from None
    return pem


def _file(name: str) -> str:
    try:
        return Path(name).read_text()
    except (OSError, ValueError):
        raise ValueError("is neither PEM nor a file; allowed are both") from None


def jwks_url(text: str) -> str:
    if not re.match(r"https://.|http://(127\.0\.0\.1|localhost|\[::1\])[:/]", text):
        address = re.sub("//.*@", "//…@", text)[:64]  # before an @ may be a password
        allowed = "allowed is an https:// address, or an http:// one on this machine"
        raise ValueError(f"is {address!r}; {allowed}")
    return text


def privacy(text: str) -> PrivacyLevel:
    try:
        return PrivacyLevel[text.strip().upper()]
    except KeyError:
        allowed = ", ".join(level.name.lower() for level in PrivacyLevel)
        raise ValueError(f"is {text[:64]!r}; allowed are {allowed}") from None


def rate(text: str) -> str:
    if text.strip().lower() in ("none", "off"):
        return ""
    try:
        if parse(text).amount < 1 or len(parse_many(text)) > 1:
            raise ValueError
    except ValueError:
        raise ValueError(
            f"is {text[:64]!r}; allowed are rates such as 600/minute, or none"
        ) from None
    return text
