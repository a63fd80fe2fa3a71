"""Which engine a database runs on, how far its lanes are, and how much it holds, cheaply asked."""

import asyncio
import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from models.database.database import Database, fetch
from models.records import DAY_MINUTES

_INTERACTIONS = (
    "SELECT CAST(coalesce(sum(count - folded), 0) AS BIGINT) FROM activity "
    f"WHERE span = {DAY_MINUTES}"
)
_HEADS = "SELECT last_number FROM log_head ORDER BY id"
_BYTES = "SELECT pg_database_size(current_database())"


async def engine(database: Database) -> str:
    """The name and version of the engine, as in `PostgreSQL 18.0`; of a file, its size as well."""
    if database.is_embedded:
        return f"SQLite {sqlite3.sqlite_version}, {database.path.stat().st_size:,} bytes"
    async with database.connected() as server:
        return f"PostgreSQL {await server.fetchval('SHOW server_version')}"


async def read_heads() -> list[int]:
    """The last number that each lane has given out or was brought up to."""
    return [last_number for (last_number,) in map(tuple, await fetch(_HEADS, ()))]


class StoredSize(NamedTuple):
    """The interactions that count and have rows, and the bytes of all.

    `free_bytes` are those of an embedded database's disk; of a server's nobody knows.
    """

    interactions: int
    bytes: int
    free_bytes: int | None


async def stored_size(database: Database) -> StoredSize:
    """What the database holds, which must be open for reading: a sum over days, and its files."""
    ((interactions,),) = map(tuple, await fetch(_INTERACTIONS, ()))
    if not database.is_embedded:
        ((size,),) = map(tuple, await fetch(_BYTES, ()))
        return StoredSize(interactions, size, None)
    return StoredSize(interactions, *await asyncio.to_thread(_on_disk, database.path))


def _on_disk(path: Path) -> tuple[int, int]:
    """The bytes of a file and its `-wal`, and those that are free beside them."""
    size = path.stat().st_size
    with suppress(FileNotFoundError):
        size += path.with_name(f"{path.name}-wal").stat().st_size
    disk = os.statvfs(path.absolute().parent)
    return size, disk.f_bavail * disk.f_frsize
