"""What the ledger on PostgreSQL writes: a statement for nearly all commits, and more for few."""

from collections.abc import Callable, Iterable
from dataclasses import astuple
from functools import cache
from typing import Any, NamedTuple

from models.database.postgres import Connection
from models.ledger.copying import Absent, Copied, divided, is_large
from models.ledger.incarnations import FORGOTTEN, Origin
from models.ledger.lanes.counted_rows import CountedRows
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.postgres_statements import columns_of
from models.ranks.changes import INSERT, names_to_queue
from models.records import Changes, Stored
from models.upserts import (
    ACTIVITY,
    DELETES,
    EVENT_IDS,
    FACET_PARTS,
    INTERACTIONS,
    OUTCOMES,
    SCORES,
    TOTALS,
    Delete,
    Upsert,
    rare_batches,
)

PRUNED_TO = "UPDATE log_head SET pruned_number = greatest(pruned_number, ${}) WHERE id = 0"

_DELETES_IN_TURN = (DELETES[:-2], DELETES[-2:-1], DELETES[-1:])
"""Those of a group go by one statement; the last two only if nothing else needs them by then."""

WRITTEN_TABLES = (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY, FACET_PARTS, OUTCOMES)

_IS_UNMOVED = "EXISTS (SELECT FROM unmoved)"


class Shape(NamedTuple):
    """What a statement writes beside what all do: each has a cost, whether there are rows or not.

    Each shape is planned once, so there are few.
    """

    states: bool = False  # rows that are there already, and ids of events that have none
    ids: bool = False  # of events, that may be there
    contexts: bool = False  # parts of preferences, and outcomes
    moving: bool = False  # counts that are there, nobody knows in which place
    totals: bool = False  # that are new
    scores: bool = False
    unsure: bool = False  # counts that may be new
    ranks: bool = False
    begins: bool = False  # an incarnation


def _insert(upsert: Upsert, rows: str, lane: int) -> str:
    return upsert.insert(f"SELECT {upsert.of_slot('*', lane)} FROM {rows} WHERE {_IS_UNMOVED}")


def _upsert(upsert: Upsert, rows: str, lane: int) -> str:
    return upsert.into(f"SELECT {upsert.of_slot('*', lane)} FROM {rows} WHERE {_IS_UNMOVED}")


def _update(upsert: Upsert, rows: str, lane: int) -> str:
    """Replace rows that are there: to find that out by inserting them would lock each before."""
    changes = ", ".join(f"{name} = n.{name}" for name in upsert.replaced)
    by_key = " AND ".join(f"t.{name} = n.{name}" for name in upsert.key)
    return (
        f"UPDATE {upsert.table} t SET {changes} FROM {rows} "
        f"WHERE {_IS_UNMOVED} AND {by_key} AND t.slot = {lane}"
    )


def _replace(upsert: Upsert, rows: str, lane: int) -> str:
    """Replace rows in the places where they were read, which saves a look into an index for each.

    The places are the last column. Whoever carries it out sees to it that each row was there.
    """
    return f"{_update(upsert, rows, lane)} AND t.ctid = n.place RETURNING 1"


Write = Callable[[Upsert, str, int], str]
"""A statement that writes rows of a table, given as a relation, to a lane's slot."""


def _parts(shape: Shape) -> list[tuple[Write, Upsert]]:
    """How rows of which tables are written, in the one order that all writers keep."""
    parts: list[tuple[Write, Upsert]] = [(_insert, INTERACTIONS)]
    if shape.states:
        parts += [(_upsert, INTERACTIONS), (_upsert if shape.ids else _insert, EVENT_IDS)]
    for counted, are_new in ((TOTALS, shape.totals), (SCORES, shape.scores)):
        parts.append((_replace, counted))
        parts += [(_update, counted)] * shape.moving + [(_insert, counted)] * are_new
        parts += [(_upsert, counted)] * shape.unsure
    parts.append((_upsert, ACTIVITY))
    if shape.contexts:
        parts += [(_insert, FACET_PARTS), (_upsert, OUTCOMES)]
    return parts


