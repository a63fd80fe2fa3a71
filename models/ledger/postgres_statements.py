"""What the ledger on PostgreSQL writes: few statements, whatever the batch."""

from dataclasses import astuple
from functools import cache
from typing import Any, NamedTuple

from models.database.advisory_locks import AdvisoryLock
from models.database.postgres import Connection
from models.ledger.copying import Absent, Copied, divided, is_large
from models.ledger.incarnations import FORGOTTEN, Origin
from models.ledger.lanes.reading import columns_of
from models.records import Changes
from models.upserts import (
    ACTIVITY,
    DELETES,
    EVENT_IDS,
    FACET_PARTS,
    INTERACTIONS,
    OUTCOMES,
    SCORES,
    TOTALS,
    batches,
    rare_batches,
)

WRITTEN_TABLES = (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY, FACET_PARTS)


@cache
def _writing(slot: int, *, begins: bool, outcomes: bool) -> str:
    """Lock, make sure that the last commit is $1's, and write: a part for each table, and the head.

    Rows are in their final form or added to what is there, and so are right even if the statement's
    snapshot is older than the lock; the head is read as it is once that is held. If it begins an
    incarnation, that is written as well; so are outcomes, if it changes any. What counts is written
    to a slot.
    """
    parts = []
    for number, upsert in enumerate((*WRITTEN_TABLES, *[OUTCOMES] * outcomes), 2):
        rows = f"unnest(${number}::{upsert.row_type}[]) WHERE EXISTS (SELECT FROM unmoved)"
        select = f"SELECT {upsert.of_slot('*', slot)} FROM {rows}"
        parts.append(f"written_{upsert.table} AS ({upsert.into(select)})")
    number = len(parts) + 2
    head = (
        f"last_number = ${number}, mark = ${number + 1}, "
        f"quiet_commits = quiet_commits + ${number + 2}::int"
    )
    if begins:
        row = ", ".join(f"${each}::bigint" for each in range(number + 3, number + 6))
        parts += [
            "begun AS (INSERT INTO incarnations (follows, id, began_at) "
            f"SELECT {row} FROM unmoved)",
            "forgotten AS (DELETE FROM incarnations "
            f"WHERE EXISTS (SELECT FROM unmoved) AND ({FORGOTTEN}))",
        ]
    return f"""WITH
        locked(so) AS MATERIALIZED (SELECT TRUE FROM pg_advisory_xact_lock({AdvisoryLock.LOG})),
        head AS MATERIALIZED (
            SELECT mark FROM log_head WHERE (SELECT so FROM locked) FOR UPDATE),
        unmoved AS MATERIALIZED (SELECT FROM head WHERE mark = $1),
        {", ".join(parts)}
    UPDATE log_head SET {head} WHERE EXISTS (SELECT FROM unmoved)"""


_WRITTEN = "UPDATE 1"
_PRUNED = "UPDATE log_head SET pruned_number = greatest(pruned_number, $1)"


class Writing(NamedTuple):
    """Changes as they are sent: what is new of many is copied.

    `judged_by` is the id of the commit by which they were judged, and `origin` is where that was;
    `commit_id` is their own. What counts is written to `slot`.
    """

    changes: Changes
    judged_by: int
    commit_id: int
    origin: Origin
    copies: list[Copied]
    arguments: list[Any]
    slot: int

    @classmethod
    def of(
        cls,
        changes: Changes,
        judged_by: int,
        commit_id: int,
        *,
        origin: Origin,
        absent: Absent,
        slot: int = 0,
    ) -> "Writing":
        copies, left = divided(changes, absent, slot) if is_large(changes) else ([], changes)
        rows = [rows for _, rows in batches(left)]
        arguments = [judged_by, *rows, changes.last_number, commit_id, int(changes.unlogged)]
        if changes.incarnation is not None:
            arguments += astuple(changes.incarnation)
        return cls(
            changes,
            judged_by,
            commit_id,
            origin=origin,
            copies=copies,
            arguments=arguments,
            slot=slot,
        )

    @property
    def begins(self) -> bool:
        """Whether it begins an incarnation, by a statement that others are not written by."""
        return self.changes.incarnation is not None

    @property
    def is_single(self) -> bool:
        """Whether one statement writes all of it."""
        return not self.copies and not self.changes.is_rare


async def write(connection: Connection, writing: Writing) -> bool:
    """Write what nearly every commit writes, under the log's lock, which this takes if need be.

    Return whether it was judged by the last commit. If it was not, nothing is written.
    """
    for copied in writing.copies:
        await connection.copy_records_to_table(
            copied.table, records=copied.rows, columns=copied.columns
        )
    outcomes = bool(writing.changes.outcomes)
    statement = _writing(writing.slot, begins=writing.begins, outcomes=outcomes)
    return await connection.execute(statement, *writing.arguments) == _WRITTEN


async def write_rare(connection: Connection, changes: Changes) -> None:
    """Write what few commits write, under the log's lock."""
    await _delete(connection, changes)
    for upsert, rows in rare_batches(changes):
        types = (f"${number}::{kind}[]" for number, kind in enumerate(upsert.columns.values(), 1))
        statement = upsert.into(f"SELECT * FROM unnest({', '.join(types)})")
        await connection.execute(statement, *columns_of(rows, len(upsert.columns)))
    if changes.pruned_number:
        await connection.execute(_PRUNED, changes.pruned_number)


async def _delete(connection: Connection, changes: Changes) -> None:
    for delete in DELETES:
        if rows := delete.rows(changes.gone):
            arrays = ", ".join(
                f"${number}::{kind}[]" for number, kind in enumerate(delete.types, 1)
            )
            condition = f"({', '.join(delete.columns)}) IN (SELECT * FROM unnest({arrays}))"
            keys = columns_of(rows, len(delete.columns))
            statement = f"DELETE FROM {delete.table} WHERE {condition} AND {delete.condition}"
            await connection.execute(statement, *keys)
