"""Outcomes over GraphQL: what recommended and other posts led to, by day, source and variant."""

from collections.abc import Callable
from typing import Any

import pytest

from models.database.database import Database
from models.vocabulary import PrivacyLevel
from resolvers.audit.recalculating import Recalculation, recalculate
from resolvers.audit.verifying import Verification, verify
from resolvers.recording import outcome_changes
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller
from tests.support.levels import set_level
from tests.support.recording.pruned import PRUNE
from tests.support.serving import SECRET
from tests.support.sql import run

OUTCOMES = """
query Outcomes($since: DateTime, $until: DateTime, $by: OutcomeGroup! = DAY) {
  recommendationOutcomes(since: $since, until: $until, by: $by) {
    group recommended views clicks favorites reblogs bookmarks hides
  }
}
"""
RATES = """
{ recommendationOutcomes {
  views clickRate { value low high } favoriteRate { value low high } hideRate { value low high }
} }
"""
NAMES = ("views", "clicks", "favorites", "reblogs", "bookmarks", "hides")
TODAY = "2026-11-20"
OURS = {"recommendationId": "trailmark:1", "source": "home"}


async def outcomes(caller: Caller, by: str = "DAY", **period: str) -> list[str]:
    """Each outcome as a line: the group, whether recommended, and what is not 0."""
    found = (await caller.data(OUTCOMES, by=by, **period))["recommendationOutcomes"]
    return [_line(each) for each in found]


def _line(outcome: dict[str, Any]) -> str:
    counts = " ".join(f"{outcome[name]} {name}" for name in NAMES if outcome[name])
    which = "recommended" if outcome["recommended"] else "other"
    return f"{outcome['group'] or '-'} {which}: {counts}"


async def did(caller: Caller, action: str, post: str = "p", /, **more: Any) -> str:
    return await caller.outcome(**{"userId": "ann", "action": action, "postId": post} | more)


def favorites_of(number: int, context: Callable[[int], dict[str, str]]) -> list[dict[str, Any]]:
    """Favorites of one user for so many posts, each with a context by its number."""
    return [
        {"userId": "ann", "action": "FAVORITE", "postId": f"p{each}", "context": context(each)}
        for each in range(number)
    ]


async def differences() -> list[str]:
    return [str(each) async for each in verify(Verification(), Scoring())]


async def test_what_was_recommended_is_told_apart_by_the_flag_or_an_id(caller: Caller) -> None:
    """Six actions are counted; what came without anything is the rest."""
    for context in ({"recommended": True}, OURS, {"source": "home"}, None):
        await did(caller, "VIEW", context=context)
    await did(caller, "CLICK", context=OURS)
    for action in ("FAVORITE", "REBLOG", "BOOKMARK", "HIDE", "SAVE", "REPLY"):
        await did(caller, action, context=OURS)
    await did(caller, "FAVORITE", "q")

    assert await outcomes(caller) == [
        f"{TODAY} recommended: 2 views 1 clicks 1 favorites 1 reblogs 1 bookmarks 1 hides",
        f"{TODAY} other: 2 views 1 favorites",
    ]
    assert await outcomes(caller, "SOURCE") == [
        "- recommended: 1 views",
        "home recommended: 1 views 1 clicks 1 favorites 1 reblogs 1 bookmarks 1 hides",
        "- other: 1 views 1 favorites",
        "home other: 1 views",
    ]
    assert await outcomes(caller, "VARIANT") == [
        "- other: 2 views 1 favorites",
        "- recommended: 1 views",
        "trailmark recommended: 1 views 1 clicks 1 favorites 1 reblogs 1 bookmarks 1 hides",
    ]
    assert await differences() == []


