"""Handing over: a lane's owner stores what others were asked to, or they are told that it did not.

Workers are here in one process; in processes of their own they are in tests/durability.
"""

import asyncio
import logging
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.affinity import packing, peer
from resolvers.recording.affinity.affinity import Affinity
from resolvers.recording.affinity.packing import NotStorable
from resolvers.recording.affinity.seats import make_seats
from resolvers.recording.submissions import Outcome, Submission, Verdict
from tests.support.databases import LANES
from tests.support.dividing.affinity import dividing, handed, kept, refusing, submitted_to, there
from tests.support.durability.ledgers import writing
from tests.support.durability.server import until
from tests.support.durability.stores import log_held, poisoned, targets

CREATED = "CREATED"
pytestmark = pytest.mark.either_database


async def test_lanes_are_divided_by_seats(tmp_path: Path) -> None:
    """Of 4 lanes and 2 workers each has two; a worker hands nothing over that is its own."""
    async with dividing(tmp_path, refusing, refusing, lanes=4) as (first, second):
        owned = [[lane for lane in range(4) if not each.owner(lane)] for each in (first, second)]

        assert owned == [[0, 2], [1, 3]]
        assert second.owner(0) is second.owner(2)


async def test_with_one_lane_no_socket_is_opened(tmp_path: Path) -> None:
    """Until there are more; and with one again nobody hands anything over."""
    async with dividing(tmp_path, refusing, refusing, lanes=1) as workers:
        assert [name for name in os.listdir(tmp_path) if name.endswith(".socket")] == []
        assert workers[1].owner(0) is None

        for worker in workers:
            worker.lanes_are(2)
        await there(workers[1], 0)
        workers[1].lanes_are(1)

        assert workers[1].owner(0) is None


async def test_what_is_handed_over_is_stored_and_answered_in_order(
    database_url: str, tmp_path: Path
) -> None:
    """Calls of one turn of the loop are one commit, and each gets its own answers."""
    async with (
        writing(database_url) as (writer, ledger),
        dividing(tmp_path, writer.submit, refusing) as (_, other),
    ):
        owner = await there(other, 0)
        calls = await handed(owner, ["p0", "p1"], ["p2"])

        assert await asyncio.gather(*calls) == [[CREATED] * 2, [CREATED]]
        assert ledger.sizes == [3]
        verdicts = await submitted_to(owner, "p3", "p4")

    rows = [each.row for each in verdicts if not isinstance(each, Exception)]
    assert [row and row.target_id for row in rows] == ["p3", "p4"]
    assert await targets(database_url) == ["p0", "p1", "p2", "p3", "p4"]


