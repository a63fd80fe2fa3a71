"""The layout: how many lanes there are, as every row of the log's head says, and how that changes.

Rows and totals stay where they are. What changes is who writes for which user, and so the heads.
"""

from random import getrandbits

from models.database.database import Database
from models.database.postgres import COMMANDS, Connection
from models.database.versions.all_locks import all_locked
from models.database.versions.numbers import check_version
from models.errors import DatabaseUnavailable, UnsuitableDatabase
from models.partitions import LANE_COUNTS, Layout

_LAYOUT = "SELECT lanes, layout, version FROM log_head WHERE id = 0"
_UPDATE = """UPDATE log_head SET lanes = $1, layout = layout + 1, mark = $2, last_number = h.last,
        quiet_commits = CASE WHEN id = 0 THEN h.quiet ELSE quiet_commits END,
        pruned_number = CASE WHEN id = 0 THEN h.pruned ELSE pruned_number END
    FROM (SELECT max(last_number) AS last, max(pruned_number) AS pruned,
            sum(quiet_commits) FILTER (WHERE id = 0 OR id >= $1) AS quiet FROM log_head) h"""
_DELETE = "DELETE FROM log_head WHERE id >= $1"
_INSERT = """INSERT INTO log_head (id, last_number, mark, version, lanes, layout)
    SELECT n, last_number, mark, version, lanes, layout FROM log_head, generate_series(1, $1 - 1) n
    WHERE id = 0 AND NOT EXISTS (SELECT FROM log_head WHERE id = n)"""


async def read_layout(database: Database) -> Layout:
    """The layout that a database has now; an embedded one has one lane.

    Raises:
        DatabaseUnavailable: the tables are another version's, or have no head of the log.
        OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError: it does not answer.
    """
    if database.is_embedded:
        return Layout()
    async with database.connected() as server:
        return await _layout(server)


async def change_lanes(database: Database, lanes: int) -> Layout:
    """Have a database so many lanes, beside whoever records; the layout that it then has.

    All lanes are locked. Each head goes on from the largest, so no number is given out twice, and
    has a new commit id, so whatever was judged ahead is judged again. The first lane takes what the
    heads that go have counted.

    Raises:
        UnsuitableDatabase: there cannot be so many.
        asyncpg.LockNotAvailableError: a lane's lock was held for too long; nothing is changed.
        DatabaseUnavailable, asyncpg.PostgresError and others: as of `read_layout`.
    """
    if lanes not in LANE_COUNTS:
        raise UnsuitableDatabase(f"lanes are one of {', '.join(map(str, LANE_COUNTS))}")
    if database.is_embedded:
        if lanes == 1:
            return Layout()
        raise UnsuitableDatabase("SQLite has one lane; PostgreSQL has more")
    async with database.connected() as server, all_locked(server, COMMANDS):
        if (await _layout(server)).lanes != lanes:
            await server.execute(_UPDATE, lanes, -1 - getrandbits(62))
            await server.execute(_DELETE, lanes)
            await server.execute(_INSERT, lanes)
        return await _layout(server)


async def _layout(server: Connection) -> Layout:
    row = await server.fetchrow(_LAYOUT)
    if row is None:
        raise DatabaseUnavailable("the database has no log; run `trailmark migrate`")
    lanes, number, version = row
    check_version(version, "postgres")
    return Layout(lanes, number)
