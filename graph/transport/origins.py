"""Origins: which pages a request comes from, compared as browsers compare them."""

import re
from collections.abc import Collection

from starlette.types import Scope

_ORIGIN = re.compile(r"([a-z][a-z0-9+.-]*)://(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::([0-9]{1,5}))?")
_OF_FILES = "file://"
_ORIGIN_HEADER, _SITE_HEADER = _OF_PAGES = (b"origin", b"sec-fetch-site")
_SAME = b"same-origin"
_NOT_FOREIGN = (b"", _SAME, b"none")  # none: its user typed the address
_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def normalized(origin: str) -> str:
    """An origin in lower case and without its scheme's own port; empty if it is none."""
    text = origin.strip().lower()
    found = _ORIGIN.fullmatch(text)
    if found is None:
        return text if text == _OF_FILES else ""
    scheme, host, port = found.groups()
    is_default = port is None or port == _DEFAULT_PORTS.get(scheme)
    return f"{scheme}://{host}" if is_default else f"{scheme}://{host}:{port}"


def is_foreign(scope: Scope, allowed: Collection[str] = (), *, believes_site: bool = False) -> bool:
    """Whether a page of another origin than ours sends a request, and than those allowed.

    Browsers name the page's origin with whatever may change something, and by Sec-Fetch-Site say
    how it relates to the address. No page can alter either, and other clients send neither.
    """
    told = [pair for pair in scope["headers"] if pair[0] in _OF_PAGES]
    if not told:
        return False
    origins = [value for name, value in told if name == _ORIGIN_HEADER]
    site = next((value.lower() for name, value in told if name == _SITE_HEADER), b"")
    if not origins:
        return site not in _NOT_FOREIGN
    if believes_site and site == _SAME:
        return False
    origin = normalized(origins[0].decode("latin-1"))
    return len(origins) > 1 or not (origin in allowed or _is_own(origin, scope))


def host_of(scope: Scope) -> str:
    """The Host of a request; empty where it has none, or more than the one it may have."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return str(hosts[0], "latin-1") if len(hosts) == 1 else ""


def _is_own(origin: str, scope: Scope) -> bool:
    """Whether an origin is the server's; of a scheme that is not safe, a proxy may know better."""
    scheme = origin.partition("://")[0]
    is_safe = scope["scheme"] in ("https", "wss")
    if scheme not in (("https",) if is_safe else ("http", "https")):
        return False
    return origin == normalized(f"{scheme}://{host_of(scope)}")
