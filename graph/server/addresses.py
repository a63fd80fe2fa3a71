"""Addresses: where a client sent its request, as far as trusted proxies between say it."""

import ipaddress
import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple

from starlette.types import Scope

from graph.config.networks import LOOPBACK, ROOT_PATH, Network

_HOST = re.compile(r"[A-Za-z0-9._\-\[\]:]{1,255}")
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}
_OF_WEBSOCKETS = {"http": "ws", "https": "wss"}
_READ = {b"x-forwarded-proto", b"x-forwarded-host", b"x-forwarded-prefix", b"forwarded"}


class Forwarded(NamedTuple):
    """What proxies say about a request as the first of them got it; empty where they do not."""

    scheme: str = ""
    host: str = ""
    root_path: str | None = None


class Addresses:
    """Gives requests the scheme, host and path that their clients used.

    `root_path` is the path that a proxy serves us under. A proxy may take it off what it passes on,
    or leave it there; what X-Forwarded-Prefix says counts before it.
    """

    def __init__(self, root_path: str = "", proxies: Sequence[Network] = LOOPBACK) -> None:
        self._root_path = root_path
        self._proxies = tuple(proxies)

    def resolve(self, scope: Scope) -> None:
        """Put a request's scheme, host, root path and path into its scope."""
        forwarded = Forwarded()
        if self.is_trusted(scope.get("client")):
            forwarded = read_forwarded(scope["headers"])
        if forwarded.scheme:
            is_socket = scope["type"] == "websocket"
            scheme = forwarded.scheme
            scope["scheme"] = _OF_WEBSOCKETS[scheme] if is_socket else scheme
        if forwarded.host:
            others = [pair for pair in scope["headers"] if pair[0] != b"host"]
            scope["headers"] = [(b"host", forwarded.host.encode()), *others]
        root = self._root_path if forwarded.root_path is None else forwarded.root_path
        if root:
            _put_under(root, scope)

    def is_trusted(self, client: Sequence[str] | None) -> bool:
        """Whether a peer is a trusted proxy; the peer of a Unix socket is on this machine."""
        return _is_among(client[0] if client else "127.0.0.1", self._proxies)


@lru_cache(1024)
def _is_among(text: str, networks: tuple[Network, ...]) -> bool:
    address = ip_address(text)
    return address is not None and any(address in network for network in networks)


def ip_address(text: str) -> IPv4Address | IPv6Address | None:
    """The address that a text is, an IPv4 one where IPv6 only wraps it; None if it is none."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def read_forwarded(headers: Sequence[tuple[bytes, bytes]]) -> Forwarded:
    """What headers say of the address that a client used; what cannot be one is passed over.

    Each proxy adds to the end of a list, so the first of it is what the client used. Paths are
    taken off one after the other, so all of them together lead to us.
    """
    found = joined_headers(headers, _READ)
    if not found:
        return Forwarded()
    standard = next(elements(found.get(b"forwarded", "")))
    scheme = _first(found.get(b"x-forwarded-proto", "")) or standard.get("proto", "")
    host = _first(found.get(b"x-forwarded-host", "")) or standard.get("host", "")
    return Forwarded(
        _SCHEMES.get(scheme.lower(), ""),
        host if _HOST.fullmatch(host) else "",
        _joined_path(found.get(b"x-forwarded-prefix")),
    )


def _first(text: str) -> str:
    return text.partition(",")[0].strip()


def joined_headers(
    headers: Sequence[tuple[bytes, bytes]], names: Collection[bytes]
) -> dict[bytes, str]:
    """The headers of these names that are there; those of one name are one list, by commas."""
    found: dict[bytes, str] = {}
    for name, value in headers:
        if name in names:
            text = value.decode("latin-1")
            found[name] = f"{found[name]},{text}" if name in found else text
    return found


def elements(text: str) -> Iterator[dict[str, str]]:
    """The elements of a `Forwarded` header (RFC 7239), each by its parameters, the nearest last."""
    for element in text.split(","):
        pairs = (part.partition("=") for part in element.split(";"))
        yield {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


def _joined_path(text: str | None) -> str | None:
    if text is None:
        return None
    path = "".join(part.strip().rstrip("/") for part in text.split(","))
    return path if not path or ROOT_PATH.fullmatch(path) else None


def _put_under(root: str, scope: Scope) -> None:
    """Have a request under a root path, whether or not the proxy has taken that off."""
    scope["root_path"] = root
    scope["path"] = _under(root, scope["path"])
    if raw := scope.get("raw_path"):
        scope["raw_path"] = _under(root, raw.decode("latin-1")).encode("latin-1")


def _under(root: str, path: str) -> str:
    if path == root:
        return root + "/"
    return path if path.startswith(root + "/") else root + path
