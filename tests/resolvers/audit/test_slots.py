"""What several lanes counted: whatever is read or done, it is as if one lane had counted all."""

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.reading import recount
from models.reading.engine import stored_size
from models.reading.signals.candidates import known_posts
from models.reading.signals.strangers import is_stranger
from models.reading.totals import count_versions
from models.records import Subject
from models.vocabulary import PrivacyLevel, SubjectKind
from resolvers.audit.verifying import Verification, verify
from resolvers.scoring.ahead import TOLERANCE
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.counting.slots import COUNTED, SLOTS, slots_of, spread
from tests.support.pasts import alias, choose, differences, erase, fill, traces
from tests.support.recording.pruned import prune
from tests.support.rest import exported
from tests.support.serving import SECRET, serving
from tests.support.sql import run

USERS = ["ann", "bob", "cid", "dan"]
DAY_S = 86_400
ALL = """
query All($users: [ID!]!, $since: DateTime!, $until: DateTime!) {
  users(ids: $users) {
    alias
    engagementScore { score normalized rank updatedAt components { action count contribution } }
    interactions(first: 100) { totalCount nodes { action occurredAt } }
  }
  posts(ids: ["p", "q", "r"]) {
    stats {
      score lastInteractionAt engagementRate counts { action count }
      interactionCounts { views favorites hides }
    }
    interactions(first: 100) { totalCount nodes { action occurredAt } }
  }
  group: targetStats(kind: GROUP, id: "g") { counts { action count } lastInteractionAt }
  profile: targetStats(kind: PROFILE, id: "cid") { counts { action count } }
  activityStats(since: $since, until: $until) {
    total uniqueUsers counts { action count }
    minutes: series(interval: MINUTE) { start total }
    hours: series(interval: HOUR) { start total counts { action count } }
  }
  days: activityStats(since: "2026-10-01T00:00:00Z") {
    total counts { action count } series(interval: DAY) { start total counts { action count } }
    local: series(interval: DAY, timeZone: "Asia/Kolkata") { start total }
  }
  trendingPosts { post { postId } score }
  engagementScores { user { alias } score }
  byDay: recommendationOutcomes(by: DAY) { ...outcome }
  bySource: recommendationOutcomes(by: SOURCE) { ...outcome }
  byVariant: recommendationOutcomes(by: VARIANT) { ...outcome }
}
fragment outcome on RecommendationOutcome {
  group recommended views clicks favorites reblogs bookmarks hides
}
"""
RECALCULATE = "mutation { recalculateScores { maxDrift } }"


async def record_all_kinds(caller: Caller) -> None:
    """Have everything counted that there is to count."""
    await choose(caller, userId="dan", level="LIMITED")
    for user in ("ann", "bob"):
        await fill(caller, user)
    for source, recommendation in (("home", "ranker:1"), ("explore", "other:2"), (None, None)):
        context = {"source": source, "recommendationId": recommendation}
        context = {name: value for name, value in context.items() if value}
        for action in ("VIEW", "CLICK", "FAVORITE"):
            what = {"action": action, "postId": "r", "context": context}
            await caller.outcomes({"userId": "cid", **what}, {"userId": "dan", **what})
    caller.clock.advance(3 * 3_600)
    await caller.outcomes(
        {"userId": "cid", "action": "REBLOG", "postId": "p", "context": {"recommended": True}},
        {"userId": "ann", "action": "VIEW", "postId": "r"},
    )


@pytest.fixture
async def filled(caller: Caller) -> Caller:
    """A caller of a server that counted all kinds of things, all in one slot."""
    await record_all_kinds(caller)
    return caller


async def told(caller: Caller) -> dict[str, Any]:
    """All that is told of what was counted."""
    period = {"since": "2026-11-20T00:00:00Z", "until": "2026-11-21T00:00:00Z"}
    found = await caller.data(ALL, users=USERS, **period)
    lines = [line for user in USERS for line in await exported(caller, user_id=user)]
    found["export"] = [{**line, "interaction_id": None} for line in lines]
    subjects = [Subject(SubjectKind.POST, "p"), Subject(SubjectKind.USER, alias("ann"))]
    found["versions"] = await count_versions(subjects)
    known = await known_posts(["p", "q", "r", "unknown"])
    found["views"] = known.views
    found["strangers"] = [await is_stranger(alias(user), PrivacyLevel.FULL) for user in USERS]
    found["size"] = await recount.size()
    found["stored"] = (await stored_size(Database.at(caller.url))).interactions
    found["differences"] = await differences()
    return found


async def test_everything_read_is_the_sum_of_all_slots(filled: Caller) -> None:
    """Counts, scores, activity, outcomes, exports and what is compared with rows."""
    before = await told(filled)
    assert before["differences"] == []

    await spread(filled.url)

    for upsert in COUNTED:
        assert await slots_of(filled.url, upsert.table) == set(range(SLOTS))
    assert await run(filled.url, "SELECT 1 FROM totals WHERE count < 0 LIMIT 1") == [(1,)]
    assert await told(filled) == before


