"""A user's level: what a new one takes out of what is stored, and what it leaves."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from models.vocabulary import ActionType
from tests.support.client import Caller
from tests.support.pasts import (
    FILLED,
    PRIVACY,
    about_targets,
    alias,
    choose,
    differences,
    everything,
    fill,
    imported,
    old,
    traces,
)
from tests.support.sql import run

ANN, BOB = {"userId": "ann"}, {"userId": "bob"}
OWN = """{
  user(id: "ann") { counts { count } engagementScore { score rank } interactions { totalCount } }
}"""
NOTHING_OWN = {
    "user": {
        "counts": [],
        "engagementScore": {"score": 0, "rank": None},
        "interactions": {"totalCount": 0},
    }
}
DEFAULT = {"level": "FULL", "createdAt": None, "updatedAt": None}


@pytest.fixture
async def server(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Caller]:
    """A server that removes in tiny steps; whatever is done, totals are those of the rows."""
    monkeypatch.setattr("resolvers.privacy.removing.ROWS_AT_ONCE", 3)
    yield caller
    assert await differences() == []


async def test_without_a_choice_the_default_level_holds(server: Caller) -> None:
    """A user who chose nothing has the server's default, without instants."""
    assert (await server.data(PRIVACY))["user"]["privacy"] == DEFAULT


async def test_a_level_is_shown_with_the_instants_it_was_chosen_at(server: Caller) -> None:
    """createdAt stays that of the first choice, updatedAt moves with each."""
    first = await choose(server, **ANN, level="NONE")
    server.clock.advance(60)
    second = await choose(server, userAlias=alias("ann"), level="FULL")

    assert first == {
        "privacy": {
            "level": "NONE",
            "createdAt": "2026-11-20T12:00:00.000000Z",
            "updatedAt": "2026-11-20T12:00:00.000000Z",
        },
        "removedInteractions": 0,
        "dryRun": False,
        "errors": [],
    }
    assert second["privacy"] == {
        "level": "FULL",
        "createdAt": "2026-11-20T12:00:00.000000Z",
        "updatedAt": "2026-11-20T12:01:00.000000Z",
    }
    assert (await server.data(PRIVACY))["user"]["privacy"] == second["privacy"]


async def test_limited_takes_the_user_out_and_leaves_what_targets_were_given(
    server: Caller,
) -> None:
    """Rows, event ids, own totals and score go, folded parts too; counts and scores stay."""
    await fill(server, "bob")
    await imported(server, old("ann", ActionType.REPLY, post_id="p"))
    await fill(server, "ann")
    before = await about_targets(server.url)

    payload = await choose(server, **ANN, level="LIMITED")

    assert payload["removedInteractions"] == FILLED
    assert await server.data(OWN) == NOTHING_OWN
    assert await about_targets(server.url) == before
    assert await traces(server.url, "ann") == ["privacy_settings", "totals"]
    left = f"SELECT subject_kind, count, folded FROM totals WHERE subject_id = '{alias('ann')}'"
    assert await run(server.url, left) == [(2, 1, 1)]  # the visit of the own profile, for nobody
    assert await run(server.url, "SELECT count(*) FROM removals") == [(0,)]
    assert len(await server.history("bob")) == FILLED - 1


async def test_what_became_anonymous_is_folded_in_totals(server: Caller) -> None:
    """The count stays the same; the part without a row grows, the bare part shrinks."""
    await fill(server, "ann")

    await choose(server, **ANN, level="LIMITED")

    totals = (
        "SELECT DISTINCT sum(count), sum(folded), sum(bare) FROM totals WHERE subject_kind = 1 "
        "GROUP BY subject_id, action HAVING sum(count) > 0"
    )
    assert sorted(await run(server.url, totals)) == [(1, 1, 0)]
    activity = "SELECT DISTINCT sum(count - folded) FROM activity GROUP BY span, start, action"
    assert await run(server.url, activity) == [(0,)]


async def test_none_takes_out_what_the_user_had_added_as_well(server: Caller) -> None:
    """Totals, scores and activity are as if only the others had ever recorded; what was folded
    before is anonymous and stays."""
    await fill(server, "bob")
    await imported(server, old("ann", ActionType.REPLY, post_id="p"))
    before = await about_targets(server.url)
    await fill(server, "ann")

    payload = await choose(server, **ANN, level="NONE")

    assert payload["removedInteractions"] == FILLED
    assert await server.data(OWN) == NOTHING_OWN
    assert await about_targets(server.url) == before
    assert await traces(server.url, "ann") == ["privacy_settings"]
    assert await server.counts("p") == {"FAVORITE": 1, "VIEW": 1, "REPLY": 1, "REPORT": 1}


