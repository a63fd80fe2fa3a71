"""Housekeeping: what the server does by itself, round after round, beside serving."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from models.alone import if_alone
from models.database import Database
from models.errors import is_unavailable
from models.ledger import Ledger
from models.records import Micros
from resolvers.clock import Clock
from resolvers.ending import cancel
from resolvers.pruning import Pruner
from resolvers.removing import Remover
from resolvers.salts import destroy_salts
from resolvers.scoring import Scoring

log = logging.getLogger(__name__)

ROUND_S = 600.0
_SOONEST = 0.1  # of a round, from the start to the first one


@dataclass(frozen=True, slots=True)
class Chore:
    """Work to be done in each round, by a name for the log.

    `work` is given a ledger of the round's own and the time, and tells for the log what it did, if
    anything. It may fail or be broken off at any moment: it is begun again in the next round.
    """

    name: str
    work: Callable[[Ledger, Micros], Awaitable[str]]


def usual_chores(retention: Micros | None, scoring: Scoring, remover: Remover) -> list[Chore]:
    """What a server does in each round, the short before the long."""

    async def destroy(ledger: Ledger, now: Micros) -> str:
        count = await destroy_salts(ledger, now)
        return f"{count} destroyed, with all tokens under them" if count else ""

    async def resume(ledger: Ledger, now: Micros) -> str:
        remover.resume()
        return ""

    salts = Chore("destroying salts", destroy)
    return [salts, Chore("resuming removals", resume), *pruning(retention, scoring)]


def pruning(retention: Micros | None, scoring: Scoring) -> list[Chore]:
    """The chore of taking out what is older than the retention; none, where all is kept."""
    if retention is None:
        return []
    pruner = Pruner(retention, scoring)

    async def prune(ledger: Ledger, now: Micros) -> str:
        pruned = await pruner.prune(ledger, now)
        return f"{pruned.removed} interactions left history" if pruned.removed else ""

    return [Chore("pruning", prune)]


@asynccontextmanager
async def housekeeping(
    database: Database, clock: Clock, chores: Sequence[Chore], round_s: float = ROUND_S
) -> AsyncIterator[None]:
    """Do the chores now and then until the block ends, which ends the round under way at once.

    The first round comes after a random part of `round_s`, so that processes which started
    together take turns.
    """
    rounds = asyncio.create_task(_rounds(database, clock, chores, round_s), name="housekeeping")
    try:
        yield
    finally:
        await cancel([rounds])


async def _rounds(
    database: Database, clock: Clock, chores: Sequence[Chore], round_s: float
) -> None:
    await asyncio.sleep(random.uniform(_SOONEST, 1) * round_s)  # noqa: S311 (not a secret)
    while True:
        await do_round(database, clock, chores)
        await asyncio.sleep(round_s)


async def do_round(database: Database, clock: Clock, chores: Sequence[Chore]) -> None:
    """Do each chore once, unless another process is at its round; a failure is logged."""
    if not chores:
        return
    try:
        async with if_alone(database, "housekeeping") as is_alone:
            if not is_alone:
                return
            ledger = database.ledger()
            try:
                for chore in chores:
                    await _do(chore, ledger, clock())
            finally:
                await ledger.close()
    except Exception as error:
        _tell("housekeeping", error)


async def _do(chore: Chore, ledger: Ledger, now: Micros) -> None:
    try:
        async with asyncio.timeout(ROUND_S):  # what is left is done in the next round
            if done := await chore.work(ledger, now):
                log.info("%s: %s", chore.name, done)
    except Exception as error:
        _tell(chore.name, error)


def _tell(name: str, error: Exception) -> None:
    if is_unavailable(error):
        log.warning("%s broke off and is tried again later: %s", name, error)
    else:
        log.error("%s failed and is tried again later", name, exc_info=error)