def _rows(
    changes: Changes, last_number: int, counted: Iterable[CountedRows], shape: Shape
) -> list[Any]:
    """The rows of each part of a statement, and after those that are replaced their places."""
    values = INTERACTIONS.values
    rows = [(number, values(row)) for number, row in sorted(changes.interactions.items())]
    arguments: list[Any] = [[row for number, row in rows if number > last_number]]
    if shape.states:
        arguments.append([row for number, row in rows if number <= last_number])
        arguments.append(EVENT_IDS.rows(changes.event_ids))
    for each in counted:
        arguments += each.arguments(moving=shape.moving, unsure=shape.unsure)
    arguments.append(ACTIVITY.rows(changes.activity))
    if shape.contexts:
        arguments += [FACET_PARTS.rows(changes.parts), OUTCOMES.rows(changes.outcomes)]
    return arguments


@cache
def _writing(lane: int, shape: Shape, *, moves_all: bool) -> str:
    """Lock, make sure that the last commit is $1's, and write: a part for each table, and a head.

    Its head may have been brought up meanwhile, as far as to $2. Rows are in their final form or
    added to what is there, and so are right even if the statement's snapshot is older than the
    lock; the head is read as it is once that is held. What is new, or there, is so in any snapshot
    since it was read; all else is upserted. With the locks of all lanes it moves all heads. What
    counts is written to the lane's slot. Where a row is no longer in the place where it was read,
    as after a table was written anew, a division by zero has nothing written.
    """
    parts, are_replaced, number = [], [], 3
    for write, upsert in _parts(shape):
        rows, written = f"${number}::{upsert.row_type}[]", f"written_{number}"
        if write is _replace:
            are_replaced.append(f"(SELECT count(*) FROM {written}) = cardinality(${number})")
            number += 1
            rows = f"{rows}, string_to_array(${number}, ' ')::tid[]"
            names = f"n ({', '.join(upsert.columns)}, place)"
        else:
            names = "n"
        parts.append(f"{written} AS ({write(upsert, f'unnest({rows}) {names}', lane)})")
        number += 1
    quiet = f"${number + 2}::int"
    if moves_all:
        quiet = f"CASE WHEN id = {lane} THEN {quiet} ELSE 0 END"
    last_number = f"${number}::bigint / ({' AND '.join(are_replaced)})::int"
    head = (
        f"last_number = {last_number}, mark = ${number + 1}, "
        f"quiet_commits = quiet_commits + {quiet}"
    )
    number += 3
    if shape.ranks:
        row = f"SELECT ${number}::int, ${number + 1}, ${number + 2} FROM unmoved"
        parts.append(f"written_rank_changes AS ({INSERT} {row})")
        number += 3
    if shape.begins:
        row = ", ".join(f"${each}::bigint" for each in range(number, number + 3))
        parts += [
            "begun AS (INSERT INTO incarnations (follows, id, began_at) "
            f"SELECT {row} FROM unmoved)",
            f"forgotten AS (DELETE FROM incarnations WHERE {_IS_UNMOVED} AND ({FORGOTTEN}))",
        ]
    locked = (
        f"head AS MATERIALIZED (SELECT mark, last_number FROM log_head WHERE id = {lane} "
        "FOR UPDATE)",
        "unmoved AS MATERIALIZED (SELECT FROM head WHERE mark = $1 AND last_number <= $2)",
    )
    return (
        f"WITH {', '.join((*locked, *parts))} UPDATE log_head SET {head} "
        f"WHERE {_IS_UNMOVED}{'' if moves_all else f' AND id = {lane}'}"
    )


_UNWRITTEN = "UPDATE 0"


class Basis(NamedTuple):
    """By what changes were judged: the id of the lane's last commit, and the largest head.

    `origin` is where that was, and `absent` what was looked for and not found, of what counts in a
    slot; `stored` is what the slot has.
    """

    commit_id: int
    last_number: int
    origin: Origin
    absent: Absent
    slot: int
    stored: Stored = Stored()


