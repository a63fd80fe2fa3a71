"""Client addresses: who sent a request, as far as trusted proxies say, and how much is told."""

import ipaddress
from collections.abc import Iterator, Sequence
from functools import lru_cache

from starlette.types import Scope

from graph.server.addresses import Addresses, elements, ip_address, joined_headers

UNKNOWN = "-"
KEPT_BITS = {4: 24, 6: 48}
"""Of an address that is truncated: what a provider gives to many of its clients, or to one site."""

_FORWARDED_FOR, _FORWARDED = b"x-forwarded-for", b"forwarded"


class ClientAddresses:
    """Finds the address that a client has, in full or truncated."""

    def __init__(self, proxies: Addresses, *, truncates: bool) -> None:
        self._proxies = proxies
        self._truncates = truncates

    def shown(self, scope: Scope) -> str:
        """The address as the log has it; `-` where it is not known, as behind a Unix socket."""
        return _shown(self._client(scope), self._truncates)

    def _client(self, scope: Scope) -> str:
        """The last address before those of trusted proxies; each of these adds whom it hears."""
        peer = scope.get("client")
        if not self._proxies.is_trusted(peer):
            return peer[0] if peer else ""
        found = peer[0] if peer else ""
        for found in reversed(list(_forwarded(scope["headers"]))):
            if not self._proxies.is_trusted((found,)):
                break
        return found


def _forwarded(headers: Sequence[tuple[bytes, bytes]]) -> Iterator[str]:
    """What proxies say whom they were sent a request by, without ports, the nearest last."""
    found = joined_headers(headers, (_FORWARDED_FOR, _FORWARDED))
    if _FORWARDED_FOR in found:
        yield from map(_without_port, found[_FORWARDED_FOR].split(","))
        return
    for element in elements(found.get(_FORWARDED, "")):
        if "for" in element:
            yield _without_port(element["for"])


def _without_port(text: str) -> str:
    """The address in `1.2.3.4:5`, `"[2001:db8::1]:5"` and `2001:db8::1`."""
    text = text.strip().strip('"')
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text


@lru_cache(1024)
def _shown(text: str, truncates: bool) -> str:
    address = ip_address(text)
    if address is None:
        return UNKNOWN
    if not truncates:
        return str(address)
    kept = ipaddress.ip_network((int(address), KEPT_BITS[address.version]), strict=False)
    return str(kept.network_address)
