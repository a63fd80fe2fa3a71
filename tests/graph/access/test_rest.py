"""Who may do what over REST: route by route, as with the GraphQL field behind each."""

from typing import Any

import httpx
import pytest

from graph.config.settings import Settings
from graph.rest.routes import OPERATIONS
from tests.support.access.callers import SCOPES, TOKEN_SECRET, Guarded, alias, serving_guarded
from tests.support.client import FixedClock
from tests.support.pasts import everything
from tests.support.serving import SECRET

pytestmark = pytest.mark.either_database

ANN, BOB = alias("ann"), alias("bob")
CALLERS = ("nobody", "record", "read", "admin", "ann")
INTERACTION = {"user_id": "ann", "post_id": "p", "action_type": "favorite"}
ACTIVITY = {"user": "ann", "activity_type": "vibe", "target": "p"}

#: Each route: what is sent to it, about Ann, and who may.
ROUTES: dict[str, tuple[dict[str, Any], set[str]]] = {
    "POST /api/v1/interactions": ({"json": INTERACTION}, {"record", "admin", "ann"}),
    "GET /api/v1/interactions/{post_id}": ({}, {"read", "admin", "ann"}),
    "GET /api/v1/interactions/user/{user_alias}": ({}, {"read", "admin", "ann"}),
    "GET /api/v1/privacy": ({"params": {"user_id": "ann"}}, {"read", "admin", "ann"}),
    "POST /api/v1/privacy": (
        {"json": {"user_id": "ann", "tracking_level": "limited"}},
        {"admin", "ann"},
    ),
    "GET /api/v1/privacy/export": ({"params": {"user_id": "ann"}}, {"admin", "ann"}),
    "DELETE /api/v1/privacy/data": (
        {"params": {"user_id": "ann", "confirm": "true"}},
        {"admin", "ann"},
    ),
    "GET /api/v1/recommendations": ({"params": {"user_id": "ann"}}, {"read", "admin", "ann"}),
    "GET /activities/": ({}, {"read", "admin", "ann"}),
    "POST /activities/": ({"json": ACTIVITY}, {"record", "admin", "ann"}),
    "GET /activities/recent/": ({}, {"read", "admin", "ann"}),
    "GET /engagement/": ({}, {"read", "admin"}),
    "POST /engagement/recalculate/": ({}, {"admin"}),
    "GET /stats/": ({}, {"read", "admin"}),
    "GET /export": ({"params": {"user_id": "ann"}}, {"admin", "ann"}),
}
#: What a token of Ann's must not do: each names Bob.
TRESPASSES: list[tuple[str, str, dict[str, Any]]] = [
    ("POST", "/api/v1/interactions", {"json": INTERACTION | {"user_id": "bob"}}),
    ("GET", f"/api/v1/interactions/user/{BOB}", {}),
    ("GET", "/api/v1/privacy", {"params": {"user_id": "bob"}}),
    ("GET", "/api/v1/privacy", {"params": {"user_alias": BOB}}),
    ("POST", "/api/v1/privacy", {"json": {"user_id": "bob", "tracking_level": "none"}}),
    ("GET", "/api/v1/privacy/export", {"params": {"user_id": "bob"}}),
    ("GET", "/export", {"params": {"user_id": "bob"}}),
    ("GET", "/export", {"params": {"user_alias": BOB}}),
    ("DELETE", "/api/v1/privacy/data", {"params": {"user_id": "bob", "confirm": "true"}}),
    ("GET", "/api/v1/recommendations", {"params": {"user_id": "bob"}}),
    ("GET", "/activities/", {"params": {"user": "bob"}}),
    ("GET", "/activities/", {"params": {"user": BOB}}),
    ("GET", "/activities/recent/", {"params": {"user": "bob", "activity_type": "vibe"}}),
    ("POST", "/activities/", {"json": ACTIVITY | {"user": BOB}}),
]


async def ask(guarded: Guarded, who: str, method: str, path: str, **sent: Any) -> httpx.Response:
    """What someone is answered."""
    address = path.format(post_id="p", user_alias=ANN)
    return await guarded.http.request(method, address, headers=guarded.headers(who), **sent)


async def fill(guarded: Guarded) -> None:
    for user in ("ann", "bob"):
        for path, body in (
            ("/api/v1/interactions", INTERACTION | {"user_id": user}),
            ("/activities/", ACTIVITY | {"user": user}),
        ):
            answer = await ask(guarded, "admin", "POST", path, json=body)
            assert answer.is_success, answer.text


def test_every_route_is_tried() -> None:
    """A new route needs a line here."""
    assert [f"{each.method} {each.path}" for each in OPERATIONS] == list(ROUTES)


@pytest.mark.parametrize("who", CALLERS)
async def test_who_may_use_which_route(any_guarded: Guarded, who: str) -> None:
    """401 without credentials, 403 without the right; what is refused tells and changes nothing."""
    guarded = any_guarded
    await fill(guarded)
    before = await everything(guarded.url)
    allowed = {route for route, (_, callers) in ROUTES.items() if who in callers}

    for route in ROUTES.keys() - allowed:
        answer = await ask(guarded, who, *route.split(" "), **ROUTES[route][0])
        assert answer.status_code == (401 if who == "nobody" else 403), route
        assert set(answer.json()) == {"error", "code"}, route
    assert await everything(guarded.url) == before

    for route in [each for each in ROUTES if each in allowed]:
        answer = await ask(guarded, who, *route.split(" "), **ROUTES[route][0])
        assert answer.is_success, (route, answer.text)