class Writing(NamedTuple):
    """Changes as they are sent: what is new of many is copied; `commit_id` is their own."""

    changes: Changes
    basis: Basis
    commit_id: int
    copies: list[Copied]
    shape: Shape
    arguments: list[Any]

    @classmethod
    def of(cls, changes: Changes, basis: Basis, commit_id: int) -> "Writing":
        copies, left = list[Copied](), changes
        if is_large(changes):
            copies, left = divided(changes, basis.absent, basis.slot)
        head = changes.last_number, commit_id, int(changes.unlogged)
        ranks = names_to_queue(changes)
        # Most rows are new, whose numbers are the highest.
        has_old = min(left.interactions, default=basis.last_number + 1) <= basis.last_number
        stored, absent = basis.stored, basis.absent
        totals = CountedRows.of(TOTALS, left.totals, stored.totals, absent.totals)
        scores = CountedRows.of(SCORES, left.scores, stored.scores, absent.scores)
        shape = Shape(
            states=has_old or bool(left.event_ids),
            ids=not left.event_ids.keys() <= absent.event_ids,
            contexts=bool(left.parts or left.outcomes),
            moving=bool(totals.moving or scores.moving),
            totals=bool(totals.new),
            scores=bool(scores.new),
            unsure=bool(totals.unsure or scores.unsure),
            ranks=bool(ranks.size),
            begins=changes.incarnation is not None,
        )
        rows = _rows(left, basis.last_number, (totals, scores), shape)
        arguments = [basis.commit_id, basis.last_number, *rows, *head]
        if ranks.size:
            arguments += ranks
        if changes.incarnation is not None:
            arguments += astuple(changes.incarnation)
        return cls(changes, basis, commit_id, copies=copies, shape=shape, arguments=arguments)

    @property
    def begins(self) -> bool:
        """Whether it begins an incarnation, by a statement that others are not written by."""
        return self.changes.incarnation is not None

    def statement(self, scope: Scope) -> str:
        """What writes all of it but for what is copied or rare."""
        return _writing(scope.lane, self.shape, moves_all=scope.is_whole or self.begins)

    @property
    def is_single(self) -> bool:
        """Whether one statement writes all of it."""
        return not self.copies and not self.changes.is_rare


async def prepare(connection: Connection, writing: Writing, scope: Scope) -> None:
    """Have the server parse the statement that `write` carries out, which is kept from then on.

    asyncpg has no public way to fill the cache that `execute` takes its statements from.
    """
    server: Any = connection
    await server._get_statement(writing.statement(scope), None)


async def write(connection: Connection, writing: Writing, scope: Scope = WHOLE) -> bool:
    """Write what nearly every commit writes, under the lane's lock, which this takes if need be.

    Return whether it was judged by the last commit. If it was not, nothing is written.
    """
    for copied in writing.copies:
        await connection.copy_records_to_table(
            copied.table, records=copied.rows, columns=copied.columns
        )
    return await connection.execute(writing.statement(scope), *writing.arguments) != _UNWRITTEN


async def write_rare(connection: Connection, changes: Changes) -> None:
    """Write what few commits write, under the lane's lock: others wait for each round trip."""
    for deletes in _DELETES_IN_TURN:
        parts, arguments = list[str](), list[Any]()
        for delete in deletes:
            if rows := delete.rows(changes.gone):
                condition = f"{among(delete, len(arguments) + 1)} AND {delete.condition}"
                parts.append(f"DELETE FROM {delete.table} WHERE {condition}")
                arguments += columns_of(rows, len(delete.columns))
        if changes.pruned_number and deletes is _DELETES_IN_TURN[0]:
            arguments.append(changes.pruned_number)
            parts.append(PRUNED_TO.format(len(arguments)))
        if parts:
            named = ", ".join(f"part_{number} AS ({each})" for number, each in enumerate(parts))
            await connection.execute(f"WITH {named} SELECT", *arguments)
    await put_rare(connection, changes)


async def put_rare(connection: Connection, changes: Changes) -> None:
    """Put the rows that few commits have, in tables of their own."""
    for upsert, rows in rare_batches(changes):
        types = (f"${number}::{kind}[]" for number, kind in enumerate(upsert.columns.values(), 1))
        statement = upsert.into(f"SELECT * FROM unnest({', '.join(types)})")
        await connection.execute(statement, *columns_of(rows, len(upsert.columns)))


def among(delete: Delete, first: int = 1) -> str:
    """That a row is one of those that are deleted; keys are an array a column, from $`first`."""
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(delete.types, first))
    return f"({', '.join(delete.columns)}) IN (SELECT * FROM unnest({arrays}))"
