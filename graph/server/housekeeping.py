"""Housekeeping: what the server does by itself in regular rounds, beside serving."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from graph.metrics.rounds import HOUSEKEEPING, Rounds
from models.database.database import Database
from models.database.process_locks import try_process_lock
from models.errors import OUTAGE, is_unavailable
from models.ledger.ledger import Ledger
from models.ledger.opening import WORK_S, open_ledger
from models.records import Micros
from resolvers.clock import Clock
from resolvers.privacy.clock_guard import ClockGuard
from resolvers.privacy.pruning import Pruner
from resolvers.privacy.removing import Remover
from resolvers.recording.merging import Sweeper
from resolvers.recording.salts import destroy_salts
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.sweeping import MarkSweeper
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

ROUND_S = 600.0
_SOONEST = 0.1  # of a round, from the start to the first one


@dataclass(frozen=True, slots=True)
class Chore:
    """Work to be done in each round, by a name for the log.

    `work` gets the round's own ledger and the time. It returns what it did, for the log, or an
    empty text. It may fail or be cancelled at any moment: the next round does it anew.
    """

    name: str
    work: Callable[[Ledger, Micros], Awaitable[str]]


def usual_chores(
    database: Database,
    scoring: Scoring,
    remover: Remover,
    guard: ClockGuard,
    *,
    retention: Micros | None,
) -> list[Chore]:
    """The chores of each round, short ones first."""

    async def destroy(ledger: Ledger, now: Micros) -> str:
        count = await destroy_salts(ledger, now)
        return f"{count} destroyed, with all tokens under them" if count else ""

    async def resume(ledger: Ledger, now: Micros) -> str:
        remover.resume()
        return ""

    sweeper = Sweeper(scoring.user_half_life)

    async def sweep(ledger: Ledger, now: Micros) -> str:
        count = await sweeper.sweep(ledger.transact)
        return f"parts of {count} users merged" if count else ""

    marks = MarkSweeper(database, scoring)

    async def sweep_marks(ledger: Ledger, now: Micros) -> str:
        count = await marks.sweep(now)
        return f"{count} of what was pruned left co-engagement" if count else ""

    return [
        Chore("destroying salts", destroy),
        Chore("resuming removals", resume),
        Chore("merging preferences", sweep),
        *pruning(retention, scoring, guard),
        Chore("sweeping co-engagement", sweep_marks),
    ]


def pruning(
    retention: Micros | None, scoring: Scoring, guard: ClockGuard | None = None
) -> list[Chore]:
    """The chore of pruning what is older than the retention; none without a retention.

    Nothing is pruned by a clock that the guard does not trust.
    """
    if retention is None:
        return []
    pruner = Pruner(retention, scoring)

    async def prune(ledger: Ledger, now: Micros) -> str:
        if guard is not None and not await guard.trusts(now):
            return ""
        pruned = await pruner.prune(ledger, now)
        return f"{pruned.removed} interactions left history" if pruned.removed else ""

    return [Chore("pruning", prune)]


@asynccontextmanager
async def housekeeping(
    database: Database,
    clock: Clock,
    chores: Sequence[Chore],
    round_s: float = ROUND_S,
    *,
    rounds: Rounds | None = None,
) -> AsyncIterator[None]:
    """Do the chores now and then until the block ends, which ends the round under way at once.

    The first round comes after a random part of `round_s`, so that processes which started
    together do not work at the same time. `rounds` says how they fare.
    """
    rounds = rounds or Rounds()
    rounds.expect([chore.name for chore in chores])

    async def go_on() -> None:
        await asyncio.sleep(random.uniform(_SOONEST, 1) * round_s)  # noqa: S311 (not a secret)
        while True:
            await do_round(database, clock, chores, rounds)
            await asyncio.sleep(round_s)

    working = asyncio.create_task(go_on(), name="housekeeping")
    try:
        yield
    finally:
        await cancel([working])


async def do_round(
    database: Database, clock: Clock, chores: Sequence[Chore], rounds: Rounds | None = None
) -> None:
    """Do each chore once, unless another process is at its round; a failure is logged."""
    rounds = rounds or Rounds()
    if not chores:
        return
    try:
        async with try_process_lock(database, "housekeeping") as is_alone:
            if not is_alone:
                return
            ledger = open_ledger(database, WORK_S)
            try:
                failed = rounds.failed
                done = [await _do(chore, ledger, clock(), rounds) for chore in chores]
                if any(done):
                    await ledger.scrub(within_pages=False)
                if rounds.failed == failed:
                    rounds.succeed()
            finally:
                await ledger.close()
    except Exception as error:
        _note_failure(HOUSEKEEPING, error, rounds)


async def _do(chore: Chore, ledger: Ledger, now: Micros, rounds: Rounds) -> bool:
    """Do a chore; whether it did anything, as far as is known."""
    try:
        async with asyncio.timeout(ROUND_S):  # what is left is done in the next round
            if done := await chore.work(ledger, now):
                log.info("%s: %s", chore.name, done)
            return bool(done)
    except Exception as error:
        _note_failure(chore.name, error, rounds)
        return True


def _note_failure(name: str, error: Exception, rounds: Rounds) -> None:
    rounds.fail(name)
    if is_unavailable(error):
        log.warning("%s broke off and is retried later: %s", name, error, extra=OUTAGE)
    else:
        log.error("%s failed and is retried later", name, exc_info=error)
