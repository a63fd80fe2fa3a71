"""Pages of other origins: what they have a visitor's browser send changes nothing."""

from collections.abc import AsyncIterator

import pytest

from graph.config.settings import Settings
from tests.support.access.callers import SCOPES, TOKEN_SECRET, Guarded, serving_guarded
from tests.support.pasts import everything
from tests.support.serving import SECRET

RECORD = """mutation { recordInteraction(
  input: {userId: "ann", action: VIEW, postId: "p"}) { outcome } }"""
SUBSCRIBE = "subscription { count(to: 2) }"
ROW = '{"user_id": "ann", "activity_type": "view", "post_id": "p"}'
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
APP = "https://app.example"
FOREIGN = [
    "https://evil.example",
    "null",
    "",
    "file://",
    "http://127.0.0.1",
    "http://127.0.0.1:{port}0",
    "http://127.0.0.1:{port}.evil.example",
    "http://127.0.0.1:{port}@evil.example",
    "http://127.0.0.1:{port}/",
    "http://localhost:{port}",
    "chrome-extension://127.0.0.1:{port}",
    "https://app.example:8443",
    "http://app.example",
    "https://sub.app.example",
    "https://app.example.evil.example",
]
OWN = ["http://127.0.0.1:{port}", "HTTP://127.0.0.1:{port}", APP, f"{APP}:443"]
MESSAGE = "a page of another origin may change nothing; TRAILMARK_CORS_ORIGINS names those that may"
#: What changes something, or would if the server knew it: a method, an address and a body.
CHANGING = [
    ("POST", "/graphql", RECORD),
    ("POST", "/graphql", SUBSCRIBE),
    ("PUT", "/graphql", RECORD),
    ("PATCH", "/graphql", RECORD),
    ("DELETE", "/graphql", RECORD),
    ("POST", "/activities/", ROW),
    ("POST", "/engagement/recalculate/", ""),
    ("POST", "/api/v1/privacy", '{"user_id": "ann", "privacy_level": "none"}'),
    ("DELETE", "/api/v1/privacy/data?user_id=ann", ""),
]
MEDIA = [JSON, FORM, "text/plain", "multipart/form-data; boundary=b", ""]
ACCEPTED = [JSON, "text/event-stream", "multipart/mixed;subscriptionSpec=1.0"]


@pytest.fixture(params=["open", pytest.param("keys", marks=pytest.mark.slow)])
async def served(
    request: pytest.FixtureRequest, sqlite_url: str
) -> AsyncIterator[tuple[Guarded, dict[str, str]]]:
    """A server that lets pages of one other origin in, and what its caller must send."""
    is_open = request.param == "open"
    secret = None if is_open else TOKEN_SECRET
    settings = Settings(sqlite_url, SECRET, cors_origins=(APP,), token_secret=secret)
    async with serving_guarded(settings, *(() if is_open else SCOPES)) as guarded:
        yield guarded, {} if is_open else guarded.headers("admin")


async def test_a_foreign_page_changes_nothing(served: tuple[Guarded, dict[str, str]]) -> None:
    """By no method and address, whatever its origin has in common with ours."""
    guarded, credentials = served
    before = await everything(guarded.url)

    for origin in FOREIGN:
        headers = {**credentials, "Origin": origin.format(port=guarded.port)}
        for method, path, body in CHANGING:
            assert await _sent(guarded, headers, (method, path, body)) == (403, MESSAGE), (
                origin,
                method,
                path,
            )

    assert await everything(guarded.url) == before


async def test_no_form_of_a_request_lets_a_foreign_page_in(
    served: tuple[Guarded, dict[str, str]],
) -> None:
    """Neither what browsers send without asking first, nor what would be answered by a stream."""
    guarded, credentials = served
    for media in MEDIA:
        for accept in ACCEPTED:
            headers = {"Origin": FOREIGN[0], "Content-Type": media, "Accept": accept}
            for sent in CHANGING[:2]:
                status, _ = await _sent(guarded, {**credentials, **headers}, sent)
                assert status == 403


async def test_what_browsers_say_of_the_site_counts_without_an_origin(
    served: tuple[Guarded, dict[str, str]],
) -> None:
    """From elsewhere nothing is taken; from the address bar and from the same origin all is."""
    guarded, credentials = served
    statuses = {
        site: (await _sent(guarded, {**credentials, "Sec-Fetch-Site": site}, CHANGING[0]))[0]
        for site in ("cross-site", "same-site", "Cross-Site", "", "same-origin", "none")
    }

    assert statuses == {
        "cross-site": 403,
        "same-site": 403,
        "Cross-Site": 403,
        "": 200,
        "same-origin": 200,
        "none": 200,
    }


async def test_our_own_pages_and_those_of_the_setting_are_let_in(
    served: tuple[Guarded, dict[str, str]],
) -> None:
    """Compared as browsers do; other clients send no origin."""
    guarded, credentials = served
    for origin in OWN:
        headers = {**credentials, "Origin": origin.format(port=guarded.port)}
        assert await _sent(guarded, headers, CHANGING[0]) == (200, ""), origin
        assert await _sent(guarded, headers, CHANGING[6]) == (200, ""), origin
    assert await _sent(guarded, credentials, CHANGING[0]) == (200, "")


async def test_a_foreign_page_may_still_ask(served: tuple[Guarded, dict[str, str]]) -> None:
    """GET changes nothing, and its browser does not let the page read the answer."""
    guarded, credentials = served
    headers = {**credentials, "Origin": FOREIGN[0]}

    answer = await guarded.http.get("/graphql", params={"query": "{ __typename }"}, headers=headers)

    assert answer.status_code == 200
    assert "access-control-allow-origin" not in answer.headers


async def test_behind_a_proxy_that_changes_the_host_a_page_is_ours_if_its_browser_says_so(
    served: tuple[Guarded, dict[str, str]],
) -> None:
    """Where there are credentials. Without any, only the Host tells whose page it is."""
    guarded, credentials = served
    headers = {"Origin": "https://public.example", "Sec-Fetch-Site": "same-origin"}

    status, _ = await _sent(guarded, {**credentials, **headers}, CHANGING[0])

    assert status == (200 if credentials else 403)


async def test_behind_a_proxy_that_tells_the_host_its_pages_are_ours(sqlite_url: str) -> None:
    """X-Forwarded-Host and -Proto of a trusted proxy are what the page's origin is compared to."""
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET)
    async with serving_guarded(settings, *SCOPES) as guarded:
        told = {"X-Forwarded-Host": "public.example", "X-Forwarded-Proto": "https"}
        statuses = {
            origin: (
                await _sent(
                    guarded, {**guarded.headers("admin"), **told, "Origin": origin}, CHANGING[0]
                )
            )[0]
            for origin in ("https://public.example", "http://public.example", APP)
        }

    assert statuses == {"https://public.example": 200, "http://public.example": 403, APP: 403}


async def _sent(
    guarded: Guarded, headers: dict[str, str], sent: tuple[str, str, str]
) -> tuple[int, str]:
    """The status, and the message of a refusal."""
    method, path, body = sent
    if path == "/graphql":
        content: dict[str, object] = {"json": {"query": body}}
    else:
        content = {"content": body}
    headers = {"Content-Type": JSON, **headers}
    answer = await guarded.http.request(method, path, headers=headers, **content)  # type: ignore[arg-type]
    if answer.status_code == 200 or "event-stream" in answer.headers["content-type"]:
        return answer.status_code, ""
    refusal = answer.json()
    return answer.status_code, refusal.get("error") or refusal["errors"][0]["message"]
