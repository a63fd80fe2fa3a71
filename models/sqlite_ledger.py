"""The ledger on SQLite: one connection in one thread of its own, durable at every commit."""

import asyncio
import json
import os
import sqlite3
from collections.abc import Awaitable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from typing import Any

from models.errors import DatabaseUnavailable, is_unavailable
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
from models.turns import Turnstile
from models.upserts import (
    DELETES,
    EVENT_IDS,
    INTERACTIONS,
    REMOVALS,
    SCORES,
    SUBJECT_TABLES,
    TOKENS,
    TOTALS,
    Upsert,
    batches,
    rare_batches,
)
from models.vocabulary import PrivacyLevel

LOCK_WAIT_S = 3.5
"""How long to wait for the file's lock.

Who waits at the turnstile before waits `PATIENCE_S` longer, 4.5 s in all; twice that, for the batch
before and its own, is less than an operation may take.
"""

TOGETHER = 50
"""Rows that one statement writes; each statement has a price of its own."""


class SqliteLedger:
    """Runs the transaction in its own thread, where SQLite's waiting for the disk holds up nobody.

    BEGIN IMMEDIATE is the lock: it excludes every other writer of the file, in any process. Those
    that wait for it pass a turnstile, for SQLite itself gives no turns.
    """

    def __init__(self, path: Path, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self._path = path
        self._lock_wait_s = lock_wait_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._connection: sqlite3.Connection | None = None
        self._turnstile = Turnstile(path)
        self._inode = 0

    @property
    def overlaps(self) -> bool:
        return False

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._transact, wanted, judge
        )

    async def begin(self, wanted: Wanted, judge: Judge) -> Awaitable[None]:
        await self.transact(wanted, judge)
        return asyncio.sleep(0)

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _transact(self, wanted: Wanted, judge: Judge) -> None:
        try:
            connection = self._connected()
            with self._turnstile.held():
                connection.execute("BEGIN IMMEDIATE")
            try:
                changes = judge(_read(connection, wanted))
                if changes:
                    _write(connection, changes)
                connection.execute("COMMIT")
                self._check_place()
            except BaseException:
                if self._connection is not None and connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            if not is_unavailable(error):
                raise
            self._disconnect()
            raise DatabaseUnavailable(f"{type(error).__name__}: {error}") from error

    def _connected(self) -> sqlite3.Connection:
        """The connection, opened anew if the file is no longer the one it was opened on.

        SQLite would go on writing to a file that was deleted or replaced, and lose it all.
        """
        inode = os.stat(self._path).st_ino
        if self._connection is None or inode != self._inode:
            self._disconnect()
            self._connection = self._connect()
            self._inode = inode
        return self._connection

    def _check_place(self) -> None:
        """Make sure that what was committed is where it will be looked for."""
        try:
            moved = os.stat(self._path).st_ino != self._inode
        except FileNotFoundError:
            moved = True
        if moved:
            self._disconnect()
            reason = "the file was moved or replaced during the commit"
            raise DatabaseUnavailable(reason, outcome_unknown=True)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{self._path.absolute().as_uri()}?mode=rw",
            uri=True,
            isolation_level=None,
            timeout=self._lock_wait_s,
            cached_statements=64,
            check_same_thread=False,
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")  # an acknowledged row outlives a power cut
        # A batch touches thousands of pages of seven indexes: keep them, and move them to the
        # file some batches at a time.
        connection.execute("PRAGMA cache_size = -65536")  # KiB
        connection.execute("PRAGMA wal_autocheckpoint = 32768")  # pages, 128 MiB of them
        return connection

    def _disconnect(self) -> None:
        self._turnstile.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _select(upsert: Upsert) -> str:
    return f"SELECT {', '.join(upsert.columns)} FROM {upsert.table} WHERE "


_AMONG = "IN (SELECT value FROM json_each(?))"
_LEVELS = f"SELECT user_alias, level FROM privacy_settings WHERE user_alias {_AMONG}"
_BY_EVENT_ID = _select(EVENT_IDS) + f"key {_AMONG}"
_BY_STATE = _select(INTERACTIONS) + "state_key = ?"
_BY_NUMBER = _select(INTERACTIONS) + "id = ?"
_BY_ALIAS = _select(REMOVALS) + "user_alias = ?"
_BY_NAME = "SELECT value FROM facts WHERE name = ?"
_BY_TOKEN = _select(TOKENS) + "key = ?"
_HEAD = "UPDATE log_head SET last_number = ?, quiet_commits = quiet_commits + ?"
_PRUNED = "UPDATE log_head SET pruned_number = max(pruned_number, ?)"
_SALTS = "SELECT day, salt FROM salts"
_BY_TOTAL = _select(TOTALS) + f"subject_kind = ? AND action = ? AND subject_id {_AMONG}"
_BY_SUBJECT = _select(SCORES) + f"subject_kind = ? AND subject_id {_AMONG}"


