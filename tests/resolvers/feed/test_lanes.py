"""The live feed over several lanes: what any of them commits is told once, and none too early."""

from collections.abc import AsyncIterator, Sequence

import pytest

from models.database.database import Database
from models.database.notifications import lane_heads
from models.database.notifications.commit_notifier import CommitNotifier
from models.following.writer import follower_writer
from models.ledger.lanes.layouts import change_lanes
from models.reading.log import read_head, read_settled_head
from resolvers.following.follower import Follower
from resolvers.moving.exporting import beginning, read_pages
from resolvers.recording.writer import Writer
from tests.support.durability.server import until, until_awaited
from tests.support.live.lanes import LANES, heads, lane_held, lane_writers, view_of
from tests.support.recording.following import Remembering, remembered
from tests.support.recording.tails import has_read, tailing

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

SOON_S = 0.02


@pytest.fixture
async def writers(database_url: str) -> AsyncIterator[Sequence[Writer]]:
    """Writers of a database of four lanes, who have begun an incarnation, which moves all heads."""
    await change_lanes(Database.at(database_url), LANES)
    async with lane_writers(database_url) as writers:
        await writers[0].submit([view_of(0, "first")])
        yield writers
    await change_lanes(Database.at(database_url), 1)


@pytest.fixture
def unnotified(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is notified of commits: it is as if each process was killed right after its own."""
    monkeypatch.setattr(CommitNotifier, "notify", lambda self: None)


async def test_what_one_lane_commits_is_told_though_the_others_stand_still(
    database_url: str, writers: Sequence[Writer]
) -> None:
    """The others are brought up before notifications, and no poll is needed."""
    async with tailing(database_url) as (_, listener):
        for target in "abc":
            await writers[2].submit([view_of(2, target)])
            await until(lambda target=target: listener.targets[-1:] == [target])  # type: ignore[misc]

        await listener.has("abc")


async def test_nothing_is_told_beyond_the_head_of_a_lane_that_is_being_written(
    database_url: str, writers: Sequence[Writer]
) -> None:
    """What that lane then commits may stand before it."""
    async with tailing(database_url) as (tailer, listener):
        async with lane_held(database_url, 1):
            await writers[0].submit([view_of(0, "a"), view_of(0, "b")])
            tailer.notify()
            await has_read(tailer)
            head = await read_head()
            assert head.last_number < head.highest_number
            assert listener.targets == []

        await listener.has("ab")


async def test_all_lanes_are_told_in_the_order_of_their_numbers(
    database_url: str, writers: Sequence[Writer]
) -> None:
    """Whatever each commits, a user's own order is that of the user's commits."""
    async with tailing(database_url) as (_, listener):
        for number in range(20):
            for lane in (0, 1, 2, 3, number % LANES):
                await writers[lane].submit([view_of(lane, f"{lane}-{number}")])
        await until(lambda: len(listener.targets) == 100)

    assert listener.sequences == sorted(set(listener.sequences))
    for lane in range(LANES):
        told = [target for target in listener.targets if target.startswith(f"{lane}-")]
        numbers = [int(target.split("-")[1]) for target in told]
        assert numbers == sorted(numbers)


@pytest.mark.usefixtures("unnotified")
async def test_a_tailer_brings_up_lanes_that_nobody_else_does(
    database_url: str, writers: Sequence[Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a process was killed between its commit and its notification."""
    monkeypatch.setattr(lane_heads, "STANDS_STILL_S", 0)
    async with tailing(database_url, poll_s=SOON_S) as (_, listener):
        await writers[3].submit([view_of(3, "a")])

        await listener.has("a")


@pytest.mark.usefixtures("unnotified")
async def test_a_follower_brings_up_lanes_that_nobody_else_does(
    database_url: str, writers: Sequence[Writer], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then it makes nothing of what another lane may still commit before."""
    database = Database.at(database_url)
    async with database.reading(), follower_writer(database) as writer:
        follower = Follower(Remembering(), writer)
        await writers[3].submit([view_of(3, "a")])
        while await follower.step():
            pass
        assert len(await remembered()) == 1  # what was there at first
        monkeypatch.setattr(lane_heads, "STANDS_STILL_S", 0)

        async def is_remembered() -> bool:
            await follower.step()
            return len(await remembered()) == 2

        await until_awaited(is_remembered)


@pytest.mark.usefixtures("unnotified")
async def test_an_export_has_all_that_was_committed_before_it(
    database_url: str, writers: Sequence[Writer]
) -> None:
    """It brings up the lanes itself, where nobody else did."""
    async with Database.at(database_url).reading():
        await writers[1].submit([view_of(1, "a")])
        assert len(set(await heads(database_url))) > 1

        head = await read_settled_head(Database.at(database_url))

        pages = read_pages(beginning(head), head.last_number)
        targets = [row.target_id async for page in pages for row in page.rows]
        assert targets == ["first", "a"]


async def test_a_lane_that_is_held_delays_an_export_for_so_long_only(
    database_url: str, writers: Sequence[Writer]
) -> None:
    """Then it has what can be read, and its cursor is from there."""
    async with Database.at(database_url).reading():
        before = await read_settled_head(Database.at(database_url))
        async with lane_held(database_url, 0):
            await writers[1].submit([view_of(1, "a")])

            head = await read_settled_head(Database.at(database_url), within_s=SOON_S)

            assert head.last_number == before.last_number < head.highest_number


async def test_a_change_of_the_number_of_lanes_is_not_felt(database_url: str) -> None:
    """What was told is told no more, and what comes is told in order, with more lanes or fewer."""
    sent = list[str]()
    async with tailing(database_url) as (_, listener):
        for lanes in (8, 2, 1, 4):
            await change_lanes(Database.at(database_url), lanes)
            async with lane_writers(database_url) as writers:
                assert len(writers) == lanes
                for lane in (*range(lanes), *range(lanes)):
                    sent.append(str(len(sent)))
                    await writers[lane].submit([view_of(lane, sent[-1], lanes)])
            await until(lambda: len(listener.targets) == len(sent))

        await listener.has(sent)
        assert listener.gaps == 0
