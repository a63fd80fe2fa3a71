"""The ledger on SQLite: one connection in one thread of its own, durable at every commit."""

import asyncio
import os
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path

from models.database.database import make_durable
from models.database.postgres import ANSWER_S
from models.database.turnstile import PATIENCE_S, Turnstile, begin
from models.errors import (
    DatabaseUnavailable,
    described,
    explained,
    is_database_fault,
    is_locked,
)
from models.histogram import Histogram
from models.ledger.incarnations import Origin, Past
from models.ledger.ledger import Judge, R
from models.ledger.sqlite_statements import read, write
from models.ledger.work_thread import WorkThread
from models.records import Wanted
from models.sqlite.pages import overwrite_leavings, pages_with_leavings
from models.sqlite.wal import WalFile, is_no_room
from models.sqlite_files import forget_what_is_deleted

LOCK_WAIT_S = 3.0
"""How long to wait for the file's lock.

Who waits at the turnstile before waits `PATIENCE_S` longer, 4 s in all; twice that, for the batch
before and its own, is less than an operation may take.
"""

SCRUB_S = 20.0
"""How long to go on trying to empty the `-wal`; a read is broken off before."""

PAGES_AT_ONCE = 200
"""Pages that are overwritten at once: 800 KiB of them, some milliseconds of the lock.

Half of all pages have leavings before the first removal.
"""

SEARCHES = 2
"""How often a removal searches the file for what is left within pages, if it finds any."""

_SCRUB_WAIT_MS = 10
_SCRUB_PAUSE_S = 0.1
"""How long to wait for readers while those who write wait as well, and then to leave them alone."""


