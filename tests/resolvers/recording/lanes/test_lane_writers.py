"""The writers of four lanes over PostgreSQL: as if there were one, and beside each other."""

import asyncio
from collections import Counter

import pytest

from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes
from models.partitions import lane_of
from models.records import Changes, Known, StoredSetting, Wanted
from models.vocabulary import ActionType, PrivacyLevel
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.lanes.lane_writers import LaneWriters
from tests.support.databases import empty
from tests.support.durability.stores import poisoned, rows
from tests.support.lanes.writers import ALIASES, alias_in, done, lane_writers, outcomes

LANES = 4
SAVE = ActionType.SAVE
CREATED, UNCHANGED = "CREATED", "UNCHANGED"


@pytest.fixture
async def url(postgres: str) -> str:
    """The URL of an empty database with four lanes."""
    database = Database.at(postgres)
    await empty(database)
    await change_lanes(database, LANES)
    return postgres


async def test_a_call_is_stored_by_each_lane_and_answered_in_order(url: str) -> None:
    """Users of all lanes, in any order: their rows are in their lanes, and numbered apart."""
    users = [*ALIASES, *reversed(ALIASES)]
    async with lane_writers(url) as writers:
        answers = await writers.submit(
            [done(alias, f"p{place}") for place, alias in enumerate(users)]
        )

    assert outcomes(answers) == [CREATED] * len(users)
    stored = await rows(url, "SELECT id, user_alias, target_id FROM interactions")
    numbers = {target: number for number, _, target in stored}
    shown = [getattr(answer, "interaction_id", None) for answer in answers]
    assert shown == [numbers[f"p{place}"] for place in range(len(users))]
    assert all(number % LANES == lane_of(alias, LANES) for number, alias, _ in stored)


async def test_each_user_s_inputs_are_judged_in_order(url: str) -> None:
    """Repeats, undos and event ids within a call and over calls are as with one lane."""
    users = ALIASES[:16]
    async with lane_writers(url) as writers:
        steps = [
            ([done(alias, action=SAVE) for alias in users], CREATED),
            ([done(alias, action=SAVE) for alias in users], UNCHANGED),
            ([done(alias, action=SAVE, undo=True) for alias in users], "UNDONE"),
            ([done(alias, action=SAVE) for alias in users], "REACTIVATED"),
            ([done(alias, event_id="e") for alias in users], CREATED),
            ([done(alias, event_id="e") for alias in users], UNCHANGED),
            ([done(alias, "q", event_id="e") for alias in users], "REJECTED"),
        ]
        together = [each for submissions, _ in steps[:4] for each in submissions]
        expected = [outcome for _, outcome in steps[:4] for _ in users]

        assert outcomes(await writers.submit(together)) == expected
        for submissions, outcome in steps[4:]:
            assert outcomes(await writers.submit(submissions)) == [outcome] * len(users)


async def test_many_calls_at_once_leave_the_totals_of_their_rows(url: str) -> None:
    """Each lane adds to a post's totals what its users did, whatever the others add meanwhile."""
    async with lane_writers(url) as writers, lane_writers(url) as others:
        await asyncio.gather(
            *(
                (others if time % 2 else writers).submit([done(alias)])
                for time in range(8)
                for alias in ALIASES
            )
        )

    (total,) = await rows(
        url, "SELECT sum(count)::int FROM totals WHERE subject_kind = 1 AND subject_id = 'p'"
    )
    assert total == (8 * len(ALIASES),)
    assert await rows(url, "SELECT count(*) FROM interactions") == [(8 * len(ALIASES),)]


async def test_several_lanes_that_want_a_salt_at_once_have_one(url: str) -> None:
    """LIMITED users of all lanes, from two processes: one salt, and each repeat is known."""
    calls = [[done(alias, action=SAVE)] for alias in ALIASES[:16]]
    async with lane_writers(url) as writers, lane_writers(url) as others:
        await limited(writers, ALIASES[:16])

        first = await asyncio.gather(
            *((others if place % 2 else writers).submit(c) for place, c in enumerate(calls))
        )
        again = await asyncio.gather(*(writers.submit(call) for call in calls))

    assert [outcomes(each) for each in first] == [["AGGREGATED"]] * 16
    assert [outcomes(each) for each in again] == [[UNCHANGED]] * 16
    assert await rows(url, "SELECT count(*) FROM salts") == [(1,)]
    assert await rows(url, "SELECT count(*), count(DISTINCT owner) FROM tokens") == [(16, 16)]


