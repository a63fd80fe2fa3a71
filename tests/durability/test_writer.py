"""The writer over a real ledger: few commits, whole calls, and no failure but one's own."""

import asyncio
import logging

import pytest

from models.database.database import Database
from models.errors import DatabaseUnavailable
from models.ledger.opening import open_ledger
from resolvers.errors import Overloaded
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.recording.writing.sizing import LARGE_BATCH
from tests.support.client import RECORD, RECORD_MANY, Caller
from tests.support.durability.ledgers import submitted, view, writing
from tests.support.durability.stores import log_held, poisoned, rows, targets

CREATED = "CREATED"
VIEWS = "SELECT subject_id, count FROM totals WHERE subject_kind = 1 ORDER BY subject_id"


async def test_calls_that_wait_share_one_commit(database_url: str) -> None:
    """While one is under way the 99 others gather: for one commit, or for two that overlap."""
    async with writing(database_url) as (writer, ledger):
        async with log_held(database_url):
            calls = await submitted(writer, ["p0"])
            await ledger.has_begun(1)
            calls += await submitted(writer, *([f"p{i}"] for i in range(1, 100)))

        assert await asyncio.gather(*calls) == [[CREATED]] * 100
        assert ledger.sizes == ([1, 50, 49] if ledger.overlaps else [1, 99])
    assert await targets(database_url) == [f"p{i}" for i in range(100)]


async def test_while_processors_are_short_one_batch_is_under_way(database_url: str) -> None:
    """All that gathers meanwhile is one commit, which costs less than two that overlap."""
    async with writing(database_url, are_short=lambda: True) as (writer, ledger):
        async with log_held(database_url):
            calls = await submitted(writer, ["p0"])
            await ledger.has_begun(1)
            calls += await submitted(writer, *([f"p{i}"] for i in range(1, LARGE_BATCH)))

        assert await asyncio.gather(*calls) == [[CREATED]] * LARGE_BATCH
        assert ledger.sizes == [1, LARGE_BATCH - 1]
    assert await targets(database_url) == [f"p{i}" for i in range(LARGE_BATCH)]


async def test_a_call_alone_is_committed_at_once(database_url: str) -> None:
    """Calls that do not overlap have a commit each: the writer waits for no others."""
    async with writing(database_url) as (writer, ledger):
        for number in range(3):
            await writer.submit([view(f"p{number}")])

        assert ledger.begun == 3
        assert await targets(database_url) == ["p0", "p1", "p2"]


async def test_a_commit_takes_whole_calls_up_to_its_limit(database_url: str) -> None:
    """A commit of at most 10 takes 4 + 6, then 5, and a call of 30 goes whole."""
    calls = [[f"{call}-{i}" for i in range(size)] for call, size in enumerate([4, 6, 5, 30])]
    async with writing(database_url, batch_limit=10) as (writer, ledger):
        async with log_held(database_url):
            waiting = await submitted(writer, ["first"])
            await ledger.has_begun(1)
            waiting += await submitted(writer, *calls)

        await asyncio.gather(*waiting)
        assert ledger.sizes == [1, 4 + 6, 5, 30]
    assert await targets(database_url) == ["first", *(each for call in calls for each in call)]


async def test_a_cancelled_call_is_stored_all_the_same(database_url: str) -> None:
    """Whoever stops waiting cancels neither its own inputs, begun or not, nor another's."""
    async with writing(database_url) as (writer, ledger):
        async with log_held(database_url):
            (committing,) = await submitted(writer, ["p0"])
            await ledger.has_begun(1)
            waiting, staying = await submitted(writer, ["p1"], ["p2"])
            for call in (committing, waiting):
                call.cancel()
            ended = await asyncio.gather(committing, waiting, return_exceptions=True)

        assert [type(each) for each in ended] == [asyncio.CancelledError] * 2
        assert await staying == [CREATED]
    assert await targets(database_url) == ["p0", "p1", "p2"]


