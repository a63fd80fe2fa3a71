"""The statements that a ledger on PostgreSQL has prepared, and how PostgreSQL carries them out."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from models.database.postgres import Connection
from models.ledger.ledger import Ledger
from models.ledger.postgres_ledger import PostgresLedger

#: COPY asks for the types of columns by a statement that is never run.
_PREPARED = """SELECT name, statement, coalesce(array_length(parameter_types, 1), 0)
    FROM pg_prepared_statements
    WHERE statement NOT LIKE '%pg_prepared_statements%' AND statement NOT LIKE 'SELECT "%'"""


@dataclass(frozen=True)
class Scan:
    """How a statement comes to rows of a table: through an index, by a condition on its columns,
    or by where they are, its `ctid`.

    `is_locked` where it locks them.
    """

    table: str
    index: str
    condition: str
    is_locked: bool


@dataclass(frozen=True)
class Planned:
    """A statement and all its scans."""

    statement: str
    scans: list[Scan]


async def planned(ledger: Ledger) -> list[Planned]:
    """All statements with parameters that a ledger has run, as it would run them once more."""
    assert isinstance(ledger, PostgresLedger)
    found = {}
    for writer in ledger._connections:
        connection = await writer.connected()
        for name, statement, count in await connection.fetch(_PREPARED):
            found[statement] = Planned(statement, await _scans(connection, name, count))
    return list(found.values())


async def scans(connection: Connection, statement: str, arguments: Sequence[Any]) -> list[Scan]:
    """Those of the plan that is made for these arguments, and of the one that is made for any."""
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) {statement}", *arguments)
    own = _nodes(json.loads(explained)[0]["Plan"], is_locked=False)
    await connection.execute(f"SET plan_cache_mode = force_generic_plan; PREPARE p AS {statement}")
    try:
        return [*own, *await _scans(connection, "p", len(arguments))]
    finally:
        await connection.execute("DEALLOCATE p; RESET plan_cache_mode")


async def _scans(connection: Connection, name: str, count: int) -> list[Scan]:
    """Those of the plan that is kept for all parameters, since that is what writers ask for."""
    parameters = f"({', '.join(['NULL'] * count)})" if count else ""
    explained = await connection.fetchval(f"EXPLAIN (FORMAT JSON) EXECUTE {name}{parameters}")
    return list(_nodes(json.loads(explained)[0]["Plan"], is_locked=False))


def _nodes(plan: dict[str, Any], *, is_locked: bool) -> Iterator[Scan]:
    kind, below = plan["Node Type"], plan.get("Plans", [])
    is_locked = is_locked or kind == "LockRows"
    if kind.endswith("Scan") and "Relation Name" in plan:
        bitmap = below[0] if kind == "Bitmap Heap Scan" else plan
        index, condition = bitmap.get("Index Name", ""), bitmap.get("Index Cond", "")
        condition = plan.get("TID Cond", condition)
        condition = f"{condition} {plan.get('Filter', '')}".strip()
        yield Scan(plan["Relation Name"], index, condition, is_locked)
        if bitmap is not plan:
            return
    for each in below:
        yield from _nodes(each, is_locked=is_locked)