async def test_what_concerns_all_lanes_is_judged_by_what_each_has_stored(url: str) -> None:
    """While all lanes record, transactions that count rows in all of them see whole commits."""
    found: list[int] = []
    of_views = Wanted(totals={(1, "p", done(ALIASES[0]).action.code)})

    def judged(known: Known) -> tuple[Changes, int]:
        return Changes(known.last_number, unlogged=True), sum(
            total.count for total in known.totals.values()
        )

    async with lane_writers(url) as writers:
        recording = asyncio.gather(
            *(writers.submit([done(alias) for alias in ALIASES]) for _ in range(10))
        )
        while not recording.done():
            found.append(await writers.transact(of_views, judged))
        await recording
        total = await writers.transact(of_views, judged)

    assert found == sorted(found)
    assert total == 10 * len(ALIASES)


async def test_where_one_lane_fails_the_call_is_to_be_sent_again(url: str) -> None:
    """What the other lanes stored stays; sent again with its event ids, it counts once."""
    mine, other = alias_in(0), alias_in(1)
    call = [done(mine, "p", event_id="a"), done(other, "full", event_id="b")]
    async with lane_writers(url) as writers:
        async with poisoned(url):
            with pytest.raises(OutcomeUnknown, match="send all of them again"):
                await writers.submit(call)
            assert writers.trouble is not None
            with pytest.raises(Overloaded):
                await writers.submit(call[1:])
        await writers.check()

        assert writers.trouble is None
        assert outcomes(await writers.submit(call)) == [UNCHANGED, CREATED]


async def test_beyond_the_limit_of_all_lanes_a_call_is_refused_whole(url: str) -> None:
    """Nothing of it is stored in any lane; the first that waits may be of any size."""
    async with lane_writers(url, queue_limit=len(ALIASES)) as writers:
        waiting = [
            asyncio.create_task(writers.submit([done(alias) for alias in ALIASES]))
            for _ in range(2)
        ]
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="inputs are waiting"):
            await writers.submit([done(alias, "refused") for alias in ALIASES])
        ended = await asyncio.gather(*waiting, return_exceptions=True)

    assert sum(isinstance(each, list) for each in ended) >= 1
    assert await rows(url, "SELECT count(*) FROM totals WHERE subject_id = 'refused'") == [(0,)]


async def test_stopping_commits_what_waits_in_each_lane(url: str) -> None:
    """All that was submitted before is stored; what comes later is refused."""
    async with lane_writers(url) as writers:
        waiting = [
            asyncio.create_task(writers.submit([done(alias) for alias in ALIASES]))
            for _ in range(3)
        ]
        await asyncio.sleep(0)
        await writers.stop()
        with pytest.raises(Overloaded, match="stopping"):
            await writers.submit([done(ALIASES[0])])

    assert [outcomes(await each) for each in waiting] == [[CREATED] * len(ALIASES)] * 3


@pytest.mark.parametrize(("before", "after"), [(1, 4), (4, 1), (4, 2), (2, 64)])
async def test_lanes_may_become_more_or_fewer_while_others_record(
    url: str, before: int, after: int
) -> None:
    """Callers notice nothing: each input is stored once, and each user's in order."""
    database = Database.at(url)
    await change_lanes(database, before)
    async with lane_writers(url) as writers, lane_writers(url) as others:
        tasks = [
            asyncio.create_task(_records(each, alias))
            for each, aliases in ((writers, ALIASES[:32]), (others, ALIASES[32:]))
            for alias in aliases
        ]
        await asyncio.sleep(0)
        await change_lanes(database, after)
        found = await asyncio.gather(*tasks)
        assert await writers.submit([done(ALIASES[0], "last")])

    assert found == [[CREATED, UNCHANGED, "UNDONE", UNCHANGED, "REACTIVATED"] * 3] * len(ALIASES)
    heads = await rows(url, "SELECT lanes FROM log_head ORDER BY id")
    assert heads == [(after,)] * after
    shown = await rows(url, "SELECT user_alias FROM interactions WHERE target_id LIKE 'q%'")
    assert Counter(alias for (alias,) in shown) == dict.fromkeys(ALIASES, 3)


async def _records(writers: LaneWriters, alias: str) -> list[str]:
    """Record and take back, all submitted at once, so that only order makes the outcomes these."""
    calls = [
        [done(alias, f"q{time}", SAVE, undo=undo)]
        for time in range(3)
        for undo in (False, False, True, True, False)
    ]
    answers = await asyncio.gather(*(writers.submit(call) for call in calls))
    return [outcome for each in answers for outcome in outcomes(each)]


async def limited(writers: LaneWriters, aliases: list[str]) -> None:
    """Have users chosen the level LIMITED."""

    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        for alias in aliases:
            changes.settings[alias] = StoredSetting(alias, PrivacyLevel.LIMITED.value, 0, 0)
        return changes, None

    await writers.transact(Wanted(aliases=set(aliases)), judged)
