"""The locks of all lanes: taken together, and no lane is kept waiting for another for long."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import asyncpg

from models.database.postgres import RELIED_ON, Connection, Session
from models.errors import GONE

PATIENCE_S = 3.0
"""How long to wait for all of them, as for one: some wait behind two others."""

HELD_S, LONGEST_HELD_S = 0.5, 2.0
"""How long some are held while others are waited for: twice as long each time, up to that."""

_BEGIN = """BEGIN; SET LOCAL lock_timeout = {wait_ms};
SELECT FROM log_head WHERE id = 0 FOR UPDATE; SET LOCAL statement_timeout = {held_ms}"""
"""The first lane's lock keeps the others from becoming more or fewer.

A statement that waited for that one would not see rows that came meanwhile, so it is locked by a
statement of its own. Nothing else is held meanwhile.
"""

_OTHERS = """SELECT FROM log_head ORDER BY id FOR UPDATE;
SET LOCAL lock_timeout = '{lock_timeout}'; SET LOCAL statement_timeout = '{statement_timeout}'"""

_BUSY = """WITH free AS MATERIALIZED (SELECT id FROM log_head FOR UPDATE SKIP LOCKED)
SELECT id FROM log_head WHERE id NOT IN (SELECT id FROM free) ORDER BY id"""

_WAIT = """BEGIN; SET LOCAL lock_timeout = {wait_ms};
SELECT FROM log_head WHERE id = {lane} FOR UPDATE; COMMIT"""


async def lock_all(server: Connection, session: Session, patience_s: float | None = None) -> None:
    """Begin a transaction that has the locks of all lanes, on a connection of such a session.

    Where a lane is not to be had in a moment, the others are let go: they record while that lane
    is waited for, and then all are taken anew.

    Raises:
        asyncpg.LockNotAvailableError: a lane's lock was held for all of the time, by default
            `PATIENCE_S`; no transaction is open then.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + (PATIENCE_S if patience_s is None else patience_s)
    held_s = HELD_S
    try:
        while not await _are_locked(server, session, until - loop.time(), held_s):
            for (lane,) in await server.fetch(_BUSY):
                wait_ms = _milliseconds(until - loop.time())
                await server.execute(_WAIT.format(wait_ms=wait_ms, lane=lane))
            held_s = min(2 * held_s, LONGEST_HELD_S)
    except asyncpg.LockNotAvailableError:
        await server.execute("ROLLBACK")
        raise


@asynccontextmanager
async def all_locked(
    server: Connection, session: Session, patience_s: float | None = None
) -> AsyncIterator[None]:
    """A transaction that has the locks of all lanes; it commits if nothing is raised within.

    Raises:
        asyncpg.LockNotAvailableError: as of `lock_all`.
    """
    await lock_all(server, session, patience_s)
    try:
        yield
    except BaseException:
        with suppress(*GONE):
            await server.execute("ROLLBACK")
        raise
    await server.execute("COMMIT")


async def _are_locked(server: Connection, session: Session, wait_s: float, held_s: float) -> bool:
    """Take all locks, if each is to be had in a moment once the first lane's is; whether it was."""
    settings = {**RELIED_ON, **session.settings}
    await server.execute(
        _BEGIN.format(wait_ms=_milliseconds(wait_s), held_ms=_milliseconds(held_s))
    )
    try:
        await server.execute(_OTHERS.format_map(settings))
    except asyncpg.QueryCanceledError:
        await server.execute("ROLLBACK")
        return False
    return True


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1_000))
