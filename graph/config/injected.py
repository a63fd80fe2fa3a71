"""Variables that Kubernetes injects for Services: they look like settings, and are none.

A Service named `trailmark`, or `trailmark-db`, gives every container of its namespace variables
that begin with our prefix (Kubernetes, "Service", environment variables).
"""

import ipaddress
import re
from collections.abc import Callable

_ADDRESS = re.compile(r"(?:tcp|udp|sctp)://(?:\[([^\]]+)\]|([0-9.]+)):([0-9]+)")


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdigit() and int(text) < 65_536


def _is_host(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _is_address(text: str) -> bool:
    found = _ADDRESS.fullmatch(text)
    return found is not None and _is_host(found[1] or found[2]) and _is_port(found[3])


def _is_protocol(text: str) -> bool:
    return text in ("tcp", "udp", "sctp")


_FORMS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = tuple(
    (re.compile(rf"TRAILMARK_([A-Z0-9_]+_)?{name}"), is_value)
    for name, is_value in (
        (r"SERVICE_HOST", _is_host),
        (r"SERVICE_PORT(_[A-Z0-9_]+)?", _is_port),
        (r"PORT", _is_address),
        (r"PORT_[0-9]{1,5}_(TCP|UDP|SCTP)", _is_address),
        (r"PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_PROTO", _is_protocol),
        (r"PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_PORT", _is_port),
        (r"PORT_[0-9]{1,5}_(TCP|UDP|SCTP)_ADDR", _is_host),
    )
)


def is_injected(variable: str, value: str) -> bool:
    """Whether a variable has exactly a name and a value that Kubernetes gives.

    `TRAILMARK_PORT=8000` has not: somebody means a setting, which there is not.
    """
    return any(name.fullmatch(variable) and is_value(value) for name, is_value in _FORMS)