class SqliteLedger:
    """Runs the transaction in its own thread, where SQLite's waiting for the disk holds up nobody.

    BEGIN IMMEDIATE is the lock: it excludes every other writer of the file, in any process. Those
    that wait for it pass a turnstile, since SQLite lets nobody wait in line. A file system may
    stand still, which nothing can break off: after `answer_s` nobody waits for it any more.
    """

    def __init__(
        self, path: Path, lock_wait_s: float = LOCK_WAIT_S, answer_s: float = ANSWER_S
    ) -> None:
        self._path = path
        self._lock_wait_s = lock_wait_s
        self._answer_s = answer_s
        self._thread = WorkThread("ledger")
        self._closing: Future[None] | None = None
        self.lock_waits = Histogram()
        self._connection: sqlite3.Connection | None = None
        self._wal: WalFile | None = None
        self._has_no_room = False
        self._scrubbing = asyncio.Lock()
        self._asked = self._scrubbed = 0  # numbers of calls of `scrub`
        self._turnstile = Turnstile(path)
        self._inode = 0
        self._opened = 0  # how often the connection was
        self._past = Past()

    @property
    def overlaps(self) -> bool:
        return False

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        wanted.whole = True
        return await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge[R]) -> Awaitable[R]:
        working = self._thread.submit(lambda: self._transact(wanted, judge))
        return asyncio.sleep(0, await self._answered(working))

    async def scrub(self, *, within_pages: bool = True) -> None:
        """Empty the `-wal`, which has older pages, and overwrite what is left within pages."""
        self._asked += 1
        number = self._asked
        async with self._scrubbing:
            if self._scrubbed >= number:  # by one that began after this was asked for
                return
            number = self._asked
            await self._until_done(self._empty_wal)
            if within_pages:
                await self._scrub_pages()
                self._scrubbed = number

    async def _scrub_pages(self) -> None:
        """Overwrite what is left within pages.

        The file is searched beside those who write, who are only kept out while some pages are
        overwritten, and then let in for as long. What they split meanwhile may take what is left
        to another page. So it is searched again.
        """
        for _ in range(SEARCHES):
            try:
                pages = await asyncio.to_thread(pages_with_leavings, self._path)
            except OSError as error:
                raise DatabaseUnavailable(described(error)) from error
            for start in range(0, len(pages), PAGES_AT_ONCE):
                begun = time.monotonic()
                some = pages[start : start + PAGES_AT_ONCE]
                await self._until_done(partial(self._overwrite, some))
                await asyncio.sleep(time.monotonic() - begun)
            if not pages:
                return

    async def _until_done(self, step: Callable[[], bool]) -> None:
        """Try a step until no reader stands in its way any more."""
        until = time.monotonic() + SCRUB_S
        while not await self._answered(self._thread.submit(step)):
            if time.monotonic() > until:
                raise DatabaseUnavailable("another program reads on from before a removal")
            await asyncio.sleep(_SCRUB_PAUSE_S)  # which is for those who write

    async def close(self) -> None:
        if self._closing is None:
            self._closing = self._thread.submit(self._disconnect)
            self._thread.end()
        closing = asyncio.wrap_future(self._closing)
        await asyncio.wait([closing], timeout=LOCK_WAIT_S + PATIENCE_S)

    async def _answered(self, working: "Future[R]") -> R:
        """What work comes to, if it does in time; what has not begun by then never will.

        Raises:
            DatabaseUnavailable: it does not.
        """
        try:
            async with asyncio.timeout(self._answer_s):
                return await asyncio.wrap_future(working)
        except TimeoutError as error:
            has_begun = not working.cancel()
            reason = f"the file has not answered for {self._answer_s:g} seconds"
            raise DatabaseUnavailable(reason, outcome_unknown=has_begun, is_silent=True) from error

    def _transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        try:
            connection = self._connected()
            self._make_room()
            asked_at = time.perf_counter()
            with self._turnstile.held():
                begin(connection, self._lock_wait_s)
            self.lock_waits.add(time.perf_counter() - asked_at)
            try:
                known = read(connection, wanted)
                origin = Origin(self._opened, known.tables)
                changes, result = self._past.judge(judge, known, origin)
                changes.gather(known)
                if changes:
                    write(connection, changes)
                connection.execute("COMMIT")
                self._check_place()
                self._past.note(changes, origin)
                self._keep_short()
                return result
            except BaseException:
                if self._connection is not None and connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            if not is_database_fault(error):
                raise
            raise self._failed(error) from error

    def _failed(self, error: Exception) -> DatabaseUnavailable:
        """What callers are told of an error; unless the disk is full, the file is opened anew."""
        self._has_no_room = is_no_room(error)
        if not self._has_no_room:
            self._disconnect()
        reason = explained(error) if self._has_no_room else described(error)
        return DatabaseUnavailable(reason, is_silent=is_locked(error))

    def _make_room(self) -> None:
        """Once the disk was full, commit no more before the file holds all that was committed.

        Else the last room would go to the `-wal`, which then needed more to be moved.
        """
        if self._has_no_room and self._wal is not None:
            self._wal.move()
            self._has_no_room = False

    def _keep_short(self) -> None:
        """Have the `-wal` moved, if that is due, as soon as the caller has its answer."""
        if self._wal is not None and self._wal.is_due:
            self._thread.submit(self._move_wal)

    def _move_wal(self) -> None:
        try:
            if self._wal is not None:
                self._wal.move()
        except sqlite3.Error as error:  # what was committed stays so, where it is
            self._has_no_room = is_no_room(error)

    def _empty_wal(self) -> bool:
        try:
            self._connected()
            return self._wal is not None and self._wal.empty(_SCRUB_WAIT_MS)
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error

    def _overwrite(self, pages: Sequence[int]) -> bool:
        """Overwrite what is left in unused bytes of pages; whether nobody came in between."""
        if not self._empty_wal():
            return False
        try:
            connection = self._connected()
            begin(connection, self._lock_wait_s)
            try:
                if is_alone := os.path.getsize(f"{self._path}-wal") == 0:
                    overwrite_leavings(self._path, pages)
                    # A commit, so that no process goes on with the pages it has in memory.
                    ((version,),) = connection.execute("PRAGMA user_version").fetchall()
                    connection.execute(f"PRAGMA user_version = {(version + 1) % (1 << 31)}")
            finally:
                connection.execute("COMMIT")
            connection.execute("PRAGMA shrink_memory")  # nor this one
            return is_alone
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error

    def _connected(self) -> sqlite3.Connection:
        """The connection, opened anew if the file is no longer the one it was opened on.

        SQLite would go on writing to a file that was deleted or replaced, and lose it all.
        """
        inode = os.stat(self._path).st_ino
        if self._connection is None or inode != self._inode:
            self._disconnect()
            self._connection = self._connect()
            self._wal = WalFile(self._path, self._connection)
            self._inode = inode
            self._opened += 1
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
        make_durable(connection)
        forget_what_is_deleted(connection)
        # A batch touches thousands of pages of seven indexes: keep them.
        connection.execute("PRAGMA cache_size = -65536")  # KiB
        connection.execute("PRAGMA busy_timeout = 0")  # `begin` waits
        return connection

    def _disconnect(self) -> None:
        self._turnstile.close()
        if self._wal is not None:
            self._wal.close()
            self._wal = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None