async def test_a_variant_is_what_stands_before_the_first_colon(caller: Caller) -> None:
    """An id without one is a variant itself; the highest views come first, then the names."""
    for id in ("b:1", "b:1:2", "a", "a:", ":a", 'ä"\\:1', "c"):
        await did(caller, "VIEW", context={"recommendationId": id})
    await did(caller, "CLICK", context={"recommendationId": "click:1"})

    assert await outcomes(caller, "VARIANT") == [
        "a recommended: 2 views",
        "b recommended: 2 views",
        "- recommended: 1 views",
        "c recommended: 1 views",
        'ä"\\ recommended: 1 views',
        "click recommended: 1 clicks",
    ]


async def test_days_are_those_of_occurring_in_order_and_whole(caller: Caller) -> None:
    """Of any day that the period touches everything counts; the default are the last 30."""
    for day in ("10-21", "10-22", "11-18", "11-19"):
        for time in ("00:00:00", "23:59:59"):
            await did(caller, "VIEW", occurredAt=f"2026-{day}T{time}Z", context=OURS)
    await did(caller, "VIEW", occurredAt="2026-11-18T10:00:00Z")

    all_of_them = [
        "2026-10-22 recommended: 2 views",
        "2026-11-18 recommended: 2 views",
        "2026-11-18 other: 1 views",
        "2026-11-19 recommended: 2 views",
    ]
    assert await outcomes(caller) == all_of_them
    period = {"since": "2026-11-18T23:59:59Z", "until": "2026-11-19T00:00:00Z"}
    assert await outcomes(caller, **period) == all_of_them[1:3]
    period["until"] = "2026-11-19T00:00:00.000001Z"
    assert await outcomes(caller, **period) == all_of_them[1:]
    assert await outcomes(caller, "SOURCE", **period) == [
        "home recommended: 4 views",
        "- other: 1 views",
    ]
    assert await outcomes(caller, since="2026-11-20T00:00:00Z") == []
    assert (await outcomes(caller, since="2026-10-21T00:00:00Z"))[
        0
    ] == "2026-10-21 recommended: 2 views"


@pytest.mark.either_database
async def test_a_period_that_cannot_be_is_refused(caller: Caller) -> None:
    """The error names the argument and what is allowed."""
    (after,) = await caller.errors(
        OUTCOMES, since="2026-11-20T00:00:01Z", until="2026-11-20T00:00:00Z"
    )
    (long,) = await caller.errors(OUTCOMES, since="2020-11-20T00:00:00Z")

    assert after["message"] == "since: lies after `until`; allowed is an instant up to it"
    assert "allowed are at most 1500 days" in long["message"]
    assert {each["extensions"]["code"] for each in (after, long)} == {"BAD_USER_INPUT"}


async def test_what_is_undone_is_taken_out_of_where_it_was_counted(caller: Caller) -> None:
    """Whatever comes with the undo; reactivated on another day it is counted there."""
    await did(caller, "FAVORITE", occurredAt="2026-11-18T10:00:00Z", context=OURS)
    await did(caller, "VIEW", occurredAt="2026-11-18T10:00:00Z", context=OURS)
    undo = {"undo": True, "occurredAt": "2026-11-19T10:00:00Z"}

    assert await did(caller, "FAVORITE", context={"source": "else"}, **undo) == "UNDONE"

    assert await outcomes(caller) == ["2026-11-18 recommended: 1 views"]
    again = {"source": "profile", "recommendationId": "b"}
    assert await did(caller, "FAVORITE", context=again) == "REACTIVATED"
    assert await outcomes(caller) == [
        "2026-11-18 recommended: 1 views",
        f"{TODAY} recommended: 1 favorites",
    ]
    assert await outcomes(caller, "VARIANT") == [
        "trailmark recommended: 1 views",
        "b recommended: 1 favorites",
    ]
    assert await differences() == []


