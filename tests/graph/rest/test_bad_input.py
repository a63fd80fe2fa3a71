"""Bad input over REST: a status, the field, and what is allowed; nothing is stored."""

import json
from typing import Any

import pytest

from graph.config.settings import Settings
from graph.transport.documents.limits import Limits
from tests.support.client import Caller, FixedClock
from tests.support.rest import INTERACTIONS, PRIVACY, act
from tests.support.serving import SECRET, serving
from tests.support.sql import count

NAMES = (
    "favorite, reblog, bookmark, more_like_this, less_like_this, click, view, hide, vibe, comment, "
    "reply, share, repost, save, media_expand, report, profile_visit, profile_vibe, post_create, "
    "hashtag_use, explore_click, search, circle_update, group_join, community_join"
)
ALIAS_FORM = "allowed is u_ followed by 16 to 64 of 0-9 and a-f"
TEXT_FORM = "allowed are 1 to 255 characters without control characters"
VIEW = {"user_id": "ann", "post_id": "p", "action_type": "view"}
VIBE = {"user": "ann", "activity_type": "vibe", "target": "p"}
LEVEL = {"user_id": "ann", "tracking_level": "full"}


DEEP: Any = []
for _ in range(900):
    DEEP = [DEEP]


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


BODIES = [
    (INTERACTIONS, without(VIEW, "user_id"), "user_id: needed where the caller is no user"),
    (INTERACTIONS, without(VIEW, "post_id"), "post_id: needed"),
    (INTERACTIONS, without(VIEW, "action_type"), "action_type: needed"),
    (INTERACTIONS, VIEW | {"user_id": ""}, f"user_id: got 0 characters; {TEXT_FORM}"),
    (INTERACTIONS, VIEW | {"user_id": "", "user_alias": ""}, "user_alias: got user_id as well;"),
    (INTERACTIONS, VIEW | {"user_id": None, "user_alias": ""}, "user_alias: got 0 characters;"),
    (INTERACTIONS, VIEW | {"user_id": "a\nb"}, f"user_id: got 3 characters; {TEXT_FORM}"),
    (INTERACTIONS, VIEW | {"user_id": ["ann"]}, "user_id: allowed is a text or a whole number"),
    (INTERACTIONS, VIEW | {"user_id": True}, "user_id: allowed is a text or a whole number"),
    (INTERACTIONS, VIEW | {"user_alias": "u_0123456789abcdef"}, "user_alias: got user_id as well;"),
    (
        INTERACTIONS,
        without(VIEW, "user_id") | {"user_alias": "annie"},
        f"user_alias: got 5 characters; {ALIAS_FORM}",
    ),
    (INTERACTIONS, without(VIEW, "user_id") | {"user_alias": 5}, "user_alias: allowed is a text"),
    (INTERACTIONS, VIEW | {"post_id": ""}, f"post_id: got ''; {TEXT_FORM}"),
    (INTERACTIONS, VIEW | {"post_id": "x" * 256}, f"post_id: got '{'x' * 64}…', 256 long;"),
    (INTERACTIONS, VIEW | {"post_id": None}, "post_id: allowed is a text or a whole number"),
    (INTERACTIONS, VIEW | {"action_type": "look"}, f"action_type: got 'look'; allowed are {NAMES}"),
    (INTERACTIONS, VIEW | {"action_type": "unlook"}, "action_type: got 'unlook'; allowed are "),
    (INTERACTIONS, VIEW | {"action_type": DEEP}, f"action_type: allowed are {NAMES}"),
    (INTERACTIONS, VIEW | {"action_type": "unview"}, "action_type: VIEW is an event and cannot"),
    (INTERACTIONS, VIEW | {"action_type": "search"}, "post_id: got a POST; SEARCH is done to a"),
    (INTERACTIONS, VIEW | {"context": "home"}, "context: allowed is a JSON object"),
    (INTERACTIONS, VIEW | {"context": []}, "context: allowed is a JSON object"),
    (
        INTERACTIONS,
        VIEW | {"context": {"source": "x" * 65}},
        f"context.source: got '{'x' * 64}…', 65 long; allowed are at most 64 characters",
    ),
    (
        INTERACTIONS,
        VIEW | {"context": {"hashtags": ["x"] * 31}},
        "context.hashtags: got 31 hashtags; allowed are at most 30",
    ),
    (INTERACTIONS, VIEW | {"context": {"source": ["x" * 4096]}}, "context: got 4111 bytes encoded"),
    (INTERACTIONS, VIEW | {"context": {"source": DEEP}}, "context: got JSON more than 32 levels"),
    (
        INTERACTIONS,
        VIEW | {"context": {"much": "x" * 4096}},
        "context: got 4107 bytes encoded; allowed are at most 4096",
    ),
    (
        INTERACTIONS,
        VIEW | {"context": {"recommendation_id": "\0"}},
        "context.recommendation_id: got '\\u0000'; allowed is text without NUL",
    ),
    (PRIVACY, without(LEVEL, "user_id"), "user_id: needed where the caller is no user"),
    (PRIVACY, without(LEVEL, "tracking_level"), "tracking_level: needed"),
    (PRIVACY, LEVEL | {"tracking_level": "some"}, "tracking_level: got 'some'; allowed are full,"),
    (PRIVACY, LEVEL | {"tracking_level": DEEP}, "tracking_level: allowed are full, limited, none"),
    (INTERACTIONS, VIEW | {"user_id": DEEP}, "user_id: allowed is a text or a whole number"),
    (INTERACTIONS, VIEW | {"post_id": 10**4000}, "post_id: got '1000000000"),
    (INTERACTIONS, VIEW | {"context": {"a": DEEP}}, "context: got JSON more than 32 levels deep"),
    ("/activities/", VIBE | {"metadata": DEEP}, "metadata: got JSON more than 32 levels deep"),
    ("/activities/", without(VIBE, "user"), "user: needed where the caller is no user"),
    ("/activities/", without(VIBE, "activity_type"), "activity_type: needed"),
    ("/activities/", without(VIBE, "target"), "target: needed: VIBE is done to a POST"),
    ("/activities/", VIBE | {"user": "\0"}, f"user: got 1 characters; {TEXT_FORM}"),
    ("/activities/", VIBE | {"target": "a\tb"}, f"target: got 'a\\u0009b'; {TEXT_FORM}"),
    ("/activities/", VIBE | {"target": {"id": "p"}}, "target: allowed is a text or a whole number"),
    ("/activities/", VIBE | {"activity_type": "look"}, "activity_type: got 'look'; allowed are"),
    ("/activities/", VIBE | {"metadata": ["x" * 4096]}, "metadata: got 4100 bytes encoded;"),
    ("/activities/", VIBE | {"metadata": 10**30}, "metadata: got a number beyond 64 bits, or"),
    (
        "/activities/",
        VIBE | {"activity_type": "circle_update", "target": "middle"},
        "target: got 'middle'; allowed are inner, outer, universal",
    ),
]  # fmt: skip
QUERIES = [
    (f"{INTERACTIONS}/user/ann", f"user_alias: got 3 characters; {ALIAS_FORM}"),
    (f"{INTERACTIONS}/user/u_0123456789abcdef?limit=0", "limit: got '0'; allowed are 1 to 100"),
    (f"{INTERACTIONS}/user/u_0123456789abcdef?limit=101", "limit: got '101'; allowed are 1 to 100"),
    (f"{INTERACTIONS}/user/u_0123456789abcdef?limit=1e1", "limit: got '1e1'; allowed are 1 to 100"),
    (f"{INTERACTIONS}/user/u_0123456789abcdef?action_type=x", "action_type: got 'x'; allowed are"),
    (f"{INTERACTIONS}/user/u_0123456789abcdef?since=now", "since: got 'now'; allowed is an"),
    (f"{INTERACTIONS}/%00", f"post_id: got '\\u0000'; {TEXT_FORM}"),
    (f"{INTERACTIONS}/%FF", f"post_id: got '\\udcff'; {TEXT_FORM}"),
    (f"{INTERACTIONS}/{'x' * 256}", f"post_id: got '{'x' * 64}…', 256 long; {TEXT_FORM}"),
    (PRIVACY, "user_id: needed where the caller is no user"),
    (f"{PRIVACY}?user_id=a&user_alias=u_0123456789abcdef", "user_alias: got user_id as well;"),
    (f"{PRIVACY}/export", "user_id: needed where the caller is no user"),
    (f"{PRIVACY}/export?user_alias=x", f"user_alias: got 1 characters; {ALIAS_FORM}"),
    ("/api/v1/recommendations", "user_id: needed where the caller is no user"),
    ("/api/v1/recommendations?user_id=a&limit=-1", "limit: got '-1'; allowed are 1 to 100"),
    ("/activities/?page=0", "page: got '0'; allowed are 1 to 999999999"),
    ("/activities/?page=1000000000", "page: got '1000000000'; allowed are 1 to 999999999"),
    ("/activities/?page=9999999999999999999", "page: got '9999999999999999999'; allowed are"),
    ("/activities/?page=last", "page: got 'last'; allowed are 1 to 999999999"),
    ("/activities/?page_size=101", "page_size: got '101'; allowed are 1 to 100"),
    ("/activities/?user=%00", f"user: got 1 characters; {TEXT_FORM}"),
    ("/activities/?activity_type=x", f"activity_type: got 'x'; allowed are {NAMES}"),
    ("/activities/recent/?activity_type=unvibe", "activity_type: got 'unvibe'; allowed are"),
    ("/engagement/?page_size=x", "page_size: got 'x'; allowed are 1 to 100"),
    ("/engagement/?page=0", "page: got '0'; allowed are 1 to 999999999"),
    ("/engagement/?user=%00", f"user: got 1 characters; {TEXT_FORM}"),
    ("/stats/?since=2026-13-01", "since: got '2026-13-01'; allowed is an instant"),
    ("/stats/?since=2026-11-20&until=2026-11-19", "since: lies after `until`; allowed is"),
    ("/stats/?since=1999-01-01", "since: lies too long before `until`; allowed are at most 1500"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "body", "error"), BODIES)
