"""What the database server that all are measured on says of itself."""

from collections.abc import Sequence
from pathlib import Path

from bench.peers.statements import statements
from models.database.database import Database

_SHOWN = ("fsync", "synchronous_commit", "shared_buffers", "max_wal_size", "max_connections")
_CHUNK = 10_000


async def pid(database: Database) -> int:
    """The process that all others of the server's are children of."""
    async with database.connected() as server:
        return _parent(await server.fetchval("SELECT pg_backend_pid()"))


async def version(database: Database) -> str:
    async with database.connected() as server:
        return str(await server.fetchval("SHOW server_version")).split()[0]


async def settings(database: Database) -> dict[str, str]:
    """The settings that matter here."""
    async with database.connected() as server:
        return {name: await server.fetchval(f"SHOW {name}") for name in _SHOWN}


async def warm(database: Database, users: Sequence[str], posts: Sequence[str], file: str) -> None:
    """Read what will be asked for, so that the first server finds it in memory as the others do."""
    history, totals = (statements(file)[name] for name in ("history", "totals"))
    each = history.replace("$1::text", "u.alias").replace("$2::int", "20")
    histories = f"SELECT count(*) FROM unnest($1::text[]) u (alias), LATERAL ({each}) h"
    async with database.connected() as server:
        for start in range(0, len(users), _CHUNK):
            await server.execute(histories, users[start : start + _CHUNK])
        for start in range(0, len(posts), _CHUNK):
            await server.execute(totals, posts[start : start + _CHUNK])


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    (parent,) = (line for line in status if line.startswith("PPid"))
    return int(parent.split()[1])