async def test_from_limited_to_none_leaves_what_was_aggregated(server: Caller) -> None:
    """By then it is nobody's."""
    await fill(server, "ann")
    await choose(server, **ANN, level="LIMITED")
    await server.record(**ANN, action="VIEW", postId="p")
    before = await about_targets(server.url)

    payload = await choose(server, **ANN, level="NONE")

    assert payload["removedInteractions"] == 0
    assert await about_targets(server.url) == before
    assert await server.counts("p") == {"FAVORITE": 1, "VIEW": 2, "REPORT": 1}


async def test_raising_touches_only_what_comes_after(server: Caller) -> None:
    """Nothing comes back, and what is recorded now is stored as of new."""
    await fill(server, "ann")
    await choose(server, **ANN, level="NONE")
    after = await about_targets(server.url)

    for level in ("LIMITED", "FULL"):
        payload = await choose(server, **ANN, level=level)
        assert payload["removedInteractions"] == 0
        assert payload["privacy"]["level"] == level

    assert await about_targets(server.url) == after
    assert await server.outcome(**ANN, action="FAVORITE", postId="p", eventId="e1") == "CREATED"
    assert await server.history("ann") == ["FAVORITE p"]


async def test_the_level_holds_for_what_comes_next(server: Caller) -> None:
    """AGGREGATED while it is LIMITED, NOT_STORED while it is NONE, CREATED while it is FULL."""
    outcomes = []
    for level in ("LIMITED", "NONE", "FULL"):
        await choose(server, **ANN, level=level)
        outcomes.append(await server.outcome(**ANN, action="VIEW", postId="p"))

    assert outcomes == ["AGGREGATED", "NOT_STORED", "CREATED"]
    assert await server.history("ann") == ["VIEW p"]
    assert await server.counts("p") == {"VIEW": 2}


@pytest.mark.parametrize("level", ["LIMITED", "NONE"])
async def test_a_dry_run_says_what_would_go_and_changes_nothing(server: Caller, level: str) -> None:
    """Not a row differs; what it says is what then happens."""
    await fill(server, "ann")
    before = await everything(server.url)

    dry = await choose(server, **ANN, level=level, dryRun=True)
    after = await everything(server.url)
    wet = await choose(server, **ANN, level=level)

    assert after == before
    assert dry == {
        "privacy": DEFAULT,
        "removedInteractions": FILLED,
        "dryRun": True,
        "errors": [],
    }
    assert wet["removedInteractions"] == FILLED


async def test_a_dry_run_of_full_would_remove_nothing(server: Caller) -> None:
    """FULL forbids nothing."""
    await fill(server, "ann")

    assert (await choose(server, **ANN, level="FULL", dryRun=True))["removedInteractions"] == 0


@pytest.mark.parametrize("level", ["LIMITED", "NONE"])
async def test_lowering_while_the_user_and_others_record_keeps_totals_exact(
    server: Caller, level: str
) -> None:
    """Whatever is judged after the new level is judged by it; what was stored before goes."""
    outcomes: dict[str, list[str]] = {"ann": [], "bob": []}

    async def record(user: str) -> None:
        for number in range(60):
            input = {"userId": user, "action": "VIEW", "postId": "p", "eventId": f"{number}"}
            state = {"userId": user, "action": "FAVORITE", "postId": f"q{number % 3}"}
            outcomes[user] += await server.outcomes(input, state)
            if number == 20 and user == "ann":
                lowering.set()

    async def lower() -> None:
        await lowering.wait()
        await choose(server, **ANN, level=level)

    lowering = asyncio.Event()
    await asyncio.gather(record("ann"), record("bob"), lower())

    views = outcomes["ann"][::2]
    kept = 60 if level == "LIMITED" else 0
    assert views[:21] == ["CREATED"] * 21
    assert views[-1] == ("AGGREGATED" if level == "LIMITED" else "NOT_STORED")
    assert await server.counts("p") == {"VIEW": 60 + kept}
    assert await server.history("ann") == []
    assert len(await server.history("bob")) == 63


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("input", "code", "field"),
    [
        ({"userId": "ann", "userAlias": "u_0123456789abcdef"}, "INVALID", "userAlias"),
        ({}, "MISSING", "userId"),
        ({"userId": ""}, "INVALID", "userId"),
        ({"userId": "a" * 256}, "TOO_LONG", "userId"),
        ({"userAlias": "ann"}, "INVALID", "userAlias"),
    ],
)
async def test_a_user_must_be_named_as_in_recording(
    server: Caller, input: dict[str, str], code: str, field: str
) -> None:
    """Exactly one of userId and userAlias, well-formed; else an error, and nothing changes."""
    before = await everything(server.url)

    payload = await choose(server, **input, level="NONE")

    assert payload.pop("errors")[0] | {"message": ""} == {
        "code": code,
        "field": [field],
        "message": "",
    }
    assert payload == {"privacy": None, "removedInteractions": 0, "dryRun": False}
    assert await everything(server.url) == before
