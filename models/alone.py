"""Work that one process at a time may do on a database."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from models.database import Database
from models.errors import DatabaseUnavailable
from models.postgres_statements import Connection
from models.turns import lock, lock_file

_LOCKS = {
    "migrate": 7_452_717_069_002,
    "recalculate": 7_452_717_069_003,
    "housekeeping": 7_452_717_069_004,
}


@asynccontextmanager
async def alone(database: Database, work: str) -> AsyncIterator[None]:
    """Wait until nobody else does this work; a lock on a file beside the database, or in it.

    Raises:
        DatabaseUnavailable: the lock was lost, and the block broken off.
    """
    if database.is_embedded:
        database.path.parent.mkdir(parents=True, exist_ok=True)
        with lock_file(Path(f"{database.path}.{work}.lock")) as file:
            await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
            yield
        return
    async with database.connected() as server:
        await server.execute(f"SELECT pg_advisory_lock({_LOCKS[work]})")
        async with _while_open(server, work):
            yield


@asynccontextmanager
async def if_alone(database: Database, work: str) -> AsyncIterator[bool]:
    """Whether nobody else does this work; if so, nobody else will until the block ends.

    Raises:
        DatabaseUnavailable: the lock was lost, and the block broken off.
    """
    if database.is_embedded:
        with lock_file(Path(f"{database.path}.{work}.lock")) as file:
            yield lock(file)
        return
    async with database.connected() as server:
        is_alone = await server.fetchval(f"SELECT pg_try_advisory_lock({_LOCKS[work]})")
        async with _while_open(server, work):
            yield is_alone


@asynccontextmanager
async def _while_open(server: Connection, work: str) -> AsyncIterator[None]:
    """Break the block off when the connection ends: its lock has ended with it."""
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
