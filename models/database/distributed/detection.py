"""Detection: whether tables are distributed by Citus, asked once for each connection.

deploy/citus/ distributes them. Each lane is one shard of them all there, so a statement that names
its lane for each table runs on one server.
"""

from typing import NamedTuple

from models.database.postgres import Connection

HAS_ENGINE = "to_regclass('pg_catalog.pg_dist_partition') IS NOT NULL"
"""Whether the database has the extension, without which its tables cannot be named."""

TABLES = """SELECT logicalrelid::oid::bigint FROM pg_dist_partition
    WHERE logicalrelid = to_regclass('log_head') AND partmethod = 'h'"""
LANES = "SELECT lanes FROM log_head WHERE id = 0"


class Distribution(NamedTuple):
    """How many lanes there are, for good, and the number of the head's table on the coordinator."""

    lanes: int
    tables: int


async def read_distribution(connection: Connection) -> Distribution | None:
    """How a database's tables are distributed; None if they are not."""
    if not await connection.fetchval(f"SELECT {HAS_ENGINE}"):
        return None
    tables = await connection.fetchval(TABLES)
    return None if tables is None else Distribution(await connection.fetchval(LANES), tables)
