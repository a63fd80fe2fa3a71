"""The settings of proxies and paths: what is taken, and what is answered to a mistake."""

from ipaddress import ip_network

import pytest

from graph.config.networks import LOOPBACK
from graph.config.settings import BadSettings, Settings

ROOT_PATH, PROXIES = "TRAILMARK_ROOT_PATH", "TRAILMARK_TRUSTED_PROXIES"
SOME_PATHS = "allowed are paths of letters, digits and -._~ such as /trailmark"
SOME_PROXIES = "allowed are addresses and networks such as 127.0.0.1,10.0.0.0/8, or none"


@pytest.mark.parametrize(
    ("text", "path"),
    [("/", ""), ("/a", "/a"), (" /a/b-c/ ", "/a/b-c"), ("/~ann/v1.2", "/~ann/v1.2")],
)
def test_a_root_path_is_taken_without_a_slash_at_its_end(text: str, path: str) -> None:
    """One slash alone is none."""
    assert Settings.read({ROOT_PATH: text}).root_path == path


@pytest.mark.parametrize(
    "text", ["trailmark", "/a b", "/a//b", "/../a", "/a/.", "/é", "/a?b", "//a"]
)
def test_what_is_no_root_path_is_told(text: str) -> None:
    """It would be part of every link."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({ROOT_PATH: text})

    assert str(raised.value) == f"{ROOT_PATH} is {text!r}; {SOME_PATHS}"


def test_proxies_are_addresses_and_networks_of_both_versions() -> None:
    """Those on this machine are trusted where nothing is said; none trusts nobody."""
    read = Settings.read({PROXIES: "10.0.0.0/8, 192.0.2.7,2001:db8::/32"}).trusted_proxies

    assert read == tuple(map(ip_network, ("10.0.0.0/8", "192.0.2.7/32", "2001:db8::/32")))
    assert Settings.read({PROXIES: "None"}).trusted_proxies == ()
    assert Settings.read({}).trusted_proxies == LOOPBACK


@pytest.mark.parametrize("text", ["localhost", "10.0.0.1/8", "10.0.0.0/33", "*"])
def test_what_is_no_proxy_is_told(text: str) -> None:
    """A network's address has no bits of a host: else far more would be trusted than was meant."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({PROXIES: f"::1,{text}"})

    assert str(raised.value) == f"{PROXIES} has {text!r}; {SOME_PROXIES}"
