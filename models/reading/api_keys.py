"""API keys as they are stored: by id, with a digest of the secret."""

from dataclasses import dataclass

from models.database.database import Database, fetch
from models.records import Micros


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A row of `api_keys`."""

    id: str
    scope: str
    name: str
    digest: bytes
    created_at: Micros
    revoked_at: Micros | None = None


_COLUMNS = ", ".join(StoredKey.__slots__)
_INSERT = f"INSERT INTO api_keys ({_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6)"
_REVOKE = "UPDATE api_keys SET revoked_at = $1 WHERE id = $2 AND revoked_at IS NULL"


async def all_keys() -> list[StoredKey]:
    """Every key there ever was, oldest first."""
    rows = await fetch(f"SELECT {_COLUMNS} FROM api_keys ORDER BY created_at, id", ())
    return [StoredKey(*row) for row in map(tuple, rows)]


async def store_key(database: Database, key: StoredKey) -> None:
    """Store a new key."""
    values = (key.id, key.scope, key.name, key.digest, key.created_at, key.revoked_at)
    await _run(database, _INSERT, *values)


async def revoke_key(database: Database, id: str, now: Micros) -> bool:
    """Revoke a key; False if there is none of that id that is not revoked yet."""
    return await _run(database, _REVOKE, now, id) == 1


async def _run(database: Database, statement: str, *arguments: object) -> int:
    """Run a statement; return how many rows it touched."""
    if database.is_embedded:
        with database.opened_file() as file:
            return file.execute(statement.replace("$", "?"), arguments).rowcount
    async with database.connected() as server:
        return int((await server.execute(statement, *arguments)).rpartition(" ")[2])