@pytest.mark.parametrize(("method", "path", "sent"), TRESPASSES)
async def test_a_user_s_token_reaches_nobody_else(
    guarded: Guarded, method: str, path: str, sent: dict[str, Any]
) -> None:
    """403, whether or not there is anything; nothing is changed."""
    await fill(guarded)
    before = await everything(guarded.url)

    answer = await ask(guarded, "ann", method, path, **sent)

    assert answer.status_code == 403
    assert BOB not in answer.text
    assert await everything(guarded.url) == before


async def test_a_user_s_token_need_not_say_whose(guarded: Guarded) -> None:
    """It records, lists and reads as its user; lists hold its own alone."""
    await fill(guarded)
    vibe = {"activity_type": "vibe", "target": "q"}
    view = {"post_id": "q", "action_type": "view"}

    answers = [
        await ask(guarded, "ann", "POST", "/activities/", json=vibe),
        await ask(guarded, "ann", "POST", "/api/v1/interactions", json=view),
        await ask(guarded, "ann", "GET", "/activities/"),
        await ask(guarded, "ann", "GET", "/api/v1/privacy"),
        await ask(guarded, "ann", "GET", "/api/v1/recommendations"),
        await ask(guarded, "ann", "GET", "/api/v1/privacy/export"),
    ]

    assert [answer.status_code for answer in answers] == [201, 200, 200, 200, 200, 200]
    assert [answers[0].json()["user"], answers[1].json()["user_alias"]] == [ANN, ANN]
    listed = answers[2].json()
    assert {each["user"] for each in listed["results"]} == {ANN}
    assert listed["count"] == 4
    assert answers[3].json()["user_id"] == ANN


@pytest.mark.parametrize(
    ("forwarded", "scheme"),
    [("https", "https"), ("HTTPS", "https"), ("http", "http"), ("x://y", "http")],
)
async def test_pages_behind_tls_lead_to_each_other_by_tls(
    guarded: Guarded, forwarded: str, scheme: str
) -> None:
    """Where the proxy says that its client came so."""
    await fill(guarded)
    headers = guarded.headers("read") | {"X-Forwarded-Proto": forwarded}
    path = "/activities/?page_size=1&page="

    page = (await guarded.http.get(f"{path}2", headers=headers)).json()

    host = f"{scheme}://127.0.0.1:{guarded.port}"
    assert page["next"] == f"{host}{path}3"
    assert page["previous"] == f"{host}/activities/?page_size=1"


async def test_a_recording_key_is_told_nothing_of_others(guarded: Guarded) -> None:
    """Only of the interaction that it recorded."""
    await fill(guarded)

    answer = await ask(guarded, "record", "POST", "/api/v1/interactions", json=INTERACTION)

    assert answer.json()["user_alias"] == ANN
    assert "counts" not in answer.text


async def test_a_challenge_says_how_to_come_in(guarded: Guarded) -> None:
    """As over GraphQL; an address that is none is 404 whoever asks."""
    answer = await ask(guarded, "nobody", "GET", "/stats/")

    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.json() == {
        "error": "a key or a user token is needed: `Authorization: Bearer …`",
        "code": "UNAUTHENTICATED",
    }
    assert (await ask(guarded, "nobody", "GET", "/api/v1/nothing")).status_code == 404


async def test_the_description_is_open(guarded: Guarded) -> None:
    """It holds no data."""
    assert (await ask(guarded, "nobody", "GET", "/openapi.json")).status_code == 200


async def test_too_many_requests_are_429(sqlite_url: str, clock: FixedClock) -> None:
    """They are counted with those over GraphQL; the answer says when there is room."""
    settings = Settings(sqlite_url, SECRET, token_secret=TOKEN_SECRET, user_rate="2/minute")
    async with serving_guarded(settings, *SCOPES, clock=clock) as guarded:
        await guarded.post("ann", '{ post(id: "p") { postId } }')
        statuses = [
            (await ask(guarded, "ann", "GET", "/api/v1/privacy")).status_code for _ in range(2)
        ]
        answer = await ask(guarded, "ann", "GET", "/api/v1/privacy")

    assert statuses == [200, 429]
    assert 1 <= int(answer.headers["retry-after"]) <= 61
    assert answer.json()["code"] == "OVERLOADED"


async def test_strangers_are_refused_while_no_credentials_are_configured(sqlite_url: str) -> None:
    """On this machine alone, under a name of it."""
    async with serving_guarded(Settings(sqlite_url, SECRET)) as guarded:
        here = await guarded.http.get("/stats/")
        elsewhere = await guarded.http.get("/stats/", headers={"Host": "rebound.example"})
        forwarded = await guarded.http.get("/stats/", headers={"X-Forwarded-For": "203.0.113.9"})

    assert [each.status_code for each in (here, elsewhere, forwarded)] == [200, 403, 403]