async def test_more_than_travels_at_once_follows_in_turns(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A call goes whole, whatever its size, and the calls keep their order."""
    monkeypatch.setattr(peer, "FRAME_LIMIT", 3)
    calls = [["a"] * 2, ["b"] * 2, ["c"] * 7, ["d"]]
    async with (
        writing(database_url) as (writer, _),
        dividing(tmp_path, writer.submit, refusing) as (_, other),
    ):
        tasks = await handed(await there(other, 0), *calls)

        answers = await asyncio.gather(*tasks)

    assert answers == [[CREATED] * len(call) for call in calls]
    assert await targets(database_url) == [each for call in calls for each in call]


async def test_a_cancelled_caller_ends_nothing_but_its_wait(
    database_url: str, tmp_path: Path
) -> None:
    """What it handed over is stored, and others that travelled with it are answered."""
    async with (
        writing(database_url) as (writer, ledger),
        dividing(tmp_path, writer.submit, refusing) as (_, other),
    ):
        async with log_held(database_url):
            leaving, staying = await handed(await there(other, 0), ["p0"], ["p1"])
            await ledger.has_begun(1)
            leaving.cancel()

        assert await staying == [CREATED]
    assert await targets(database_url) == ["p0", "p1"]


async def test_while_two_hand_overs_are_under_way_the_next_gathers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there are enough for one, or one is answered; so few travel at a time."""
    monkeypatch.setattr(peer, "WORTH_IT", 3)
    sizes = list[int]()
    may_answer = asyncio.Event()

    async def slow(submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        sizes.append(len(submissions))
        await may_answer.wait()
        return [Verdict(Outcome.CREATED) for _ in submissions]

    async with dividing(tmp_path, slow, refusing) as (_, other):
        owner = await there(other, 0)
        calls = await handed(owner, ["p0"])
        for targets in (["p1"], ["p2"], ["p3", "p4"], ["p5"], ["p6"]):
            calls += await handed(owner, targets)
        await until(lambda: sizes == [1, 1, 3])
        may_answer.set()
        answers = await asyncio.gather(*calls)

    assert sizes == [1, 1, 3, 2]
    assert answers == [[CREATED]] * 3 + [[CREATED] * 2] + [[CREATED]] * 2


async def test_an_owner_that_has_too_much_refuses(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever handed it over passes that on; nothing of it is stored."""
    monkeypatch.setattr(peer, "WORTH_IT", 1)
    async with (
        writing(database_url, queue_limit=2) as (writer, ledger),
        dividing(tmp_path, writer.submit, refusing) as (_, other),
    ):
        owner = await there(other, 0)
        async with log_held(database_url):
            under_way = 2 if ledger.overlaps and LANES == 1 else 1  # a lane begins the log first
            calls = []
            for number in range(under_way):
                calls += await handed(owner, [f"p{number}"])
                await ledger.has_begun(number + 1)
            calls += await handed(owner, ["waits", "waits too"])
            await until(lambda: writer.waiting == 2)
            with pytest.raises(Overloaded, match="2 inputs are waiting to be stored"):
                await submitted_to(owner, "refused")

        await asyncio.gather(*calls)
    assert await targets(database_url) == [*("p0", "p1")[:under_way], "waits", "waits too"]


async def test_what_waits_for_an_owner_is_bounded(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond that a call is refused before it travels."""
    monkeypatch.setattr(peer, "WAITING_LIMIT", 2)
    async with (
        writing(database_url) as (writer, ledger),
        dividing(tmp_path, writer.submit, refusing) as (_, other),
    ):
        owner = await there(other, 0)
        async with log_held(database_url):
            calls = await handed(owner, ["p0", "p1"])
            await ledger.has_begun(1)
            with pytest.raises(Overloaded, match="2 inputs are waiting to be stored"):
                await submitted_to(owner, "refused")

        await asyncio.gather(*calls)
        assert await submitted_to(owner, "p2")
    assert await targets(database_url) == ["p0", "p1", "p2"]


async def test_an_input_that_the_database_refuses_fails_alone(
    database_url: str, tmp_path: Path
) -> None:
    """Its caller hears of it, and what travelled with it is stored."""
    async with (
        poisoned(database_url),
        writing(database_url) as (writer, _),
        dividing(tmp_path, writer.submit, refusing) as (_, other),
    ):
        one, two = await handed(await there(other, 0), ["p0", "poison"], ["p1"])

        (created, refused), whole = await asyncio.gather(one, two)

    assert (created, whole) == (CREATED, [CREATED])
    assert isinstance(refused, NotStorable)
    assert "a trigger of interactions says no" in str(refused)
    assert await targets(database_url) == ["p0", "p1"]


async def test_an_owner_that_stops_answers_what_it_has_taken(
    database_url: str, tmp_path: Path
) -> None:
    """It takes nothing after: what comes later is given back to its worker, which writes it."""
    async with (
        writing(database_url) as (writer, ledger),
        dividing(tmp_path, writer.submit, refusing) as (first, other),
    ):
        owner = await there(other, 0)
        async with log_held(database_url):
            (taken,) = await handed(owner, ["p0"])
            await ledger.has_begun(1)
            await first.leave()
            (late,) = await handed(owner, ["late"])
            given_back: list[object] = []
            assert await late == given_back
            await until(lambda: other.owner(0) is None)
            assert await submitted_to(owner, "later") == given_back
            stopping = asyncio.create_task(writer.stop())

        await stopping
        await first.close()
        assert await taken == [CREATED]
    assert await targets(database_url) == ["p0"]


async def test_an_owner_that_ends_leaves_it_unknown_what_it_stored(tmp_path: Path) -> None:
    """The error says to send the same event ids again; the next in its place takes over."""
    has_taken = asyncio.Event()

    async def unanswered(submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        has_taken.set()
        return await asyncio.Future()

    async with dividing(tmp_path, unanswered, refusing) as (first, other):
        (call,) = await handed(await there(other, 0), ["p0"])
        await has_taken.wait()
        await first.leave()
        await first.close()
        with pytest.raises(OutcomeUnknown, match="send the same eventId again"):
            await call
        assert other.owner(0) is None

        next_one = Affinity(tmp_path)
        next_one.start(refusing, kept)
        next_one.lanes_are(2)
        await there(other, 0)
        await next_one.leave()
        await next_one.close()


async def test_a_worker_without_a_seat_hands_all_over(tmp_path: Path) -> None:
    """As while a successor starts beside the worker that it is to replace, until that has ended."""
    async with dividing(tmp_path, refusing, refusing) as (first, second):
        extra = Affinity(tmp_path)
        extra.start(refusing, kept)
        extra.lanes_are(2)
        owners = {await there(extra, 0), await there(extra, 1)}
        assert len(owners) == 2

        await first.leave()
        await first.close()
        await there(second, 0)

        assert extra.owner(0) is None
        await extra.leave()
        await extra.close()


async def test_workers_of_two_releases_hand_nothing_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Each writes all lanes itself: what they would send, the other might read otherwise."""
    monkeypatch.setattr(peer, "FORMAT", f"not {packing.FORMAT}")
    caplog.set_level(logging.INFO)
    make_seats(tmp_path, 2)
    workers = [Affinity(tmp_path), Affinity(tmp_path)]
    for worker in workers:
        worker.start(refusing, kept)
        worker.lanes_are(2)

    await until(lambda: "the worker at seat 0 is of another release" in caplog.messages)

    assert workers[1].owner(0) is None
    for worker in workers:
        await worker.leave()
    for worker in workers:
        await worker.close()
