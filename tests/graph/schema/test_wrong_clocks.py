"""A server clock that was wrong: what it dated ahead counts as now, is reported, and set back."""

from typing import Any

import pytest

from resolvers.audit.verifying import Verification, verify
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller
from tests.support.pasts import choose
from tests.support.sql import count, run

DAY_S = 86_400
AHEAD_S = 1_100 * DAY_S
REPLY = {"action": "REPLY", "postId": "wrong"}
SCORES = """{
  trendingPosts { post { postId stats { score } } score }
  engagementScores { user { alias } score }
}"""


async def while_ahead(caller: Caller, *inputs: dict[str, Any]) -> None:
    """Record by a clock 1 100 days ahead, which is right again afterwards."""
    caller.clock.advance(AHEAD_S)
    for input in inputs:
        await caller.record(**input)
    caller.clock.advance(-AHEAD_S)


async def found(caller: Caller) -> list[str]:
    """What verify reports."""
    differences = verify(Verification(), Scoring(), caller.clock.now)
    return [str(each) async for each in differences]


async def set_right(caller: Caller) -> None:
    """Recalculate as the mutation does."""
    await caller.data("mutation { recalculateScores { maxDrift } }")


async def trending(caller: Caller) -> list[tuple[str, float]]:
    """The posts that trend, their scores the same wherever they are read."""
    data = await caller.data(SCORES)
    for each in data["trendingPosts"]:
        assert each["score"] == pytest.approx(each["post"]["stats"]["score"], rel=1e-9)
    return [(each["post"]["postId"], round(each["score"], 6)) for each in data["trendingPosts"]]


async def test_what_is_dated_ahead_counts_as_of_now(caller: Caller) -> None:
    """One reply among older ones weighs what a reply of now weighs, and ranks its post so."""
    for user in ("ann", "bob", "cid"):
        await caller.record(userId=user, action="REPLY", postId="busy")
        await caller.record(userId=user, **REPLY)
    caller.clock.advance(DAY_S)
    await while_ahead(caller, {"userId": "ann", **REPLY})
    for user in ("ann", "bob"):
        await caller.record(userId=user, action="REPLY", postId="busy")

    # Three of a day ago count half; one or two of now, wherever their clocks stood, whole.
    assert await trending(caller) == [("busy", 21.0), ("wrong", 15.0)]
    data = await caller.data(SCORES)
    scores = [each["score"] for each in data["engagementScores"]]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] < 4 * 6

    caller.clock.advance(DAY_S)
    assert await trending(caller) == [("busy", 10.5), ("wrong", 10.5)]


async def test_verify_reports_it_and_recalculating_sets_it_to_now(caller: Caller) -> None:
    """Rows, totals, scores and activity agree at every moment; what is shown moves as well."""
    await caller.record(userId="ann", **REPLY)
    await while_ahead(caller, {"userId": "ann", **REPLY}, {"userId": "bob", **REPLY})

    assert "interactions dated ahead of the clock: stored 2, recounted 0" in await found(caller)
    await set_right(caller)

    assert await found(caller) == []
    assert await trending(caller) == [("wrong", 18.0)]
    data = await caller.data(
        """{ user(id: "bob") { interactions { nodes { occurredAt recordedAt } } }
             post(id: "wrong") { stats { lastInteractionAt } }
             activityStats(since: "2026-11-20T00:00:00Z") { total } }"""
    )
    now = "2026-11-20T12:00:00.000000Z"
    assert data["user"]["interactions"]["nodes"] == [{"occurredAt": now, "recordedAt": now}]
    assert data["post"]["stats"]["lastInteractionAt"] == now
    assert data["activityStats"]["total"] == 3
    caller.clock.advance(DAY_S)
    assert await trending(caller) == [("wrong", 9.0)]


async def test_states_hold_as_they_did_once_they_are_set_back(caller: Caller) -> None:
    """Records, undos and opposites keep their order; what comes later is later again."""
    like, dislike = (
        {"userId": "ann", "action": action, "postId": "p"}
        for action in ("MORE_LIKE_THIS", "LESS_LIKE_THIS")
    )
    save = {"userId": "ann", "action": "SAVE", "postId": "p"}
    hide = {"userId": "ann", "action": "HIDE", "postId": "p"}
    await while_ahead(caller, like, dislike, save, hide, {**hide, "undo": True})
    at = {"occurredAt": "2026-11-20T12:00:00Z"}
    assert await caller.outcome(**save, undo=True, **at) == "UNCHANGED"

    await set_right(caller)

    assert await found(caller) == []
    assert await caller.counts("p") == {"LESS_LIKE_THIS": 1, "SAVE": 1}
    caller.clock.advance(60)
    later = {"occurredAt": "2026-11-20T12:01:00Z"}
    assert await caller.outcomes(
        {**dislike, **later}, {**hide, **later}, {**save, "undo": True, **later}
    ) == ["UNCHANGED", "REACTIVATED", "UNDONE"]
    assert await caller.counts("p") == {"LESS_LIKE_THIS": 1, "HIDE": 1}
    assert await found(caller) == []


async def test_what_is_nobody_s_is_set_back_too(caller: Caller) -> None:
    """Of LIMITED users there are counts alone; salts of days to come go with their tokens."""
    await choose(caller, userId="lea", level="LIMITED")
    save = {"userId": "lea", "action": "SAVE", "postId": "wrong"}
    await while_ahead(caller, {"userId": "lea", **REPLY}, save)
    assert await trending(caller) == [("wrong", 9.0)]
    assert "salts dated ahead of the clock: stored 1, recounted 0" in await found(caller)

    await set_right(caller)

    assert await found(caller) == []
    assert await trending(caller) == [("wrong", 9.0)]
    assert [await count(caller.url, each) for each in ("salts", "tokens")] == [0, 0]
    minutes = (
        "SELECT DISTINCT start FROM activity WHERE span = 1 "
        "GROUP BY start, action HAVING sum(count) <> 0"
    )
    assert await run(caller.url, minutes) == [(caller.clock.now // 60_000_000,)]


async def test_clocks_that_differ_by_minutes_are_not_wrong(caller: Caller) -> None:
    """Servers of one database may be up to five minutes apart; nothing is moved."""
    caller.clock.advance(300)
    await caller.record(userId="ann", **REPLY)
    caller.clock.advance(-300)

    assert await found(caller) == []
    await set_right(caller)

    data = await caller.data('{ user(id: "ann") { interactions { nodes { occurredAt } } } }')
    assert data["user"]["interactions"]["nodes"] == [{"occurredAt": "2026-11-20T12:05:00.000000Z"}]
