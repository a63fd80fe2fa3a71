"""What the ledger on PostgreSQL writes: a statement for nearly all commits, and more for few."""

from dataclasses import astuple
from functools import cache
from typing import Any, NamedTuple

from models.database.postgres import Connection
from models.ledger.copying import Absent, Copied, divided, is_large
from models.ledger.incarnations import FORGOTTEN, Origin
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.postgres_statements import columns_of
from models.ranks.changes import INSERT, names_to_queue
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

_PRUNED = "UPDATE log_head SET pruned_number = greatest(pruned_number, $1) WHERE id = 0"

WRITTEN_TABLES = (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY, FACET_PARTS)


@cache
def _writing(lane: int, *, moves_all: bool, begins: bool, outcomes: bool) -> str:
    """Lock, make sure that the last commit is $1's, and write: a part for each table, and a head.

    Its head may have been brought up meanwhile, as far as to $2. Rows are in their final form or
    added to what is there, and so are right even if the statement's snapshot is older than the
    lock; the head is read as it is once that is held. With the locks of all lanes it moves all
    heads. If it begins an incarnation, that is written as well; so are outcomes, if it changes any,
    and whose ranks may change. What counts is written to the lane's slot.
    """
    parts = []
    for number, upsert in enumerate((*WRITTEN_TABLES, *[OUTCOMES] * outcomes), 3):
        rows = f"unnest(${number}::{upsert.row_type}[]) WHERE EXISTS (SELECT FROM unmoved)"
        select = f"SELECT {upsert.of_slot('*', lane)} FROM {rows}"
        parts.append(f"written_{upsert.table} AS ({upsert.into(select)})")
    number = len(parts) + 3
    quiet = f"${number + 2}::int"
    if moves_all:
        quiet = f"CASE WHEN id = {lane} THEN {quiet} ELSE 0 END"
    head = f"last_number = ${number}, mark = ${number + 1}, quiet_commits = quiet_commits + {quiet}"
    ranks = f"SELECT ${number + 3}::int, ${number + 4}, ${number + 5} FROM unmoved"
    parts.append(f"written_rank_changes AS ({INSERT} {ranks} WHERE ${number + 3}::int > 0)")
    if begins:
        row = ", ".join(f"${each}::bigint" for each in range(number + 6, number + 9))
        parts += [
            "begun AS (INSERT INTO incarnations (follows, id, began_at) "
            f"SELECT {row} FROM unmoved)",
            "forgotten AS (DELETE FROM incarnations "
            f"WHERE EXISTS (SELECT FROM unmoved) AND ({FORGOTTEN}))",
        ]
    return f"""WITH
        head AS MATERIALIZED (
            SELECT mark, last_number FROM log_head WHERE id = {lane} FOR UPDATE),
        unmoved AS MATERIALIZED (SELECT FROM head WHERE mark = $1 AND last_number <= $2),
        {", ".join(parts)}
    UPDATE log_head SET {head}
    WHERE EXISTS (SELECT FROM unmoved){"" if moves_all else f" AND id = {lane}"}"""


_UNWRITTEN = "UPDATE 0"


class Basis(NamedTuple):
    """By what changes were judged: the id of the lane's last commit, and the largest head.

    `origin` is where that was, and `absent` what was looked for and not found, of what counts in a
    slot.
    """

    commit_id: int
    last_number: int
    origin: Origin
    absent: Absent
    slot: int


class Writing(NamedTuple):
    """Changes as they are sent: what is new of many is copied; `commit_id` is their own."""

    changes: Changes
    basis: Basis
    commit_id: int
    copies: list[Copied]
    arguments: list[Any]

    @classmethod
    def of(cls, changes: Changes, basis: Basis, commit_id: int) -> "Writing":
        copies, left = list[Copied](), changes
        if is_large(changes):
            copies, left = divided(changes, basis.absent, basis.slot)
        rows = [rows for _, rows in batches(left)]
        head = changes.last_number, commit_id, int(changes.unlogged)
        arguments = [basis.commit_id, basis.last_number, *rows, *head, *names_to_queue(changes)]
        if changes.incarnation is not None:
            arguments += astuple(changes.incarnation)
        return cls(changes, basis, commit_id, copies=copies, arguments=arguments)

    @property
    def begins(self) -> bool:
        """Whether it begins an incarnation, by a statement that others are not written by."""
        return self.changes.incarnation is not None

    @property
    def is_single(self) -> bool:
        """Whether one statement writes all of it."""
        return not self.copies and not self.changes.is_rare


async def write(connection: Connection, writing: Writing, scope: Scope = WHOLE) -> bool:
    """Write what nearly every commit writes, under the lane's lock, which this takes if need be.

    Return whether it was judged by the last commit. If it was not, nothing is written.
    """
    for copied in writing.copies:
        await connection.copy_records_to_table(
            copied.table, records=copied.rows, columns=copied.columns
        )
    statement = _writing(
        scope.lane,
        moves_all=scope.is_whole or writing.begins,
        begins=writing.begins,
        outcomes=bool(writing.changes.outcomes),
    )
    return await connection.execute(statement, *writing.arguments) != _UNWRITTEN


async def write_rare(connection: Connection, changes: Changes) -> None:
    """Write what few commits write, under the lane's lock."""
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
