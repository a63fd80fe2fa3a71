"""Merging the parts of preferences: few are left, and nothing of what they count is lost."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from models.database.database import Database
from models.ledger.ledger import Judge
from models.ledger.opening import open_ledger
from models.records import Wanted
from models.vocabulary import ActionType
from resolvers import caller as callers
from resolvers.identity import Identity
from resolvers.recording import merging
from resolvers.recording.contexts import NO_CONTEXT, RecordContext
from resolvers.recording.judging import Rules
from resolvers.recording.merging import MANY, PartMerger, Sweeper, chosen, merge
from resolvers.recording.recorder import Recorder
from resolvers.recording.validation import RecordRequest
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.durability.server import until_awaited
from tests.support.pasts import differences, erase
from tests.support.serving import SECRET
from tests.support.signals.preferences import preferences
from tests.support.sql import count, run

HALF_LIFE = Scoring().user_half_life
ANN = Identity(SECRET).alias("ann")


@pytest.fixture(autouse=True)
def servers_that_look_at_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server does not merge by chance what a test counts: it looks only at whom it is told of."""
    monkeypatch.setattr(merging, "ONE_IN", 2**62)


async def record(caller: Caller, times: int, user: str = "ann") -> None:
    """Add so many parts, the last of which takes the first out again."""
    context = {"hashtags": ["ants", "bees"], "source": "home"}
    for number in range(times - 1):
        input = {"userId": user, "postId": f"p{number}", "context": context}
        await caller.record(**input, action="FAVORITE")
        caller.clock.advance(3_600)
    await caller.record(userId=user, action="FAVORITE", postId="p0", undo=True)


async def merged(caller: Caller, between: Callable[[], Awaitable[Any]] | None = None) -> list[str]:
    """Merge Ann's parts; what is done `between` comes after they were read."""
    ledger = open_ledger(Database.at(caller.url))

    async def commit(wanted: Wanted, judge: Judge[Any]) -> Any:
        if between is not None:
            await between()
        return await ledger.transact(wanted, judge)

    try:
        return await merge(commit, [ANN], HALF_LIFE)
    finally:
        await ledger.close()


async def test_many_parts_become_one_that_counts_the_same(caller: Caller) -> None:
    """What was undone is not even kept; and an undo afterwards is as exact."""
    await record(caller, MANY + 8)
    before = await preferences(caller, "ann")

    assert await merged(caller) == []

    assert await count(caller.url, "facet_parts") == 1
    assert await preferences(caller, "ann") == before
    assert await differences() == []
    for number in range(1, MANY + 7):
        await caller.record(userId="ann", action="FAVORITE", postId=f"p{number}", undo=True)
    assert await preferences(caller, "ann") == {}
    assert await differences() == []


async def test_few_parts_stay(caller: Caller) -> None:
    """Merging them would cost more than reading them."""
    await record(caller, MANY)

    assert await merged(caller) == []

    assert await count(caller.url, "facet_parts") == MANY


async def test_parts_that_another_has_merged_are_left_alone(caller: Caller) -> None:
    """Two that merge the same: the second finds that they are gone, and changes nothing."""
    await record(caller, MANY + 1)
    before = await preferences(caller, "ann")

    async def another() -> None:
        await merged(caller)

    await merged(caller, between=another)

    assert await count(caller.url, "facet_parts") == 1
    assert await preferences(caller, "ann") == before
    assert await differences() == []


async def test_what_is_recorded_meanwhile_stays_beside(caller: Caller) -> None:
    """It is a part of its own."""
    await record(caller, MANY + 1)

    async def meanwhile() -> None:
        await caller.record(userId="ann", action="CLICK", postId="q", context={"source": "new"})

    await merged(caller, between=meanwhile)

    assert await count(caller.url, "facet_parts") == 2
    assert (await preferences(caller, "ann"))["SOURCE new"] == (1.0, 1)
    assert await differences() == []


async def test_nothing_comes_back_of_a_user_who_is_erased_meanwhile(caller: Caller) -> None:
    """The parts that were added up are gone, and so is their sum."""
    await record(caller, MANY + 1)

    await merged(caller, between=lambda: erase(caller, userId="ann", confirm=True))

    assert await count(caller.url, "facet_parts") == 0
    assert await differences() == []


async def test_a_server_merges_by_itself(caller: Caller) -> None:
    """Of those whose parts are asked to be looked at."""
    await record(caller, MANY + 8)
    merger, ledger = PartMerger(HALF_LIFE), open_ledger(Database.at(caller.url))
    merger.start(lambda aliases: [(ledger.transact, aliases)])
    merger.ask(ANN)

    async def are_merged() -> bool:
        return await count(caller.url, "facet_parts") < MANY

    try:
        await asyncio.wait_for(until_awaited(are_merged), 10)
    finally:
        await merger.stop()
        await ledger.close()
    assert await differences() == []


async def test_only_those_who_got_a_part_are_told_of(database_url: str) -> None:
    """Once for each batch that adds to their preferences; whoever sends no facets never is."""
    told: list[str] = []
    writer = Writer(open_ledger(Database.at(database_url)), Rules(), note=told.extend)
    writer.start()
    recorder = Recorder(writer, Identity(SECRET), FixedClock())
    tagged = RecordContext(hashtags=["ants"])
    requests = [
        RecordRequest(ActionType.VIEW, user_id=user, post_id="p", context=context)
        for user, context in (("ann", tagged), ("bob", NO_CONTEXT), ("ann", tagged))
    ]

    await recorder.record_many(requests, callers.Caller())
    await writer.stop()

    assert told == [ANN]


async def test_a_round_finds_who_has_many_parts(caller: Caller) -> None:
    """As an import leaves them; who has few is left alone."""
    await record(caller, MANY + 8)
    await record(caller, 3, user="bob")
    ledger = open_ledger(Database.at(caller.url))
    try:
        assert await Sweeper(HALF_LIFE).sweep(ledger.transact) == 1
    finally:
        await ledger.close()

    rows = await run(caller.url, "SELECT count(*) FROM facet_parts GROUP BY user_alias")
    assert sorted(rows) == [(1,), (3,)]
    assert await differences() == []


def test_what_is_large_is_merged_only_with_as_much() -> None:
    """The small ones are; of the large, those that are no larger than all below them."""
    small = dict.fromkeys(range(MANY), 10)

    assert chosen(small) == []
    assert sorted(chosen({**small, 100: 1_000})) == sorted(small)
    assert sorted(chosen({**small, 100: 300, 101: 600, 102: 5_000})) == [*small, 100, 101]
    assert chosen({100: 10_000, **small}) == list(small)


def test_the_number_of_parts_grows_as_a_logarithm() -> None:
    """However many are added, few are left, and each byte is merged few times."""
    sizes: dict[int, int] = {}
    moved = 0
    for number in range(20_000):
        sizes[number] = 100
        if numbers := chosen(sizes):
            total = sum(sizes.pop(each) for each in numbers)
            sizes[-number] = total
            moved += total

    assert len(sizes) <= MANY + 1
    assert moved < 12 * 20_000 * 100
