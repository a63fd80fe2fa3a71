"""Checks of replicas by commands: are they of the database's cluster, and how far behind?"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from models.database.database import Database
from models.database.postgres import COMMANDS, Connection, connect
from models.errors import UnsuitableDatabase, explained, is_unavailable
from models.replicas.identity import OF_ANOTHER, Identity, identity, is_same

_SESSION = replace(COMMANDS, connect_s=3, command_s=3)
_POSITION = "SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::bigint"
_REPLAYED = """SELECT pg_is_in_recovery(), (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint,
    extract(epoch FROM now() - pg_last_xact_replay_timestamp())::float"""


async def check_replicas(database: Database, replicas: Sequence[Database]) -> list[str]:
    """What is to be said of each replica now, in their order.

    One that does not answer may be of the right cluster.

    Raises:
        UnsuitableDatabase: one is of another cluster, so it would never be read from.
    """
    if not replicas:
        return []
    async with database.connected() as primary:
        own, position = await identity(primary), await primary.fetchval(_POSITION)
    return await asyncio.gather(*(_state(each, own, position) for each in replicas))


async def _state(replica: Database, own: Identity, position: int) -> str:
    try:
        connection = await connect(replica.credentials, _SESSION)
        try:
            if not is_same(own, await identity(connection)):
                raise UnsuitableDatabase(
                    f"the replica {replica.address} cannot be read from: {OF_ANOTHER}"
                )
            return await _lag(connection, position)
        finally:
            connection.terminate()
    except Exception as error:
        if not is_unavailable(error):
            raise
        return explained(error)


async def _lag(connection: Connection, position: int) -> str:
    (row,) = await connection.fetch(_REPLAYED)
    is_standby, replayed, age_s = row
    if not is_standby:
        return "no standby, so nothing is read from it"
    behind = position - (replayed or 0)
    if behind <= 0:
        return "up to date"
    ago = "" if age_s is None else f", its last commit {age_s:,.1f} s old"
    return f"{behind:,} bytes of the log behind{ago}"