async def test_limited_users_count_and_their_undos_too(caller: Caller) -> None:
    """Their tokens remember what to take out, and nothing that says whose it was."""
    await set_level(caller.url, SECRET, "ann", PrivacyLevel.LIMITED)
    for action in ("VIEW", "FAVORITE", "HIDE"):
        assert await did(caller, action, context=OURS) == "AGGREGATED"
    await did(caller, "BOOKMARK", context={"source": "home", "recommended": True})
    assert await outcomes(caller) == [
        f"{TODAY} recommended: 1 views 1 favorites 1 bookmarks 1 hides"
    ]
    caller.clock.advance(86_400)

    for action in ("FAVORITE", "BOOKMARK"):
        assert await did(caller, action, undo=True) == "UNDONE"

    assert await outcomes(caller, "VARIANT") == ["trailmark recommended: 1 views 1 hides"]
    assert await did(caller, "FAVORITE") == "AGGREGATED"
    assert await outcomes(caller) == [
        f"{TODAY} recommended: 1 views 1 hides",
        "2026-11-21 other: 1 favorites",
    ]
    assert await differences() == []


@pytest.mark.parametrize(
    ("level", "left"),
    [("LIMITED", [f"{TODAY} recommended: 1 views 1 favorites"]), ("NONE", [])],
)
async def test_a_lower_level_leaves_what_was_counted_or_takes_it_out(
    caller: Caller, level: str, left: list[str]
) -> None:
    """LIMITED leaves it as nobody's; NONE takes out what has rows."""
    await did(caller, "VIEW", context=OURS)
    await did(caller, "FAVORITE", context=OURS)
    lower = (
        "mutation($input: SetPrivacyInput!) { setPrivacy(input: $input) { removedInteractions } }"
    )

    await caller.data(lower, input={"userId": "ann", "level": level})

    assert await outcomes(caller) == left
    assert await differences() == []


async def test_an_erasure_leaves_no_name_that_nothing_is_counted_under(caller: Caller) -> None:
    """What only this user came from is gone, undone or not; what others came from is as it was."""
    own = {"source": "anns-page", "recommendationId": "anns-variant:1"}
    for context in (OURS, own):
        await did(caller, "VIEW", context=context)
        await did(caller, "VIEW", userId="bob", context=OURS)
    await did(caller, "FAVORITE", context=own)
    await did(caller, "FAVORITE", undo=True)
    undone = {"source": "anns-other-page", "recommendationId": "anns-other-variant"}
    at_once = {"userId": "ann", "action": "BOOKMARK", "postId": "p"}
    await caller.outcomes({**at_once, "context": undone}, {**at_once, "undo": True})

    await caller.data('mutation { eraseUser(input: {userId: "ann", confirm: true}) { erasedAt } }')

    names = "SELECT source, variant, CAST(sum(count) AS INT) FROM outcomes GROUP BY 1, 2"
    assert await run(caller.url, names) == [("home", "trailmark", 2)]
    named = "SELECT variant FROM outcome_variants ORDER BY variant"
    assert await run(caller.url, named) == [(":home",), ("trailmark",)]
    assert await outcomes(caller, "VARIANT") == ["trailmark recommended: 2 views"]
    assert await differences() == []


async def test_pruning_and_imports_leave_totals(caller: Caller) -> None:
    """A state that has left history has no context any more: its undo is taken out of the rest."""
    for action in ("VIEW", "FAVORITE"):
        await did(caller, action, occurredAt="2026-11-08T10:00:00Z", context=OURS)
        await did(caller, action, "q", occurredAt="2026-11-08T10:00:00Z")
    expected = [
        "2026-11-08 recommended: 1 views 1 favorites",
        "2026-11-08 other: 1 views 1 favorites",
    ]

    removed = (await caller.data(PRUNE, days=10, dry=False))["pruneInteractions"]["removed"]

    assert removed == 4
    assert await outcomes(caller) == expected
    assert await differences() == []
    assert await did(caller, "FAVORITE", undo=True) == "UNDONE"
    assert await outcomes(caller) == [expected[0], "2026-11-08 other: 1 views"]
    assert await differences() == []


