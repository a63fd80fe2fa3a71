"""Work that one process at a time may do on a database."""

import asyncio
import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from models.database import Database
from models.turns import lock, lock_file

_LOCKS = {
    "migrate": 7_452_717_069_002,
    "recalculate": 7_452_717_069_003,
    "housekeeping": 7_452_717_069_004,
}


@asynccontextmanager
async def alone(database: Database, work: str) -> AsyncIterator[None]:
    """Wait until nobody else does this work; a lock on a file beside the database, or in it."""
    if database.is_embedded:
        database.path.parent.mkdir(parents=True, exist_ok=True)
        with lock_file(Path(f"{database.path}.{work}.lock")) as file:
            await asyncio.to_thread(fcntl.flock, file, fcntl.LOCK_EX)
            yield
        return
    async with database.connected() as server:
        await server.execute(f"SELECT pg_advisory_lock({_LOCKS[work]})")
        yield


@asynccontextmanager
async def if_alone(database: Database, work: str) -> AsyncIterator[bool]:
    """Whether nobody else does this work; if so, nobody else will until the block ends."""
    if database.is_embedded:
        with lock_file(Path(f"{database.path}.{work}.lock")) as file:
            yield lock(file)
        return
    async with database.connected() as server:
        yield await server.fetchval(f"SELECT pg_try_advisory_lock({_LOCKS[work]})")