async def test_a_bad_body_is_refused_by_field(
    sqlite: Caller, path: str, body: dict[str, Any], error: str
) -> None:
    """400, with the field, the value (but never of a user), and what is allowed."""
    answer = await sqlite.http.post(path, json=body)

    assert answer.status_code == 400
    told = answer.json()
    assert told["error"].startswith(error), told["error"]
    assert told["field"] == error.partition(":")[0]
    assert await count(sqlite.url, "interactions") == 0
    assert await count(sqlite.url, "privacy_settings") == 0


@pytest.mark.parametrize(("address", "error"), QUERIES)
async def test_a_bad_parameter_is_refused_by_name(sqlite: Caller, address: str, error: str) -> None:
    """400, in the same form."""
    answer = await sqlite.http.get(address)

    assert answer.status_code == 400
    told = answer.json()
    assert told["error"].startswith(error), told["error"]
    assert told["field"] == error.partition(":")[0]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "the body must be JSON: "),
        (b"{", "the body must be JSON: "),
        (b"[]", "the body must be a JSON object"),
        (b'"text"', "the body must be a JSON object"),
        (b"null", "the body must be a JSON object"),
        (b'{"user_id": "\\ud800"}', "the body must be JSON: "),
        (b"\xff\xfe", "the body must be JSON: "),
        (b'{"a": ' + b"9" * 5000 + b"}", "the body must be JSON: "),
        (b"[" * 100_000, "the body must be JSON: "),
        (b'{"a":' * 100_000, "the body must be JSON: "),
    ],
)
@pytest.mark.parametrize("path", [INTERACTIONS, PRIVACY, "/activities/"])
async def test_a_body_that_is_no_json_object_is_refused(
    sqlite: Caller, path: str, body: bytes, error: str
) -> None:
    """400, and why."""
    answer = await sqlite.http.post(
        path, content=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(error)


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp", "", "a" * 999]
)
@pytest.mark.parametrize("path", [INTERACTIONS, PRIVACY, "/activities/"])
async def test_only_json_is_taken(sqlite: Caller, path: str, media: str) -> None:
    """415, for a page on another site can send anything else without asking first."""
    content = json.dumps(VIEW | VIBE | LEVEL)

    answer = await sqlite.http.post(path, content=content, headers={"Content-Type": media})

    assert answer.status_code == 415
    assert answer.json()["error"].endswith("; allowed is application/json")
    assert await count(sqlite.url, "interactions") == 0


FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize("media", [{}, {"Content-Type": FORM}, {"Content-Type": "text/plain"}])
async def test_a_page_on_another_site_cannot_have_scores_recalculated(
    sqlite: Caller, media: dict[str, str]
) -> None:
    """A POST without a body needs no leave from a browser, so it is refused with another's Origin;
    others may declare whatever their library does, for no body is read."""
    statuses = [
        (await sqlite.http.post("/engagement/recalculate/", headers=headers | media)).status_code
        for headers in (
            {"Origin": "https://elsewhere.example"},
            {"Origin": "null"},
            {"Origin": ""},
            {"Origin": "http://127.0.0.1"},
            {},
        )
    ]

    assert statuses == [403, 403, 403, 200, 200]


async def test_a_body_is_read_no_further_than_its_limit(
    database_url: str, clock: FixedClock
) -> None:
    """413, and the body is not stored."""
    settings = Settings(database_url, SECRET, limits=Limits(body_bytes=1000))
    async with serving(settings, clock) as caller:
        small = await caller.http.post(INTERACTIONS, json=VIEW)
        large = await caller.http.post(INTERACTIONS, json=VIEW | {"more": "x" * 1000})

    assert small.status_code == 200
    assert large.status_code == 413
    assert large.json()["error"] == "the body is larger than 1000 bytes"


async def test_what_is_not_known_is_passed_over(sqlite: Caller) -> None:
    """Older clients send more than was ever read."""
    told = await act(sqlite, csrf="x", id=5)

    answer = await sqlite.http.get("/activities/?format=json&page=1")

    assert answer.json()["results"] == [told]
