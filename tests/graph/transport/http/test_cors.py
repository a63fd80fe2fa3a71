"""Cross-origin requests: which pages may call the server, and what they may send to it."""

import pytest
from starlette.types import Scope
from websockets.exceptions import InvalidStatus

from graph.config.settings import BadSettings, Settings
from graph.transport.origins import is_foreign, normalized
from tests.support.client import FixedClock
from tests.support.live.clients import serving_streams
from tests.support.serving import Settling, serving

ORIGINS, HEADERS = "TRAILMARK_CORS_ORIGINS", "TRAILMARK_CORS_HEADERS"
SOME_ORIGINS = "allowed are origins such as https://app.example, separated by commas"
APP = "https://app.example"
USUAL = (
    "authorization, content-type, content-encoding, last-event-id, traceparent, tracestate, "
    "baggage, sentry-trace, x-request-id, x-datadog-trace-id, x-datadog-parent-id, "
    "x-datadog-origin, x-datadog-sampling-priority, b3, x-b3-traceid, apollographql-client-name, "
    "apollographql-client-version, x-apollo-operation-name, apollo-require-preflight"
)


@pytest.mark.parametrize("address", ["/graphql", "/activities/", "/export"])
@pytest.mark.parametrize(
    ("asked", "status"), [(USUAL, 200), ("X-Tenant", 200), ("x-other", 400), ("x-tenant, x-o", 400)]
)
async def test_a_page_may_send_the_usual_headers_and_those_of_the_setting(
    settings: Settling, clock: FixedClock, address: str, asked: str, status: int
) -> None:
    """As a browser asks before; of others it is told no."""
    settled = settings(cors_origins=(APP,), cors_headers=("x-tenant",))
    ask = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": asked}
    async with serving(settled, clock) as caller:
        answer = await caller.http.options(address, headers={"Origin": APP, **ask})

    assert answer.status_code == status
    assert answer.headers["access-control-allow-origin"] == APP
    assert "x-tenant" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("configured", "origin", "may"),
    [
        (APP, APP, True),
        (f"{APP}:443", APP, True),
        (APP, f"{APP}:443", True),
        (APP, f"{APP}:80", False),
        (APP, "http://app.example", False),
        ("HTTPS://App.Example", APP, True),
        ("http://[::1]:80", "http://[::1]", True),
        ("capacitor://localhost", "capacitor://localhost", True),
        ("tauri://localhost", "tauri://localhost", True),
        ("file://", "file://", True),
        (APP, "null", False),
        (APP, "", False),
    ],
)
async def test_origins_are_compared_as_browsers_do(
    settings: Settling, clock: FixedClock, configured: str, origin: str, may: bool
) -> None:
    """For answers and for WebSockets alike."""
    read = Settings.read({ORIGINS: configured}).cors_origins
    async with serving_streams(settings(cors_origins=read), clock) as live:
        answer = await live.http.post(
            "/graphql", json={"query": "{ __typename }"}, headers={"Origin": origin}
        )
        try:
            async with live.connected(origin=origin) as socket:
                await socket.init()
                is_open = True
        except InvalidStatus:
            is_open = False

    assert answer.headers.get("access-control-allow-origin") == (origin if may else None)
    assert is_open is may


@pytest.mark.parametrize(
    ("origin", "host", "own"),
    [
        (APP, "app.example", True),
        (APP, "APP.example:443", True),
        (APP, "app.example:80", False),
        ("http://app.example", "app.example:80", True),
        (f"{APP}:8443", "app.example:8443", True),
        (f"{APP}:8443", "app.example", False),
        ("http://[::1]:8000", "[::1]:8000", True),
        ("null", "null", False),
        (APP, "", False),
        ("https://[", "[", False),
        ("capacitor://localhost", "localhost", False),
        ("file://", "", False),
        (APP, "x@app.example", False),
        ("https://app.example.", "app.example", False),
        (f"{APP}.evil.example", "app.example", False),
        (f"{APP}/", "app.example", False),
    ],
)
def test_an_origin_is_that_of_a_host(origin: str, host: str, own: bool) -> None:
    """A port that is the scheme's own may be said or not, by proxies too."""
    assert is_foreign(_scope("http", origin=origin, host=host)) is not own


@pytest.mark.parametrize(("scheme", "own"), [("https", True), ("wss", True)])
def test_over_tls_a_page_without_it_is_foreign(scheme: str, own: bool) -> None:
    """Whoever is between may have written that page. Without TLS a proxy may have it before us."""
    assert is_foreign(_scope(scheme, origin=APP, host="app.example")) is not own
    assert is_foreign(_scope(scheme, origin="http://app.example", host="app.example"))
    assert not is_foreign(_scope("http", origin="http://app.example", host="app.example"))


def test_two_origins_or_two_hosts_are_nobodys() -> None:
    """No browser sends them, and which of them counts is for each reader to say."""
    own = [(b"origin", APP.encode()), (b"host", b"app.example")]
    for twice in (b"origin", b"host"):
        scope = {
            "type": "http",
            "scheme": "http",
            "headers": own + [e for e in own if e[0] == twice],
        }
        assert is_foreign(scope)


def _scope(scheme: str, **headers: str) -> Scope:
    named = [(name.encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "scheme": scheme, "headers": named}


@pytest.mark.parametrize("text", ["https://", "app.example", "https://a b", "https://*.example"])
def test_what_is_no_origin_is_told(text: str) -> None:
    """It would allow nobody, or more than was meant."""
    assert normalized(text) == ""
    with pytest.raises(BadSettings) as raised:
        Settings.read({ORIGINS: text})

    assert str(raised.value) == f"{ORIGINS} has {text!r}; {SOME_ORIGINS}"


def test_the_origin_of_no_page_in_particular_is_refused() -> None:
    """Any site can have it, by a frame in a sandbox."""
    with pytest.raises(BadSettings) as raised:
        Settings.read({ORIGINS: "null"})

    why = "which sandboxed frames of any site send too"
    assert str(raised.value) == f"{ORIGINS} has 'null', {why}; {SOME_ORIGINS}"


def test_headers_are_names() -> None:
    """Separated by commas; an asterisk is none."""
    assert Settings.read({HEADERS: "X-Tenant, x_b"}).cors_headers == ("X-Tenant", "x_b")
    with pytest.raises(BadSettings, match=r"has '\*'; allowed are names of headers"):
        Settings.read({HEADERS: "*"})
