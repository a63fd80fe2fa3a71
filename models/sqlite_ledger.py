"""The ledger on SQLite: one connection in one thread of its own, durable at every commit."""

import asyncio
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from models.errors import DatabaseUnavailable
from models.ledger import Judge
from models.records import (
    Changes,
    Known,
    StoredEventId,
    StoredInteraction,
    StoredScore,
    StoredTotal,
    Subject,
    TotalKey,
    Wanted,
)
from models.upserts import EVENT_IDS, INTERACTIONS, SCORES, TOTALS, Upsert, batches
from models.vocabulary import PrivacyLevel

LOCK_WAIT_S = 5.0


class SqliteLedger:
    """Runs the transaction in its own thread, where SQLite's waiting for the disk holds up nobody.

    BEGIN IMMEDIATE is the lock: it excludes every other writer of the file, in any process.
    """

    def __init__(self, path: Path, lock_wait_s: float = LOCK_WAIT_S) -> None:
        self._path = path
        self._lock_wait_s = lock_wait_s
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="ledger")
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        await asyncio.get_running_loop().run_in_executor(
            self._thread, self._transact, wanted, judge
        )

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._disconnect)
        self._thread.shutdown()

    def _transact(self, wanted: Wanted, judge: Judge) -> None:
        try:
            connection = self._connected()
            connection.execute("BEGIN IMMEDIATE")
            try:
                changes = judge(_read(connection, wanted))
                if changes:
                    _write(connection, changes)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except (sqlite3.OperationalError, sqlite3.DatabaseError, OSError) as error:
            if isinstance(error, sqlite3.IntegrityError | sqlite3.DataError):
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
        connection.execute("PRAGMA cache_size = -32768")  # KiB
        connection.execute("PRAGMA wal_autocheckpoint = 8192")  # pages
        return connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _select(upsert: Upsert) -> str:
    return f"SELECT {', '.join(upsert.columns)} FROM {upsert.table} WHERE "


_BY_EVENT_ID = _select(EVENT_IDS) + "key = ?"
_BY_STATE = _select(INTERACTIONS) + "state_key = ?"
_BY_TOTAL = _select(TOTALS) + "subject_kind = ? AND subject_id = ? AND action = ?"
_BY_SUBJECT = _select(SCORES) + "subject_kind = ? AND subject_id = ?"
_LEVEL = "SELECT level FROM privacy_settings WHERE user_alias = ?"


def _read(connection: sqlite3.Connection, wanted: Wanted) -> Known:
    def found(statement: str, key: Any) -> tuple[Any, ...] | None:
        row: tuple[Any, ...] | None = connection.execute(statement, key).fetchone()
        return row

    (last_number,) = connection.execute("SELECT last_number FROM log_head").fetchone()
    known = Known(last_number, {}, {}, {}, {}, {})
    for alias in wanted.aliases:
        if row := found(_LEVEL, (alias,)):
            known.levels[alias] = PrivacyLevel(row[0])
    for key in wanted.event_ids:
        if row := found(_BY_EVENT_ID, (key,)):
            known.event_ids[key] = StoredEventId(*row)
    for state_key in wanted.states:
        if row := found(_BY_STATE, (state_key,)):
            known.states[state_key] = StoredInteraction(*row)
    for total in wanted.totals:
        if row := found(_BY_TOTAL, total):
            known.totals[TotalKey(*total)] = StoredTotal(*row)
    for subject in wanted.scores:
        if row := found(_BY_SUBJECT, subject):
            known.scores[Subject(*subject)] = StoredScore(*row)
    return known


def _write(connection: sqlite3.Connection, changes: Changes) -> None:
    for upsert, rows in batches(changes):
        marks = ", ".join("?" * len(upsert.columns))
        connection.executemany(upsert.into(f"VALUES ({marks})"), rows)
    connection.execute("UPDATE log_head SET last_number = ?", (changes.last_number,))
