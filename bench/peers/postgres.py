"""What the database server that all are measured on says of itself."""

from pathlib import Path

from models.database import Database

_SHOWN = ("fsync", "synchronous_commit", "shared_buffers", "max_wal_size", "max_connections")


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


def _parent(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    (parent,) = (line for line in status if line.startswith("PPid"))
    return int(parent.split()[1])