async def test_beyond_a_thousand_variants_a_day_all_others_are_one(caller: Caller) -> None:
    """What was counted as another is taken out there; the next day has its own thousand."""
    favorites = favorites_of(1_003, lambda number: {"recommendationId": f"v{number:04}:x"})
    await caller.outcomes(*favorites[:600])
    await caller.outcomes(*favorites[600:])

    found = await outcomes(caller, "VARIANT")
    assert len(found) == 1_001
    assert found[0] == "other recommended: 3 favorites"
    assert await did(caller, "FAVORITE", "p1001", undo=True) == "UNDONE"
    assert await did(caller, "FAVORITE", "p0999", undo=True) == "UNCHANGED"
    assert await did(caller, "FAVORITE", "p999", undo=True) == "UNDONE"
    found = await outcomes(caller, "VARIANT")
    assert len(found) == 1_000
    assert "other recommended: 2 favorites" in found
    assert "v0999 recommended: 1 favorites" not in found
    caller.clock.advance(86_400)
    await did(caller, "VIEW", context={"recommendationId": "v1002:x"})
    period = {"since": "2026-11-21T00:00:00Z"}
    assert await outcomes(caller, "VARIANT", **period) == ["v1002 recommended: 1 views"]
    assert await differences() == []


async def test_beyond_a_thousand_sources_a_day_all_others_are_one(caller: Caller) -> None:
    """What was counted as another is taken out there; each interaction shows its own source."""
    favorites = favorites_of(1_003, lambda number: {"source": f"s{number:04}"})
    await caller.outcomes(*favorites[:600])
    caller.clock.advance(1)
    await caller.outcomes(*favorites[600:])

    found = await outcomes(caller, "SOURCE")
    assert len(found) == 1_001
    assert found[0] == "other other: 3 favorites"
    shown = 'query { user(id: "ann") { interactions(first: 1) { nodes { context { source } } } } }'
    (newest,) = (await caller.data(shown))["user"]["interactions"]["nodes"]
    assert newest == {"context": {"source": "s1002"}}
    assert await did(caller, "FAVORITE", "p1001", undo=True) == "UNDONE"
    assert await did(caller, "FAVORITE", "p999", undo=True) == "UNDONE"
    found = await outcomes(caller, "SOURCE")
    assert len(found) == 1_000
    assert "other other: 2 favorites" in found
    assert "s0999 other: 1 favorites" not in found
    caller.clock.advance(86_400)
    assert await did(caller, "FAVORITE", "p1001", context={"source": "s1001"}) == "REACTIVATED"
    period = {"since": "2026-11-21T00:00:00Z"}
    assert await outcomes(caller, "SOURCE", **period) == ["s1001 other: 1 favorites"]
    assert await differences() == []


LONG = "v" * 255


@pytest.mark.parametrize(
    ("context", "group"),
    [
        ({}, "- other"),
        ({"recommended": True}, "- recommended"),
        ({"recommendationId": ":1"}, "- recommended"),
        ({"recommendationId": "trailmark:1"}, "trailmark recommended"),
        ({"recommendationId": "more:1"}, "other recommended"),
        ({"recommendationId": LONG}, "other recommended"),
    ],
)
async def test_what_comes_from_another_source_has_its_variant_all_the_same(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, context: dict[str, Any], group: str
) -> None:
    """Each is taken out of where it was counted, whatever names the day has by then.

    Only a variant as long as a recommendation's id may be is another as well.
    """
    monkeypatch.setattr(outcome_changes, "NAMES_LIMIT", 1)
    await set_level(caller.url, SECRET, "bob", PrivacyLevel.LIMITED)
    await did(caller, "VIEW", context=OURS)
    context |= {"source": "profile"}
    for user in ("ann", "bob", "cid"):
        await did(caller, "FAVORITE", userId=user, context=context)
        await did(caller, "CLICK", userId=user, context=context)
    monkeypatch.setattr(outcome_changes, "NAMES_LIMIT", 1_000)
    await did(caller, "VIEW", context={"source": "profile", "recommendationId": "more"})

    which = group.rpartition(" ")[2]
    counted = [line for line in await outcomes(caller, "SOURCE") if line.startswith("other ")]
    assert counted == [f"other {which}: 3 clicks 3 favorites"]
    assert f"{group}: 3 clicks 3 favorites" in [
        line.replace("1 views ", "") for line in await outcomes(caller, "VARIANT")
    ]
    assert await differences() == []

    for user in ("ann", "bob"):
        assert await did(caller, "FAVORITE", userId=user, undo=True) == "UNDONE"
    await caller.data('mutation { eraseUser(input: {userId: "cid", confirm: true}) { erasedAt } }')
    await recalculate(Database.at(caller.url), Scoring(), caller.clock.now, Recalculation())

    counted = [line for line in await outcomes(caller, "SOURCE") if line.startswith("other ")]
    assert counted == [f"other {which}: 2 clicks"]
    assert await differences() == []
    caller.clock.advance(20 * 86_400)
    await caller.data(PRUNE, days=10, dry=False)
    counted = [line for line in await outcomes(caller, "SOURCE") if line.startswith("other ")]
    assert counted == [f"other {which}: 2 clicks"]
    assert await differences() == []


