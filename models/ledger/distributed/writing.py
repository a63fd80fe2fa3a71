"""What the ledger writes where the tables are distributed: a lane's commit by one call."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from models.database.postgres import Connection
from models.ledger.distributed.functions import INTO_RANK_CHANGES, NAME, NUMBER, TABLES, into
from models.ledger.incarnations import FORGOTTEN, PRUNED
from models.ledger.lanes.scopes import Scope
from models.ledger.postgres_statements import columns_of
from models.ledger.postgres_writing import PRUNED_TO, Writing, among, put_rare
from models.partitions import lane_of
from models.ranks.changes import names_to_queue
from models.records import Changes, StoredIncarnation
from models.upserts import (
    DELETES,
    EVENT_IDS,
    FACET_PARTS,
    INTERACTIONS,
    OUTCOMES,
    VARIANTS,
    Delete,
    Upsert,
    batches,
)

Row = tuple[Any, ...]

_HEADS = """UPDATE log_head SET last_number = $1, mark = $2,
    quiet_commits = quiet_commits + CASE WHEN id = {lane} THEN $3::int ELSE 0 END"""
_RANKED = f"{INTO_RANK_CHANGES} VALUES ({NUMBER} + {{lane}}, $1, $2, $3, {{lane}})"
_BEGUN = "INSERT INTO incarnations (follows, id, began_at) VALUES ($1, $2, $3)"
_FORGET = f"DELETE FROM incarnations WHERE {FORGOTTEN.replace(PRUNED, '$1::bigint')}"
_LANES: dict[str, Callable[[Row, int], int]] = {
    INTERACTIONS.table: lambda row, lanes: lane_of(row[2], lanes),
    EVENT_IDS.table: lambda row, lanes: int(row[0]) % lanes,
    FACET_PARTS.table: lambda row, lanes: lane_of(row[0], lanes),
}
"""The lane of a row, of those tables that say it beside the user."""


@cache
def _call(lane: int) -> str:
    """The lane is no argument: Citus is to see at once where it runs."""
    arguments = ", ".join(f"${number}" for number in range(1, len(TABLES) + 9))
    return f"SELECT {NAME}({lane}::smallint, {arguments})"


async def write(connection: Connection, writing: Writing, scope: Scope, lanes: int) -> bool:
    """Write what nearly every commit writes, as `postgres_writing.write` does.

    A lane's commit is one call, which runs where the lane is.
    """
    if scope.is_whole or writing.begins:
        await _write_everywhere(connection, writing, scope.lane, lanes)
        return True
    changes, basis = writing.changes, writing.basis
    head = changes.last_number, writing.commit_id, int(changes.unlogged)
    is_written: bool = await connection.fetchval(
        _call(scope.lane),
        basis.commit_id,
        basis.last_number,
        *_rows(changes),
        *head,
        *names_to_queue(changes),
    )
    return is_written


def _rows(changes: Changes) -> list[Sequence[Row]]:
    rows = {upsert.table: rows for upsert, rows in batches(changes)}
    return [rows.get(upsert.table, ()) for upsert in TABLES]


async def _write_everywhere(
    connection: Connection, writing: Writing, lane: int, lanes: int
) -> None:
    """Write rows of any lanes under the locks of all, and move all heads."""
    changes = writing.changes
    for upsert, rows in zip(TABLES, _rows(changes), strict=True):
        if rows:
            await connection.execute(*_insert(upsert, rows, lane, lanes))
    ranked = names_to_queue(changes)
    if ranked.size:
        await connection.execute(_RANKED.format(lane=lane), *ranked)
    if changes.incarnation is not None:
        await _begin(connection, changes.incarnation)
    head = changes.last_number, writing.commit_id, int(changes.unlogged)
    await connection.execute(_HEADS.format(lane=lane), *head)


def _insert(upsert: Upsert, rows: Sequence[Row], lane: int, lanes: int) -> tuple[Any, ...]:
    """The statement that writes rows, and its arguments."""
    if upsert.has_slots:
        select = f"SELECT r.*, {lane}::smallint FROM unnest($1::{upsert.row_type}[]) r"
        return into(upsert, select), rows
    select = f"SELECT * FROM unnest($1::{upsert.row_type}[], $2::smallint[])"
    of = _LANES[upsert.table]
    return into(upsert, select), rows, [of(row, lanes) for row in rows]


async def _begin(connection: Connection, incarnation: StoredIncarnation) -> None:
    """Note that an incarnation begins, and forget those that are known for nothing any more."""
    await connection.execute(_BEGUN, incarnation.follows, incarnation.id, incarnation.began_at)
    pruned_number = await connection.fetchval(PRUNED)
    await connection.execute(_FORGET, pruned_number)


async def write_rare(connection: Connection, changes: Changes) -> None:
    """Write what few commits write, under the lane's lock."""
    for delete in DELETES:
        if gone := delete.rows(changes.gone):
            await _delete(connection, delete, gone)
    await put_rare(connection, changes)
    if changes.pruned_number:
        await connection.execute(PRUNED_TO.format(1), changes.pruned_number)


async def _delete(connection: Connection, delete: Delete, rows: list[Row]) -> None:
    condition = delete.condition
    if delete.upsert in (OUTCOMES, VARIANTS):  # what is asked of all slots is asked before
        used = set(map(tuple, await connection.fetch(_USED[delete.table], *_arrays(delete, rows))))
        rows, condition = [row for row in rows if row not in used], "TRUE"
    if rows:
        statement = f"DELETE FROM {delete.table} t WHERE {among(delete)} AND {condition}"
        await connection.execute(statement, *_arrays(delete, rows))


def _arrays(delete: Delete, rows: list[Row]) -> list[list[Any]]:
    return columns_of(rows, len(delete.columns))


_OF = {delete.table: delete for delete in DELETES if delete.upsert in (OUTCOMES, VARIANTS)}
_USED = {
    OUTCOMES.table: f"SELECT {', '.join(OUTCOMES.key)} FROM outcomes "
    f"WHERE {among(_OF[OUTCOMES.table])} GROUP BY {', '.join(OUTCOMES.key)} "
    "HAVING sum(count) <> 0 OR sum(aggregated) <> 0",
    VARIANTS.table: f"SELECT DISTINCT day, variant FROM outcomes "
    f"WHERE {among(_OF[VARIANTS.table])}",
}
"""Which of some keys are still counted, in whatever slot."""
