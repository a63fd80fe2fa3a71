"""The ledger on PostgreSQL: one connection; a lock, one read, one write, one commit."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

import asyncpg

from models.copying import Absent, copy_new, is_large
from models.errors import BUSY, GONE, DatabaseUnavailable
from models.ledger import Judge
from models.records import (
    Changes,
    Known,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    StoredScore,
    StoredToken,
    StoredTotal,
    Wanted,
)
from models.upserts import (
    ACTIVITY,
    DELETES,
    EVENT_IDS,
    INTERACTIONS,
    REMOVALS,
    SCORES,
    SUBJECT_TABLES,
    TOKENS,
    TOTALS,
    batches,
    rare_batches,
)
from models.vocabulary import PrivacyLevel

LOG_BELL = "trailmark_log"
"""The channel that is notified with each commit that records, for whoever tails the log."""

LOG_LOCK = 7_452_717_069_001
"""The advisory lock that every transaction takes before it reads or writes what the log orders."""

PLANNED_FROM, PLANNED_TIMES = 100, 4
"""Statements are planned anew from so many rows on, and with so many times as many again."""

CONNECT_S = 3.0
COMMAND_S = 35.0  # above the server's own timeouts: only a dead network comes to this
SESSION = {
    "application_name": "trailmark writer",
    "lock_timeout": "4s",  # twice that is less than an operation may take
    "statement_timeout": "30s",
    # A process that stops dead while it holds the lock must not stop the others for long.
    "idle_in_transaction_session_timeout": "10s",
    # A batch touches few keys of large tables, each behind an index. The planner, which cannot see
    # how many keys an array holds, would now and then read a whole table instead.
    "enable_seqscan": "off",
    "enable_hashjoin": "off",
    "enable_mergejoin": "off",
    "jit": "off",
    "plan_cache_mode": "force_generic_plan",
}


class PostgresLedger:
    """Runs the transaction on a connection of its own, opened anew whenever it broke."""

    def __init__(self, credentials: dict[str, Any]) -> None:
        self._credentials = credentials
        self._connection: asyncpg.Connection[asyncpg.Record] | None = None
        self._last_number = self._planned_for = 0  # now, and when statements were planned

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        committing = False
        try:
            connection = await self._connected()
            await self._plan(connection)
            # The lock is a statement of its own: those that follow see what committed before it.
            await connection.execute(f"BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})")
            try:
                known = await _read(connection, wanted)
                absent = Absent.of(wanted, known)
                changes = judge(known)
                if changes.is_recording:
                    await write(connection, changes, absent)
                if changes.is_rare:
                    await _write_rare(connection, changes)
                committing = True
                ring = f"NOTIFY {LOG_BELL}; " if changes.is_recording else ""
                await connection.execute(f"{ring}COMMIT")
                self._last_number = changes.last_number
            except BaseException:
                if not connection.is_closed() and connection.is_in_transaction():
                    await connection.execute("ROLLBACK")
                raise
        except (*GONE, *BUSY) as error:
            await self._disconnect()
            lost = committing and isinstance(error, GONE)
            reason = f"{type(error).__name__}: {error}"
            raise DatabaseUnavailable(reason, outcome_unknown=lost) from error

    async def close(self) -> None:
        await self._disconnect()

    async def _plan(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        """Have statements planned anew once there is far more than when they were planned.

        While tables are all but empty any index is as good as another, and the plan that is kept
        may walk along the wrong one when they are not.
        """
        if self._last_number > PLANNED_TIMES * self._planned_for + PLANNED_FROM:
            await connection.execute("DISCARD PLANS")
            self._planned_for = self._last_number

    async def _connected(self) -> "asyncpg.Connection[asyncpg.Record]":
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(
                **self._credentials,
                server_settings=SESSION,
                timeout=CONNECT_S,
                command_timeout=COMMAND_S,
            )
        return self._connection

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None or connection.is_closed():
            return
        try:
            await asyncio.wait_for(connection.close(), CONNECT_S)
        except GONE:
            connection.terminate()


def _gathered(alias: str, table: str, columns: Iterable[str], condition: str) -> str:
    """The rows that a condition finds, each column as one array: far cheaper to take than rows."""
    arrays = ", ".join(f"array_agg(t.{name})" for name in columns)
    return f"(SELECT {arrays} FROM {table} t {condition}) {alias}"


_LEVELS = ("user_alias", "level")
_BY_STATE = "WHERE t.state_key = ANY($3::bytea[])"
_BY_TOTAL = """JOIN unnest($4::smallint[], $5::text[], $6::smallint[]) k(kind, id, action)
    ON t.subject_kind = k.kind AND t.subject_id = k.id AND t.action = k.action"""
_BY_SUBJECT = """JOIN unnest($7::smallint[], $8::text[]) k(kind, id)
    ON t.subject_kind = k.kind AND t.subject_id = k.id"""
_READ = f"""
SELECT log_head.last_number, l.*, e.*, i.*, t.*, s.* FROM log_head,
  {_gathered("l", "privacy_settings", _LEVELS, "WHERE t.user_alias = ANY($1::text[])")},
  {_gathered("e", EVENT_IDS.table, EVENT_IDS.columns, "WHERE t.key = ANY($2::text[])")},
  {_gathered("i", INTERACTIONS.table, INTERACTIONS.columns, _BY_STATE)},
  {_gathered("t", TOTALS.table, TOTALS.columns, _BY_TOTAL)},
  {_gathered("s", SCORES.table, SCORES.columns, _BY_SUBJECT)}
