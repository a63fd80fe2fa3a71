"""Client addresses: whose word counts on them, and how much of them is told."""

import pytest

from graph.config.networks import LOOPBACK
from graph.server.addresses import Addresses
from graph.server.logs.client_addresses import ClientAddresses

FOR, FORWARDED = "x-forwarded-for", "forwarded"


def _shown(peer: str | None, *headers: tuple[str, str], truncates: bool = False) -> str:
    scope = {
        "client": None if peer is None else (peer, 4711),
        "headers": [(name.encode(), text.encode()) for name, text in headers],
    }
    return ClientAddresses(Addresses("", LOOPBACK), truncates=truncates).shown(scope)


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("203.0.113.77", "203.0.113.0"),
        ("127.0.0.1", "127.0.0.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::1", "::"),
        ("::ffff:203.0.113.77", "203.0.113.0"),
        ("fe80::1%eth0", "fe80::"),
    ],
)
def test_an_address_is_truncated(address: str, shown: str) -> None:
    """To 24 bits, of IPv6 to 48; an IPv4 address in IPv6's form is one of IPv4."""
    assert _shown(address, truncates=True) == shown


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ([(FOR, "203.0.113.77")], "203.0.113.77"),
        ([(FOR, "198.51.100.9, 203.0.113.77")], "203.0.113.77"),
        ([(FOR, "203.0.113.77, 127.0.0.1, ::1")], "203.0.113.77"),
        ([(FOR, "198.51.100.9"), (FOR, "203.0.113.77")], "203.0.113.77"),
        ([(FOR, "203.0.113.77:4711")], "203.0.113.77"),
        ([(FOR, "2001:db8::1")], "2001:db8::1"),
        ([(FOR, "[2001:db8::1]:4711")], "2001:db8::1"),
        ([(FOR, "127.0.0.1")], "127.0.0.1"),
        ([(FORWARDED, "for=198.51.100.9, proto=https;For=203.0.113.77")], "203.0.113.77"),
        ([(FORWARDED, 'for="[2001:db8::1]:4711"')], "2001:db8::1"),
        ([(FOR, "unknown")], "-"),
        ([(FORWARDED, "for=_hidden")], "-"),
        ([(FOR, "ann@example.com")], "-"),
        ([(FOR, "")], "-"),
        ([], "127.0.0.1"),
    ],
)
def test_a_trusted_proxy_says_whom_it_was_sent_a_request_by(
    headers: list[tuple[str, str]], shown: str
) -> None:
    """The last that is no trusted proxy counts: what is before it, a client may have made up."""
    assert _shown("127.0.0.1", *headers) == shown


def test_nobody_else_can_say_that() -> None:
    """The address is then that of the connection."""
    assert _shown("203.0.113.77", (FOR, "198.51.100.9")) == "203.0.113.77"


def test_a_unix_socket_has_no_address_but_may_be_a_proxys() -> None:
    """Whoever can reach it is on this machine."""
    assert _shown(None) == "-"
    assert _shown(None, (FOR, "203.0.113.77")) == "203.0.113.77"