def _read(connection: sqlite3.Connection, wanted: Wanted) -> Known:
    """What is kept under the wanted keys; a statement for many costs half of one for each."""
    execute = connection.execute
    (last_number,) = execute("SELECT last_number FROM log_head").fetchone()
    known = Known(last_number, {}, {}, {}, {}, {})
    for alias, level in execute(_LEVELS, (_json(wanted.aliases),)):
        known.levels[alias] = PrivacyLevel(level)
    if wanted.event_ids:
        for row in execute(_BY_EVENT_ID, (_json(wanted.event_ids),)):
            known.event_ids[row[0]] = StoredEventId(*row)
    for state_key in wanted.states:
        if row := execute(_BY_STATE, (state_key,)).fetchone():
            known.states[state_key] = StoredInteraction(*row)
    groups: dict[tuple[int, int], list[str]] = {}
    for kind, id, action in wanted.totals:
        groups.setdefault((kind, action), []).append(id)
    for (kind, action), ids in groups.items():
        for row in execute(_BY_TOTAL, (kind, action, _json(ids))):
            known.totals[kind, row[1], action] = StoredTotal(*row)
    kinds: dict[int, list[str]] = {}
    for kind, id in wanted.scores:
        kinds.setdefault(kind, []).append(id)
    for kind, ids in kinds.items():
        for row in execute(_BY_SUBJECT, (kind, _json(ids))):
            known.scores[kind, row[1]] = StoredScore(*row)
    for number in wanted.rows:
        if row := execute(_BY_NUMBER, (number,)).fetchone():
            known.rows[number] = StoredInteraction(*row)
    for alias in wanted.removals:
        if row := execute(_BY_ALIAS, (alias,)).fetchone():
            known.removals[alias] = StoredRemoval(*row)
    for name in wanted.facts:
        if row := execute(_BY_NAME, (name,)).fetchone():
            known.facts[name] = row[0]
    if wanted.tokens is not None and wanted.limited(known.levels):
        known.salts.update(execute(_SALTS))
        for key in wanted.tokens(known):
            if row := execute(_BY_TOKEN, (key,)).fetchone():
                known.tokens[key] = StoredToken(*row)
    return known


def _json(keys: Iterable[str]) -> str:
    return json.dumps(list(keys))


def _write(connection: sqlite3.Connection, changes: Changes) -> None:
    for upsert, rows in batches(changes):
        _upsert(connection, upsert, rows)
    connection.execute(_HEAD, (changes.last_number, changes.quiet))
    if changes.is_rare:
        _write_rare(connection, changes)


def _write_rare(connection: sqlite3.Connection, changes: Changes) -> None:
    for upsert, rows in rare_batches(changes):
        _upsert(connection, upsert, rows)
    for delete in DELETES:
        statement = f"DELETE FROM {delete.table} WHERE {delete.column} = ?"
        connection.executemany(statement, [(key,) for key in sorted(delete.keys(changes.gone))])
    for table in SUBJECT_TABLES:
        statement = f"DELETE FROM {table} WHERE subject_kind = ? AND subject_id = ?"
        connection.executemany(statement, sorted(changes.gone.subjects))
    if changes.pruned_number:
        connection.execute(_PRUNED, (changes.pruned_number,))


def _upsert(connection: sqlite3.Connection, upsert: Upsert, rows: Sequence[Any]) -> None:
    row = f"({', '.join('?' * len(upsert.columns))})"
    whole = len(rows) - len(rows) % TOGETHER
    many = upsert.into(f"VALUES {', '.join([row] * TOGETHER)}")
    for start in range(0, whole, TOGETHER):
        connection.execute(many, list(chain.from_iterable(rows[start : start + TOGETHER])))
    connection.executemany(upsert.into(f"VALUES {row}"), rows[whole:])