"""

_BY_NUMBER = f"SELECT {', '.join(INTERACTIONS.columns)} FROM interactions WHERE id = ANY($1)"
_BY_ALIAS = f"SELECT {', '.join(REMOVALS.columns)} FROM removals WHERE user_alias = ANY($1)"
_BY_TOKEN = f"SELECT {', '.join(TOKENS.columns)} FROM tokens WHERE key = ANY($1::bytea[])"
_SALTS = "SELECT day, salt FROM salts"
_SUBJECTS_GONE = """DELETE FROM {} WHERE (subject_kind, subject_id) IN
    (SELECT * FROM unnest($1::smallint[], $2::text[]))"""
_PRUNED = "UPDATE log_head SET pruned_number = greatest(pruned_number, $1)"


async def _read(connection: "asyncpg.Connection[asyncpg.Record]", wanted: Wanted) -> Known:
    row = await connection.fetchrow(
        _READ,
        list(wanted.aliases),
        list(wanted.event_ids),
        list(wanted.states),
        *_columns(wanted.totals, 3),
        *_columns(wanted.scores, 2),
    )
    if row is None:
        raise DatabaseUnavailable("the database has no log; run `trailmark migrate`")
    last_number, *arrays = row
    found = iter(arrays)

    def rows(width: int) -> Iterator[tuple[Any, ...]]:
        columns = list(islice(found, width))
        return iter(()) if columns[0] is None else zip(*columns, strict=True)

    known = Known(
        last_number,
        {alias: PrivacyLevel(level) for alias, level in rows(len(_LEVELS))},
        {each[0]: StoredEventId(*each) for each in rows(len(EVENT_IDS.columns))},
        {each[11]: StoredInteraction(*each) for each in rows(len(INTERACTIONS.columns))},
        {each[:3]: StoredTotal(*each) for each in rows(len(TOTALS.columns))},
        {each[:2]: StoredScore(*each) for each in rows(len(SCORES.columns))},
    )
    if wanted.rows:
        for each in await connection.fetch(_BY_NUMBER, sorted(wanted.rows)):
            known.rows[each[0]] = StoredInteraction(*each)
    if wanted.removals:
        for each in await connection.fetch(_BY_ALIAS, sorted(wanted.removals)):
            known.removals[each[0]] = StoredRemoval(*each)
    if wanted.tokens is not None and wanted.limited(known.levels):
        known.salts.update((row[0], row[1]) for row in await connection.fetch(_SALTS))
        if keys := wanted.tokens(known):
            for each in await connection.fetch(_BY_TOKEN, sorted(keys)):
                known.tokens[each[0]] = StoredToken(*each)
    return known


def _writing() -> str:
    """One statement for all tables: a data-modifying part for each, and the log's head."""
    parts, number = [], 0
    for upsert in (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY):
        arrays = [
            f"${number + offset}::{kind}[]"
            for offset, kind in enumerate(upsert.columns.values(), 1)
        ]
        number += len(arrays)
        statement = upsert.into(f"SELECT * FROM unnest({', '.join(arrays)})")
        parts.append(f"written_{upsert.table} AS ({statement})")
    head = f"last_number = ${number + 1}, quiet_commits = quiet_commits + ${number + 2}::int"
    return f"WITH {', '.join(parts)} UPDATE log_head SET {head}"


_WRITE = _writing()


async def write(
    connection: "asyncpg.Connection[asyncpg.Record]", changes: Changes, absent: Absent
) -> None:
    """Write what nearly every commit writes; what is new of a large one is copied."""
    left = await copy_new(connection, changes, absent) if is_large(changes) else changes
    await connection.execute(_WRITE, *_arguments(left))


async def _write_rare(connection: "asyncpg.Connection[asyncpg.Record]", changes: Changes) -> None:
    for upsert, rows in rare_batches(changes):
        types = (f"${number}::{kind}[]" for number, kind in enumerate(upsert.columns.values(), 1))
        statement = upsert.into(f"SELECT * FROM unnest({', '.join(types)})")
        await connection.execute(statement, *_columns(rows, len(upsert.columns)))
    for delete in DELETES:
        if keys := sorted(delete.keys(changes.gone)):
            condition = f"{delete.column} = ANY($1::{delete.type}[])"
            await connection.execute(f"DELETE FROM {delete.table} WHERE {condition}", keys)
    for table in SUBJECT_TABLES if changes.gone.subjects else ():
        subjects = _columns(sorted(changes.gone.subjects), 2)
        await connection.execute(_SUBJECTS_GONE.format(table), *subjects)
    if changes.pruned_number:
        await connection.execute(_PRUNED, changes.pruned_number)


def _arguments(changes: Changes) -> list[Any]:
    arguments: list[Any] = []
    for upsert, rows in batches(changes):
        arguments += _columns(rows, len(upsert.columns))
    return [*arguments, changes.last_number, int(changes.quiet)]


def _columns(rows: Any, width: int) -> list[list[Any]]:
    """The rows turned into one list a column, as unnest() takes them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width