async def test_beyond_the_queue_limit_a_call_is_refused_whole(
    database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """With 10 waiting of at most 10, one more is Overloaded and nothing of it is stored.

    The log says so, once for however many.
    """
    async with writing(database_url, queue_limit=10) as (writer, ledger):
        async with log_held(database_url):
            (first,) = await submitted(writer, ["first"])
            await ledger.has_begun(1)
            waiting = await submitted(writer, ["p"] * 8, ["p"] * 2)
            for _ in range(3):
                with pytest.raises(Overloaded, match="10 inputs are waiting"):
                    await writer.submit([view("refused")])

        await asyncio.gather(first, *waiting)
        assert await writer.submit([view("later")])
    assert await targets(database_url) == ["first", *["p"] * 10, "later"]
    assert caplog.messages == ["10 inputs are waiting to be stored; more are turned away"]


async def test_stopping_commits_what_waits_and_takes_nothing_more(database_url: str) -> None:
    """stop() drains the queue; a call after it is Overloaded; the ledger's connection is closed."""
    writer = Writer(open_ledger(Database.at(database_url)), Rules())
    writer.start()
    async with log_held(database_url):
        waiting = await submitted(writer, ["p0"])
        waiting += await submitted(writer, ["p1", "p2"], ["p3"])
        stopping = asyncio.create_task(writer.stop())
        await asyncio.sleep(0)
        with pytest.raises(Overloaded, match="stopping"):
            await writer.submit([view("refused")])

    async with asyncio.timeout(20):
        await stopping
    assert await asyncio.gather(*waiting) == [[CREATED], [CREATED, CREATED], [CREATED]]
    with pytest.raises(Overloaded, match="stopping"):
        await writer.submit([view("refused")])
    assert await targets(database_url) == ["p0", "p1", "p2", "p3"]


async def test_stopping_an_idle_writer_returns(database_url: str) -> None:
    """Nothing waits, nothing is committed, and stop() is over at once."""
    writer = Writer(open_ledger(Database.at(database_url)), Rules())
    writer.start()

    async with asyncio.timeout(5):
        await writer.stop()

    assert await targets(database_url) == []


async def test_what_the_database_will_not_take_fails_alone(database_url: str) -> None:
    """Of a commit that a trigger refuses, all but the refused input are stored, in order."""
    async with poisoned(database_url), writing(database_url) as (writer, ledger):
        async with log_held(database_url):
            calls = await submitted(writer, ["p0"])
            await ledger.has_begun(1)
            calls += await submitted(writer, ["p1", "poison", "p2"], ["p3"], ["poison"])

        _, mixed, whole, refused = await asyncio.gather(*calls)
        assert [mixed[0], mixed[2], *whole] == [CREATED] * 3
        assert [str(mixed[1]), str(refused[0])] == ["a trigger of interactions says no"] * 2
    assert await targets(database_url) == ["p0", "p1", "p2", "p3"]
    assert await rows(database_url, VIEWS) == [("p0", 1), ("p1", 1), ("p2", 1), ("p3", 1)]


async def test_a_batch_is_stored_but_for_the_one_input_the_database_refuses(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """recordInteractions answers REJECTED for that one, and leaks nothing of the database.

    The message has a request id, under which the log has the cause.
    """
    inputs = [{"userId": "ann", "action": "VIEW", "postId": post} for post in ("p0", "poison")]

    async with poisoned(caller.url):
        with caplog.at_level(logging.ERROR):
            data = await caller.data(RECORD_MANY, inputs=[*inputs, inputs[0]])

    results = data["recordInteractions"]["results"]
    assert [each["outcome"] for each in results] == [CREATED, "REJECTED", CREATED]
    assert data["recordInteractions"]["recorded"] == 2
    assert [results[0]["errors"], results[2]["errors"]] == [[], []]
    (error,) = results[1]["errors"]
    said, request_id = error["message"][:-16], error["message"][-16:]
    assert (error["code"], error["field"]) == ("INVALID", [])
    assert said == "the database would not take it; the server's log tells why under request id "
    (line,) = [each for each in caplog.records if request_id in each.getMessage()]
    assert "a trigger of interactions says no" in str(line.exc_info)
    assert await caller.history("ann") == ["VIEW p0", "VIEW p0"]
    assert await caller.counts("poison") == {}


async def test_an_input_the_database_refuses_is_an_internal_error(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """recordInteraction answers a request id, under which the log has the cause; no internals."""
    poison = {"userId": "ann", "action": "VIEW", "postId": "poison"}

    async with poisoned(caller.url):
        with caplog.at_level(logging.ERROR):
            (error,) = await caller.errors(RECORD, input=poison)

    assert error.pop("locations")
    assert error.pop("path") == ["recordInteraction"]
    request_id = error["extensions"].pop("requestId")
    assert error == {
        "message": "something went wrong; the server's log tells what, under this request id",
        "extensions": {"code": "INTERNAL"},
    }
    (told,) = [record for record in caplog.records if request_id in record.getMessage()]
    assert "a trigger of interactions says no" in str(told.exc_info)
    assert await caller.outcome(**{**poison, "postId": "p0"}) == CREATED
    assert await caller.history("ann") == ["VIEW p0"]


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_an_input_the_database_is_too_full_for_is_not_called_invalid(
    caller: Caller,
) -> None:
    """A client must not drop what would be stored later: the answer tells it to send again."""
    inputs = [
        {"userId": "ann", "action": "VIEW", "postId": post, "eventId": post}
        for post in ("p0", "poison", "full")
    ]

    async with poisoned(caller.url):
        answer = await caller.send(RECORD_MANY, inputs=inputs)

    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL"  # one of them is stored
    assert await caller.outcomes(*inputs) == ["UNCHANGED", CREATED, CREATED]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_once_the_database_is_gone_the_rest_is_not_tried_one_by_one(
    database_url: str,
) -> None:
    """Else each of a thousand would wait for the lock in turn, and every caller behind them."""
    file = Database.at(database_url).path

    async def leave(transaction: int) -> None:
        if transaction == 3:
            file.rename(f"{file}.away")

    async with poisoned(database_url), writing(database_url, before=leave) as (writer, ledger):
        (call,) = await submitted(writer, ["poison", "p1", "p2", "p3", "p4"])
        answers = await call

        file.with_name(f"{file.name}.away").rename(file)
        assert [type(answer) for answer in answers[1:]] == [Overloaded] * 4
        assert ledger.begun == 3
    assert await targets(database_url) == []


async def test_what_follows_a_batch_that_is_tried_one_by_one_waits_for_it(
    database_url: str,
) -> None:
    """Calls are stored in the order in which they came, also around one that is refused."""

    async def slowly(transaction: int) -> None:
        await asyncio.sleep(0.02 if transaction > 2 else 0)

    async with (
        poisoned(database_url),
        writing(database_url, before=slowly, batch_limit=3) as (
            writer,
            _,
        ),
    ):
        calls = await submitted(writer, ["p0", "poison", "p1"], ["p2", "p3"], ["p4"], ["p5", "p6"])
        (_, refused, _), *others = await asyncio.gather(*calls)

    assert isinstance(refused, Exception)
    assert others == [[CREATED] * 2, [CREATED], [CREATED] * 2]
    assert await targets(database_url) == [f"p{number}" for number in range(7)]


async def test_a_writer_that_stops_at_failure_ends_with_the_first_batch_that_is_not_stored(
    database_url: str,
) -> None:
    """Whoever goes on from there later finds nothing that was stored ahead of its time."""
    full, is_embedded = ["full"], Database.at(database_url).is_embedded

    async def away(transaction: int) -> None:
        if transaction == 2 and is_embedded:
            raise DatabaseUnavailable("the disk is full")

    async with (
        poisoned(database_url),
        writing(database_url, before=away, batch_limit=1, stops_at_failure=True) as (writer, _),
    ):
        first, *calls = await submitted(writer, ["p0"], full, ["p1"], ["p2"])
        assert await first == [CREATED]
        answers = await asyncio.gather(*calls, return_exceptions=True)

    assert [type(answer) for answer in answers] == [Overloaded] * 3
    assert await targets(database_url) == ["p0"]
