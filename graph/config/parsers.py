"""How the texts of settings are read; each mistake says what is allowed."""

import ipaddress
import math
import re
from functools import partial
from pathlib import Path

from limits import parse, parse_many

from graph.access.public_keys import ALLOWED, pem_algorithm
from graph.config.follower_places import FollowerPlace
from graph.config.log_formats import LogFormat
from graph.config.networks import ROOT_PATH, Network
from graph.transport.origins import normalized
from models.database.addresses import BadDatabaseUrl
from models.database.database import Database
from models.vocabulary import ActionType, PrivacyLevel

LEAST_LENGTH = 16  # of a secret
_PUBLIC_KEY = "TRAILMARK_TOKEN_PUBLIC_KEY"
_HEADER_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ORIGINS = "allowed are origins such as https://app.example, separated by commas"
_WEIGHTS = "allowed are actions and numbers such as REPLY=4,HIDE=-3"
_SWITCH = {"1": True, "true": True, "on": True, "0": False, "false": False, "off": False}


def url(text: str) -> str:
    try:
        Database.at(text)
    except BadDatabaseUrl as error:
        raise ValueError(str(error)) from None
    return text


def replica_urls(text: str) -> tuple[str, ...]:
    """Addresses of PostgreSQL between commas, in which passwords are never quoted."""
    urls = tuple(each.strip() for each in re.split(r",(?=\s*[a-z]+://)", text.strip().strip(",")))
    for number, each in enumerate(urls, 1):
        _check_replica(each, f"has at place {number} what")
    return urls


def _check_replica(address: str, place: str) -> None:
    try:
        replica = Database.at(url(address))
    except ValueError as error:
        raise ValueError(f"{place} {error}") from None
    if replica.is_embedded:
        raise ValueError(f"{place} is a file; allowed are addresses of PostgreSQL's standbys")
    if isinstance(replica.credentials.get("host"), list):
        raise ValueError(f"{place} names several hosts; give each standby an address of its own")


def secret(text: str) -> str:
    if len(text) < LEAST_LENGTH:
        raise ValueError(f"has {len(text)} characters; allowed are {LEAST_LENGTH} or more")
    return text


def file_text(name: str) -> str:
    """What a file holds, but for the line end that editors add.

    Errors do not quote the name: it may be a secret, given where its file was meant.
    """
    try:
        return Path(name).read_text("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise ValueError("names a file that is not UTF-8") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name has a zero character"
        raise ValueError(f"names a file that cannot be read: {reason}") from None


def token_secret(text: str) -> str:
    """A secret for HS256; a key in PEM put here would have every token refused."""
    if "-----BEGIN" in text:
        raise ValueError(f"is a key in PEM; allowed is a text, or set {_PUBLIC_KEY} in its place")
    return secret(text)


def whole(text: str, least: int, most: int, what: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 12 and least <= int(text) <= most):
        raise ValueError(f"is {text[:64]!r}; allowed are {what} from {least} to {most}")
    return int(text)


count = partial(whole, least=1, most=1_000_000_000, what="whole numbers")
leeway = partial(whole, least=0, most=3_600, what="whole seconds")
days = partial(whole, least=0, most=36_500, what="whole days (0 keeps all)")


def origins(text: str) -> tuple[str, ...]:
    origins = []
    for origin in _parts(text, _ORIGINS):
        if origin.lower() == "null":
            why = "which sandboxed frames of any site send too"
            raise ValueError(f"has 'null', {why}; {_ORIGINS}")
        if not normalized(origin):
            raise ValueError(f"has {origin[:64]!r}; {_ORIGINS}")
        origins.append(normalized(origin))
    return tuple(dict.fromkeys(origins))


def header_names(text: str) -> tuple[str, ...]:
    allowed = "allowed are names of headers such as x-tenant, separated by commas"
    names = tuple(_parts(text, allowed))
    for name in names:
        if not _HEADER_NAME.fullmatch(name):
            raise ValueError(f"has {name[:64]!r}; {allowed}")
    return names


def root_path(text: str) -> str:
    path = text.strip().rstrip("/")
    if not (ROOT_PATH.fullmatch(path) or text.strip() == "/"):
        allowed = "allowed are paths of letters, digits and -._~ such as /trailmark"
        raise ValueError(f"is {text[:64]!r}; {allowed}")
    return path


def proxies(text: str) -> tuple[Network, ...]:
    if text.strip().lower() == "none":
        return ()
    allowed = "allowed are addresses and networks such as 127.0.0.1,10.0.0.0/8, or none"
    networks = []
    for part in _parts(text, allowed):
        try:
            networks.append(ipaddress.ip_network(part))
        except ValueError:
            raise ValueError(f"has {part[:64]!r}; {allowed}") from None
    return tuple(networks)


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
    return _number(text, 0.01, 36_500)


def share(text: str) -> float:
    return _number(text, 0, 1)


def _number(text: str, least: float, most: float) -> float:
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise ValueError(f"is {text[:64]!r}; allowed are numbers from {least:g} to {most:g}")
    return number


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
        pem_algorithm(pem)
    except ValueError as error:
        raise ValueError(
            f"is no public key for tokens: {error}; allowed are {ALLOWED}, in PEM"
        ) from None
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


def follower_place(text: str) -> FollowerPlace:
    try:
        return FollowerPlace(text.strip().lower())
    except ValueError:
        raise ValueError(f"is {text[:64]!r}; allowed are {', '.join(FollowerPlace)}") from None


def log_format(text: str) -> LogFormat:
    try:
        return LogFormat(text.strip().lower())
    except ValueError:
        raise ValueError(f"is {text[:64]!r}; allowed are {', '.join(LogFormat)}") from None


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
