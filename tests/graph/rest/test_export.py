"""Exporting: everything that is stored about one user, and nothing about another."""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import HTTPConnection

from graph.config.settings import Settings
from graph.rest.router import RestRouter
from graph.server.app import create_app
from graph.transport.documents.limits import Limits
from graph.transport.principals import at_any_rate
from models.values import event_key
from models.vocabulary import ActionType
from resolvers.caller import Caller as Who
from resolvers.caller import Scope
from tests.support.client import Caller, FixedClock
from tests.support.pasts import alias, choose, erase, fill, imported, old
from tests.support.recording.co_engagement import catch_up
from tests.support.rest import exported
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.either_database

ANN = {"userId": "ann"}
NOON = "2026-11-20T12:00:00.000000Z"


async def test_the_first_line_says_whose_and_when(caller: Caller) -> None:
    """The user's alias, setting and the export's instant; without a choice, the default."""
    first = await exported(caller)
    await choose(caller, **ANN, level="FULL")
    (second,) = await exported(caller, user_alias=alias("ann"))

    assert first == [
        {
            "type": "user",
            "user_alias": alias("ann"),
            "privacy": {"level": "FULL", "created_at": None, "updated_at": None},
            "exported_at": NOON,
        }
    ]
    assert second["privacy"] == {"level": "FULL", "created_at": NOON, "updated_at": NOON}


async def test_an_interaction_is_told_with_all_that_came_with_it(caller: Caller) -> None:
    """Its id is the one that clients see; a state tells its latest instants too."""
    payload = await caller.record(
        **ANN,
        action="FAVORITE",
        postId="p",
        eventId="e1",
        context={
            "source": "home",
            "recommended": True,
            "recommendationId": "r",
            "contentType": "video",
            "authorId": "zoe",
            "hashtags": ["cats"],
            "metadata": {"a": [1]},
        },
    )

    _, interaction, event_id, total, score, *preferences = await exported(caller)

    number = payload["interaction"]["interactionId"]
    assert interaction == {
        "type": "interaction",
        "interaction_id": number,
        "action": "FAVORITE",
        "target": {"kind": "POST", "id": "p"},
        "status": "SHOWN",
        "occurred_at": NOON,
        "recorded_at": NOON,
        "last_record_at": NOON,
        "last_undo_at": None,
        "context": {
            "source": "home",
            "recommended": True,
            "recommendation_id": "r",
            "content_type": "video",
            "author_alias": alias("zoe"),
            "hashtags": ["cats"],
            "metadata": {"a": [1]},
        },
    }
    assert event_id == {
        "type": "event_id",
        "event_key": f"{event_key(alias('ann'), 'e1').event_key % 2**64:016x}",
        "action": "FAVORITE",
        "target_id": "p",
        "undo": False,
        "interaction_id": number,
        "seen_at": NOON,
    }
    assert total == {
        "type": "total",
        "action": "FAVORITE",
        "count": 1,
        "folded": 0,
        "bare": 0,
        "decayed": pytest.approx(1, rel=1e-12),
        "last_at": NOON,
    }
    assert score == {"type": "score", "count": 1, "score": pytest.approx(4, rel=1e-12)}
    four = {"type": "preference", "count": 1, "score": pytest.approx(4, rel=1e-12)}
    assert preferences == [
        {**four, "kind": "HASHTAG", "value": "cats"},
        {**four, "kind": "SOURCE", "value": "home"},
        {**four, "kind": "AUTHOR", "value": alias("zoe")},
        {**four, "kind": "CONTENT_TYPE", "value": "video"},
    ]


async def test_posts_are_told_that_the_user_counts_for(caller: Caller) -> None:
    """What similar posts are made of is stored about the user as well."""
    await caller.record(**ANN, action="VIEW", postId="p")
    await caller.record(**ANN, action="FAVORITE", postId="p")
    await caller.record(userId="bob", action="FAVORITE", postId="q")
    await catch_up(caller.url)

    answer = await caller.http.get("/export", params={"user_id": "ann"})

    lines = [json.loads(line) for line in answer.text.splitlines()]
    assert [line for line in lines if line["type"] == "engaged_post"] == [
        {
            "type": "engaged_post",
            "post_id": "p",
            "ordinal": 1,
            "actions": ["FAVORITE", "VIEW"],
            "liked_at": NOON,
        }
    ]


