"""Work that one process at a time may do on a database."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic
from typing import Literal

from models.database.advisory_locks import AdvisoryLock
from models.database.database import Database
from models.database.postgres import Connection
from models.database.turnstile import lock, lock_file
from models.errors import GONE, DatabaseUnavailable

POLL_S = 0.1
"""How long who waits for a lock waits until it looks again."""

PROOF_S = 10.0
"""After which a connection that holds a lock must prove that it does, and how long it may take."""

TELL_S = 1.0
"""How often what is told of the work is brought up to date."""

Work = Literal["migrate", "recalculate", "housekeeping", "following", "ranking"]
_LOCKS: dict[Work, AdvisoryLock] = {
    "migrate": AdvisoryLock.MIGRATE,
    "recalculate": AdvisoryLock.RECALCULATE,
    "housekeeping": AdvisoryLock.HOUSEKEEPING,
    "following": AdvisoryLock.FOLLOWING,
    "ranking": AdvisoryLock.RANKING,
}
_TRY = "SELECT pg_try_advisory_lock({})"
_TELL = "SELECT set_config('application_name', $1, false)"


@asynccontextmanager
async def process_lock(
    database: Database,
    work: Work,
    poll_s: float = POLL_S,
    waits: Callable[[], None] = lambda: None,
    *,
    tells: Callable[[], str] | None = None,
) -> AsyncIterator[None]:
    """Wait until nobody else does this work; a lock on a file beside the database, or in it.

    Whoever waits looks again after `poll_s`, and is told each time that somebody else is at it.
    On PostgreSQL the session that has the lock is named by what `tells` says, for who looks at it.

    Raises:
        DatabaseUnavailable: the lock was lost, and the block broken off.
    """
    if database.is_embedded:
        database.path.parent.mkdir(parents=True, exist_ok=True)
        with lock_file(Path(f"{database.path}.{work}.lock")) as file:
            while not lock(file):  # no event comes from another process
                waits()
                await asyncio.sleep(poll_s)
            yield
        return
    async with database.connected() as server:
        while not await server.fetchval(_TRY.format(_LOCKS[work])):
            waits()
            await asyncio.sleep(poll_s)
        async with _while_open(server, work, tells):
            yield


@asynccontextmanager
async def try_process_lock(database: Database, work: Work) -> AsyncIterator[bool]:
    """Whether nobody else does this work; if so, nobody else will until the block ends.

    Raises:
        DatabaseUnavailable: the lock was lost, and the block broken off.
    """
    if database.is_embedded:
        with lock_file(Path(f"{database.path}.{work}.lock")) as file:
            yield lock(file)
        return
    async with database.connected() as server:
        is_alone = await server.fetchval(_TRY.format(_LOCKS[work]))
        async with _while_open(server, work):
            yield is_alone


@asynccontextmanager
async def _while_open(
    server: Connection, work: Work, tells: Callable[[], str] | None = None
) -> AsyncIterator[None]:
    """Break the block off when the connection ends or no longer answers: so may its lock have."""
    proving = asyncio.create_task(_prove(server, tells), name="proof of a lock")
    try:
        async with asyncio.timeout(None) as limit:

            def end(_: object) -> None:
                limit.reschedule(0)

            server.add_termination_listener(end)
            try:
                yield
            finally:
                server.remove_termination_listener(end)
    except TimeoutError as error:
        if not limit.expired():
            raise
        reason = f"the connection that kept others from the work `{work}` has ended"
        raise DatabaseUnavailable(reason) from error
    finally:
        proving.cancel()


async def _prove(server: Connection, tells: Callable[[], str] | None) -> None:
    """End a connection that does not answer any more; have it named by what is told, if that is."""
    told, proved_at = None, monotonic()
    while True:
        await asyncio.sleep(PROOF_S if tells is None else TELL_S)
        name = None if tells is None else tells()
        if name == told and monotonic() - proved_at < PROOF_S:
            continue
        try:
            if name is None:
                await server.execute("SELECT 1", timeout=PROOF_S)
            else:
                await server.execute(_TELL, name, timeout=PROOF_S)
        except GONE:
            server.terminate()
            return
        told, proved_at = name, monotonic()
