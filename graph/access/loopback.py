"""Which names and addresses are this machine and no other."""

import ipaddress
import re

from graph.short_cache import cached_if_short

_HOST_LENGTH = 260  # of a name (RFC 1035, 2.3.4) and a port
_HOST = re.compile(
    r"(?:\[([0-9a-f.]*:[0-9a-f:.]*)\]|([a-z0-9._-]+))(?::([0-9]{1,5}))?", re.ASCII | re.IGNORECASE
)
_LAST_PORT = 65_535
_LOCALHOST = re.compile(r"(?:[a-z0-9_-]+\.)*localhost", re.ASCII | re.IGNORECASE)


@cached_if_short
def names_loopback(host: str) -> bool:
    """Whether the whole of a Host (RFC 9110, 7.2) is this machine, perhaps with a port."""
    found = _HOST.fullmatch(host) if len(host) <= _HOST_LENGTH else None
    if found is None:
        return False
    address, name, port = found.groups()
    return is_loopback(address or name) and (port is None or int(port) <= _LAST_PORT)


@cached_if_short
def is_loopback(host: str) -> bool:
    """Whether a name or an address reaches nothing but this machine."""
    if _LOCALHOST.fullmatch(host):
        return True
    try:
        address = ipaddress.ip_address(host)
        return (getattr(address, "ipv4_mapped", None) or address).is_loopback
    except ValueError:
        return False