async def test_rates_are_per_view_with_wilson_s_interval(caller: Caller) -> None:
    """At most 1, and null without views."""
    assert (await caller.data(RATES))["recommendationOutcomes"] == []
    await did(caller, "HIDE", context=OURS)
    unknown = {"views": 0, "clickRate": None, "favoriteRate": None, "hideRate": None}
    assert (await caller.data(RATES))["recommendationOutcomes"] == [unknown]
    for _ in range(10):
        await did(caller, "VIEW", context=OURS)
    for _ in range(12):
        await did(caller, "CLICK", context=OURS)

    (found,) = (await caller.data(RATES))["recommendationOutcomes"]

    assert found["clickRate"] == {"value": 1.0, "low": pytest.approx(0.722467), "high": 1.0}
    assert found["favoriteRate"] == {"value": 0.0, "low": 0.0, "high": pytest.approx(0.277533)}
    assert found["hideRate"] == {
        "value": 0.1,
        "low": pytest.approx(0.017876, abs=1e-6),
        "high": pytest.approx(0.404150, abs=1e-6),
    }


async def test_verify_finds_what_is_wrong_and_recalculate_sets_it_right(caller: Caller) -> None:
    """Too much, too little, and what is not there at all."""
    await did(caller, "VIEW", context=OURS)
    await did(caller, "CLICK", context=OURS)
    await run(caller.url, "UPDATE outcomes SET count = 5 WHERE action = 7")
    await run(caller.url, "DELETE FROM outcomes WHERE action = 6")

    ours = "outcomes of day 20777, recommended, 'home', 'trailmark'"
    assert sorted(await differences()) == [
        f"{ours} CLICK count: stored 0, recounted 1",
        f"{ours} VIEW count: stored 5, recounted 1",
    ]

    await recalculate(Database.at(caller.url), Scoring(), caller.clock.now, Recalculation())

    assert await differences() == []
    assert await outcomes(caller) == [f"{TODAY} recommended: 1 views 1 clicks"]


async def test_what_a_wrong_clock_dated_ahead_is_set_back(caller: Caller) -> None:
    """What has a row moves with it; what has none is counted today."""
    await set_level(caller.url, SECRET, "bob", PrivacyLevel.LIMITED)
    caller.clock.advance(10 * 86_400)
    await did(caller, "FAVORITE", context=OURS)
    await did(caller, "VIEW", userId="bob", context=OURS)
    caller.clock.advance(-10 * 86_400)
    assert await outcomes(caller) == []

    await recalculate(Database.at(caller.url), Scoring(), caller.clock.now, Recalculation())

    assert await outcomes(caller) == [f"{TODAY} recommended: 1 views 1 favorites"]
    assert await differences() == []
