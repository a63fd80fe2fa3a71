"""Housekeeping: what a server does by itself, one process at a time, and ends at once."""

import asyncio
import logging
import time

import pytest

from graph.server.housekeeping import Chore, do_round, housekeeping, pruning, usual_chores
from models.database.database import Database
from models.database.process_locks import try_process_lock
from models.errors import DatabaseUnavailable
from models.ledger.ledger import Ledger
from models.ledger.opening import open_ledger
from models.records import Micros
from resolvers.identity import Identity
from resolvers.privacy.clock_guard import ClockGuard
from resolvers.privacy.pruning import Pruner
from resolvers.privacy.removing import Remover
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY, Scoring
from tests.support.client import Caller
from tests.support.durability.server import until_awaited
from tests.support.pasts import healthy
from tests.support.recording.pruned import rows
from tests.support.serving import SECRET
from tests.support.sql import run

RETENTION = 90 * DAY


async def one_round(caller: Caller, *more: Chore) -> None:
    """A round as the server does it, at the caller's time."""
    chores = [*more, *pruning(RETENTION, Scoring())]
    await do_round(Database.at(caller.url), caller.clock, chores)


async def record(caller: Caller) -> None:
    for action in ("VIEW", "SAVE"):
        await caller.record(userId="ann", action=action, postId="p")


async def test_a_round_prunes_what_is_older_than_the_retention(caller: Caller) -> None:
    """The injected clock says what that is: to the microsecond, and event ids as well."""
    await record(caller)
    await caller.record(userId="ann", action="CLICK", postId="p", eventId="e")
    caller.clock.advance(90 * 86_400)

    await one_round(caller)
    assert await rows(caller) == ["VIEW p SHOWN", "SAVE p SHOWN", "CLICK p SHOWN"]

    caller.clock.advance(1e-6)
    await one_round(caller)
    assert await rows(caller) == ["SAVE p ARCHIVED"]
    assert await caller.counts("p") == {"VIEW": 1, "SAVE": 1, "CLICK": 1}
    again = {"userId": "ann", "action": "CLICK", "postId": "p", "eventId": "e"}
    assert await caller.outcome(**again) == "CREATED"


def test_without_a_retention_nothing_is_pruned() -> None:
    """There is no such chore where all is kept."""
    assert pruning(None, Scoring()) == []
    assert [chore.name for chore in pruning(RETENTION, Scoring())] == ["pruning"]


async def test_a_round_destroys_salts_and_goes_on_with_removals(caller: Caller) -> None:
    """A salt of three days ago goes with its tokens; a removal that broke off is finished."""
    database, now = Database.at(caller.url), caller.clock.now
    today = now // DAY
    for day in (today - 3, today - 2):
        blob = "x'00'" if database.is_embedded else r"'\x00'"
        await run(caller.url, f"INSERT INTO salts (day, salt) VALUES ({day}, {blob})")
    writer = Writer(open_ledger(database), Rules())
    writer.start()
    remover = Remover(writer, Scoring(), database)
    await record(caller)
    alias = Identity(SECRET).alias("ann")
    await run(caller.url, f"INSERT INTO removals VALUES ('{alias}', 2, TRUE, {now})")

    guard = ClockGuard(database, now)
    chores = usual_chores(database, Scoring(), remover, guard, retention=None)
    await do_round(database, caller.clock, chores)

    assert await run(caller.url, "SELECT day FROM salts") == [(today - 2,)]
    await until_awaited(lambda: _is_over(caller))
    await remover.stop()
    await writer.stop()
    assert await rows(caller) == []
    assert await healthy()


async def _is_over(caller: Caller) -> bool:
    return await run(caller.url, "SELECT user_alias FROM removals") == []


async def test_rounds_look_at_what_has_left_the_retention_and_at_all_once_a_day(
    caller: Caller,
) -> None:
    """A round finds what became old since the last; what was undone much later waits a day."""
    pruner, ledger = Pruner(RETENTION, Scoring()), open_ledger(Database.at(caller.url))

    async def after(hours: int) -> tuple[int, int, int]:
        caller.clock.advance(hours * 3_600)
        pruned = await pruner.prune(ledger, caller.clock.now)
        return pruned.events, pruned.states, pruned.undone

    await record(caller)
    assert await after(90 * 24 + 2) == (1, 1, 0)
    await caller.record(userId="ann", action="VIEW", postId="p")
    await caller.record(userId="ann", action="SAVE", postId="p", undo=True)
    assert await after(90 * 24 - 1) == (0, 0, 0)
    assert await after(2) == (1, 0, 0)
    assert await after(24) == (0, 0, 1)
    await ledger.close()

    assert await rows(caller) == []
    assert await caller.counts("p") == {"VIEW": 2}


