"""Networks and paths that operators name, as settings hold them."""

import ipaddress
import re

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

#: The proxies that are trusted where nothing else is said: those on this machine.
LOOPBACK: tuple[Network, ...] = (
    ipaddress.ip_network("127.0.0.0/8"),
    ipaddress.ip_network("::1/128"),
)
ROOT_PATH = re.compile(r"(?:/(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+)+")