async def repeat(caller: Caller) -> Any:
    """Record, repeat and undo."""
    return await caller.outcomes(
        {"userId": "ann", "action": "VIEW", "postId": "p", "eventId": "e2"},
        {"userId": "ann", "action": "FAVORITE", "postId": "p", "undo": True},
        {"userId": "bob", "action": "FAVORITE", "postId": "q", "context": {"source": "new"}},
        {"userId": "cid", "action": "CLICK", "postId": "r"},
        {"userId": "dan", "action": "FAVORITE", "postId": "r", "undo": True},
        {"userId": "new", "action": "VIEW", "postId": "p"},
    )


async def erase_ann(caller: Caller) -> Any:
    return await erase(caller, userId="ann", confirm=True)


async def erase_all(caller: Caller) -> Any:
    return [await erase(caller, userId=user, confirm=True) for user in USERS]


async def limit_bob(caller: Caller) -> Any:
    return await choose(caller, userId="bob", level="LIMITED")


async def ask_what_would_go(caller: Caller) -> Any:
    return await choose(caller, userId="ann", level="NONE", dryRun=True)


async def prune_all(caller: Caller) -> Any:
    caller.clock.advance(2 * DAY_S)
    return await prune(caller, 1)


async def recalculate(caller: Caller) -> Any:
    return await caller.data(RECALCULATE)


DEEDS = (repeat, erase_ann, erase_all, limit_bob, ask_what_would_go, prune_all, recalculate)


async def _came_to(url: str, deed: Callable[[Caller], Awaitable[Any]], *, spreads: bool) -> Any:
    """What is answered and then told by a server over an empty database that counted the same."""
    async with serving(Settings(url, SECRET), FixedClock()) as caller:
        await record_all_kinds(caller)
        if spreads:
            await spread(url)
        return await deed(caller), await told(caller)


@pytest.mark.parametrize("deed", DEEDS, ids=lambda deed: deed.__name__)
async def test_everything_done_comes_to_the_same(
    deed: Callable[[Caller], Awaitable[Any]], database_url: str, sqlite_file: Path, tmp_path: Path
) -> None:
    """What is answered, and all that is told after it, is as where one slot has everything."""
    shutil.copy(sqlite_file, tmp_path / "alike.db")
    expected = await _came_to(f"sqlite://{tmp_path}/alike.db", deed, spreads=False)

    assert await _came_to(database_url, deed, spreads=True) == expected

    assert expected[1]["differences"] == []


async def test_a_user_who_is_erased_is_gone_from_all_slots(filled: Caller) -> None:
    """So is what nobody else had touched, and outcomes that come to nothing."""
    await spread(filled.url)

    for user in USERS:
        await erase(filled, userId=user, confirm=True)

    assert [await traces(filled.url, user) for user in USERS] == [[]] * 4
    assert await run(filled.url, "SELECT subject_id FROM totals WHERE subject_kind <> 1") == []


async def test_outcomes_come_to_nothing_in_all_slots_together(filled: Caller) -> None:
    """One that is above zero in a slot and below it in another goes with both rows."""
    ours = "source = 'ours' AND count <> 0"
    rows = "(20777, TRUE, 'ours', '', 1, 0, 1, 0), (20777, TRUE, 'ours', '', 1, 2, -1, 0)"
    columns = "day, recommended, source, variant, action, slot, count, aggregated"
    await run(filled.url, f"INSERT INTO outcomes ({columns}) VALUES {rows}")
    kept = await run(filled.url, "SELECT count(*) FROM outcomes WHERE source <> 'ours'")

    await erase(filled, userId="nobody", confirm=True)

    assert await run(filled.url, f"SELECT count(*) FROM outcomes WHERE {ours}") == [(0,)]
    assert await run(filled.url, "SELECT count(*) FROM outcomes") == kept


@pytest.mark.either_database
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE totals SET count = count + 1, folded = folded - 2 WHERE slot = 2",
        "UPDATE scores SET positive = negative, count = count + 1 WHERE slot = 3",
        "DELETE FROM totals WHERE slot = 1",
        "DELETE FROM scores WHERE slot = 0",
        "UPDATE activity SET count = count + 1 WHERE slot = 1",
        "UPDATE outcomes SET count = count - 1 WHERE slot = 3",
    ],
)
async def test_what_is_wrong_in_a_slot_is_told_and_set_right(
    filled: Caller, statement: str
) -> None:
    """Where totals and scores are corrected, slot 0 has all of it afterwards."""
    await spread(filled.url)
    await run(filled.url, statement)
    assert await differences() != []

    await filled.data(RECALCULATE)

    assert await differences() == []


async def test_what_a_wrong_clock_dated_ahead_is_set_back_in_all_slots(filled: Caller) -> None:
    """The latest instant is that of no slot any more."""
    filled.clock.advance(1_100 * DAY_S)
    await filled.outcome(userId="ann", action="REPLY", postId="p")
    filled.clock.advance(-1_100 * DAY_S)
    await spread(filled.url)

    await filled.data(RECALCULATE)

    now = filled.clock.now
    assert [each async for each in verify(Verification(), Scoring(), now)] == []
    assert await run(filled.url, f"SELECT 1 FROM totals WHERE last_at > {now + TOLERANCE}") == []