async def test_every_row_of_every_status_is_there_and_nobody_else_s(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shown, bare, undone and never held ones; page by page, each once."""
    monkeypatch.setattr("resolvers.privacy.exporting.LINES_AT_ONCE", 2)
    await fill(caller, "bob")
    await imported(caller, old("ann", ActionType.REPLY, post_id="p"))
    await fill(caller, "ann")

    lines = await exported(caller)

    interactions = [line for line in lines if line["type"] == "interaction"]
    assert Counter(line["status"] for line in interactions) == {
        "SHOWN": 7,
        "ARCHIVED": 1,
        "UNDONE": 1,
        "NEVER_HELD": 2,
    }
    assert len({line["interaction_id"] for line in interactions}) == 11
    types = Counter(line["type"] for line in lines)
    assert (types["event_id"], types["score"], types["removal"]) == (3, 1, 0)
    totals = await run(
        caller.url,
        f"SELECT count(*) FROM totals WHERE subject_id = '{alias('ann')}' AND subject_kind = 0",
    )
    assert totals == [(types["total"],)]
    assert sum(line["folded"] for line in lines if line["type"] == "total") == 1
    assert alias("bob") not in json.dumps(lines)


async def test_tokens_and_a_removal_under_way_are_told(caller: Caller) -> None:
    """They are stored too, while they last."""
    await choose(caller, **ANN, level="LIMITED")
    await caller.record(**ANN, action="FAVORITE", postId="p", eventId="e1")
    removal = f"VALUES ('{alias('ann')}', 2, TRUE, {caller.clock.now})"
    await run(caller.url, f"INSERT INTO removals {removal}")

    _, *lines = await exported(caller)

    assert sorted((line["type"], line.get("kind", "")) for line in lines) == [
        ("removal", ""),
        ("token", "event_id"),
        ("token", "state"),
    ]
    assert lines[-1] == {"type": "removal", "level": "NONE", "erase": True, "requested_at": NOON}


async def test_of_an_erased_user_there_is_nothing_to_tell(caller: Caller) -> None:
    """Only the first line is left."""
    await fill(caller, "ann")
    await erase(caller, **ANN, confirm=True)

    assert [line["type"] for line in await exported(caller)] == ["user"]


@pytest.mark.parametrize("path", ["/export", "/api/v1/privacy/export"])
@pytest.mark.parametrize(
    ("params", "message", "code"),
    [
        ({"a": "b"}, "user_id: needed where the caller is no user", "MISSING"),
        (
            {"user_id": "ann", "user_alias": "u_0123456789abcdef"},
            "user_alias: got user_id as well",
            "INVALID",
        ),
        ({"user_alias": "ann"}, "user_alias: got 3 characters; allowed is u_", "INVALID"),
    ],
)
async def test_a_user_must_be_named_once_and_well(
    caller: Caller, path: str, params: dict[str, str], message: str, code: str
) -> None:
    """Anything else is 400 at either address, with the code, the parameter and what is allowed."""
    answer = await caller.http.get(path, params=params)

    told = answer.json()
    assert answer.status_code == 400
    assert told["error"].startswith(message)
    assert (told["code"], told["field"]) == (code, message.partition(":")[0])


async def test_exports_are_downloads_that_nobody_keeps(caller: Caller) -> None:
    """The headers say what to do with the answer."""
    answer = await caller.http.get("/export", params={"user_id": "ann"})

    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="export.ndjson"'


async def test_exports_are_read_alone(caller: Caller) -> None:
    """GET and HEAD; another method is told so in the form of all refusals."""
    head = await caller.http.head("/export", params={"user_id": "ann"})
    answer = await caller.http.post("/export")

    assert head.status_code == 200
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")
    assert answer.json() == {
        "error": "POST is not allowed here; allowed are GET, HEAD",
        "code": "METHOD_NOT_ALLOWED",
    }


async def test_strangers_get_no_export(database_url: str, clock: FixedClock) -> None:
    """Whoever may not query may not export."""
    app = create_app(Settings(database_url, SECRET), clock)
    stranger = httpx.ASGITransport(app, client=("203.0.113.9", 1))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=stranger, base_url="http://127.0.0.1") as http,
    ):
        answer = await http.get("/export", params={"user_id": "ann"})

    assert answer.status_code == 403
    assert "error" in answer.json()


@pytest.mark.parametrize(
    ("who", "params", "status"),
    [
        (Who(alias("ann"), frozenset({Scope.USER})), {}, 200),
        (Who(alias("ann"), frozenset({Scope.USER})), {"user_id": "ann"}, 200),
        (Who(alias("ann"), frozenset({Scope.USER})), {"user_id": "bob"}, 403),
        (Who(alias("ann"), frozenset({Scope.USER})), {"user_alias": alias("bob")}, 403),
        (Who(scopes=frozenset({Scope.RECORD}), key_id="k"), {"user_id": "ann"}, 403),
        (Who(scopes=frozenset({Scope.ADMIN}), key_id="k"), {"user_id": "ann"}, 200),
    ],
)
async def test_users_export_themselves_and_admins_anyone(
    database_url: str, clock: FixedClock, who: Who, params: dict[str, str], status: int
) -> None:
    """A user's token need not name its user, and may name no other."""

    async def caller_of(connection: HTTPConnection, given: Mapping[str, Any]) -> Who:
        return who

    app = create_app(Settings(database_url, SECRET), clock)
    rest = Starlette(routes=[RestRouter(caller_of, at_any_rate, Limits())])
    transport = httpx.ASGITransport(rest)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http,
    ):
        rest.state.services = app.state.services
        answer = await http.get("/export", params=params)

    assert answer.status_code == status
    assert answer.json().get("user_alias") == (alias("ann") if status == 200 else None)