async def test_a_chore_that_fails_is_told_and_stops_no_other(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """A database that is away is a line in the log, anything else a traceback; both come again."""
    await record(caller)
    caller.clock.advance(91 * 86_400)

    async def wrong(ledger: Ledger, now: Micros) -> str:
        raise ValueError("not this way")

    async def away(ledger: Ledger, now: Micros) -> str:
        raise DatabaseUnavailable("it is locked")

    with caplog.at_level(logging.WARNING, "graph.server.housekeeping"):
        await one_round(caller, Chore("this", wrong), Chore("that", away))

    said = [(each.getMessage(), bool(each.exc_info)) for each in caplog.records]
    assert said == [
        ("this failed and is retried later", True),
        ("the database fails: that broke off and is retried later: it is locked", False),
    ]
    assert await rows(caller) == ["SAVE p ARCHIVED"]


async def test_the_log_says_what_was_done(caller: Caller, caplog: pytest.LogCaptureFixture) -> None:
    """And nothing where there was nothing to do."""
    with caplog.at_level(logging.INFO, "graph.server.housekeeping"):
        await record(caller)
        await one_round(caller)
        assert caplog.messages == []

        caller.clock.advance(91 * 86_400)
        await one_round(caller)

    assert caplog.messages == ["pruning: 2 interactions left history"]


async def test_one_process_at_a_time_does_a_round(caller: Caller) -> None:
    """Who finds another at it lets it be, and does not wait."""
    await record(caller)
    caller.clock.advance(91 * 86_400)

    async with try_process_lock(Database.at(caller.url), "housekeeping") as is_alone:
        assert is_alone
        await one_round(caller)
        assert await rows(caller) == ["VIEW p SHOWN", "SAVE p SHOWN"]

    await one_round(caller)
    assert await rows(caller) == ["SAVE p ARCHIVED"]


async def test_a_database_that_is_away_ends_no_round(caplog: pytest.LogCaptureFixture) -> None:
    """The server goes on without; the log says so."""
    nowhere = Database.at("postgres://trailmark@127.0.0.1:1/none")

    await do_round(nowhere, lambda: 0, pruning(RETENTION, Scoring()))

    assert "housekeeping broke off and is retried later" in caplog.text


async def test_rounds_come_again_and_end_at_once(caller: Caller) -> None:
    """They begin by themselves; the end of the block ends the one under way, without its rest."""
    begun: list[Micros] = []
    third = asyncio.Event()

    async def work(ledger: Ledger, now: Micros) -> str:
        begun.append(now)
        if len(begun) == 3:
            third.set()
            await asyncio.sleep(60)
        return ""

    database = Database.at(caller.url)
    async with housekeeping(database, caller.clock, [Chore("work", work)], 0.02):
        await asyncio.wait_for(third.wait(), 20)
        ended = time.monotonic()

    assert time.monotonic() - ended < 2
    assert begun == [caller.clock.now] * 3
    async with try_process_lock(database, "housekeeping") as is_alone:
        assert is_alone


async def test_a_server_that_stops_while_it_prunes_keeps_its_totals_right(caller: Caller) -> None:
    """What is under way is stored whole or not at all, and the next round does the rest."""
    view = {"userId": "ann", "action": "VIEW", "postId": "p"}
    await caller.outcomes(*[view] * 1_000)
    caller.clock.advance(91 * 86_400)
    database, chores = Database.at(caller.url), pruning(RETENTION, Scoring())

    async def has_begun() -> bool:
        return len(await rows(caller)) < 1_000

    async with housekeeping(database, caller.clock, chores, 0.01):
        await until_awaited(has_begun)

    assert await healthy()
    await one_round(caller)
    assert await rows(caller) == []
    assert await caller.counts("p") == {"VIEW": 1_000}
    assert await healthy()
