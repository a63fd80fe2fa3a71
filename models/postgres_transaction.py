"""One transaction of the ledger on PostgreSQL, and the connection it runs on."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from itertools import count
from random import getrandbits
from typing import Any

import asyncpg

from models.ahead import brought_forward, may_read_ahead
from models.copying import LARGE, Absent
from models.errors import BUSY, GONE, DatabaseUnavailable
from models.ledger import Judge
from models.postgres_statements import (
    LOG_LOCK,
    Connection,
    Writing,
    read,
    write,
    write_rare,
)
from models.records import Known, Wanted

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

STUCK_S = 10
"""How long a process may copy rows under the lock and send none before others end it.

That is no idle transaction to PostgreSQL, and no statement that it would time out.
"""

_END_STUCK = f"""SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'advisory' AND classid::bigint << 32 | objid::bigint = {LOG_LOCK} AND granted
    AND datname = current_database() AND state = 'active' AND wait_event = 'ClientRead'
    AND query_start < now() - make_interval(secs => $1)"""

LOCK = f"BEGIN; SELECT pg_advisory_xact_lock({LOG_LOCK})"
"""The lock as a statement of its own: those that follow see what committed before it."""

_LOCK_MARKED = LOCK + "; SELECT FROM log_head WHERE mark = {}"
_FOUND = "SELECT 1"
_NUMBER_BITS = 32


class Marks:
    """The marks of one ledger's commits: none like another, nor like those of another ledger."""

    def __init__(self) -> None:
        self._ours = getrandbits(31)
        self._numbers = count()

    def draw(self) -> int:
        return self._ours << _NUMBER_BITS | next(self._numbers)

    def include(self, mark: int) -> bool:
        """Whether it was drawn here."""
        return mark >> _NUMBER_BITS == self._ours


class Lane:
    """A connection for one transaction at a time, opened anew whenever it broke."""

    def __init__(self, credentials: dict[str, Any], marks: Marks) -> None:
        self.marks = marks
        self.last_number = 0
        self.has_written = False  # and so need not prepare that first
        self._credentials = credentials
        self._connection: Connection | None = None
        self._planned_for = 0
        self._is_over = False

    async def connected(self) -> Connection:
        """The connection, with plans that are right for a log of about `last_number` rows.

        While tables are all but empty any index is as good as another, and a plan that is kept may
        walk along the wrong one when they are not. So statements are planned anew once there is
        far more than when they were planned.
        """
        if self._is_over:
            raise asyncpg.InterfaceError("the ledger is closed")
        connection = self._connection
        if connection is None or connection.is_closed():
            connection = self._connection = await asyncpg.connect(
                **self._credentials,
                server_settings=SESSION,
                timeout=CONNECT_S,
                command_timeout=COMMAND_S,
            )
            self._planned_for, self.has_written = self.last_number, False
        if self.last_number > PLANNED_TIMES * self._planned_for + PLANNED_FROM:
            await connection.execute("DISCARD PLANS")
            self._planned_for = self.last_number
        return connection

    async def roll_back(self) -> None:
        """End the transaction that is open, if one is."""
        connection = self._connection
        if connection and not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK")

    async def end_stuck(self) -> None:
        """End whoever stands still while it holds the lock, as far as this role may."""
        if self._connection is not None:
            with suppress(asyncpg.PostgresError, *GONE):
                await self._connection.execute(_END_STUCK, STUCK_S)

    def end(self) -> None:
        """Break off what is under way, and let nothing be any more."""
        self._is_over = True
        if self._connection is not None:
            self._connection.terminate()

    async def disconnect(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is None or connection.is_closed():
            return
        try:
            await asyncio.wait_for(connection.close(), CONNECT_S)
        except GONE:
            connection.terminate()


class Transaction:
    """A transaction from reading to commit; `before` is the one that began before it.

    Call `connect`, then `judge_ahead` or `judge_locked`, then `commit`, each within `guarded`, and
    `end`.
    """

    _connection: Connection

    def __init__(
        self, lane: Lane, wanted: Wanted, judge: Judge, before: "Transaction | None"
    ) -> None:
        self.lane = lane
        self._wanted, self._judge = wanted, judge
        self._before = None if before is None or before.ended.done() else before
        self._writing: Writing | None = None
        self._is_locked = self._is_committing = self._is_durable = False
        loop = asyncio.get_running_loop()
        self._in_line: asyncio.Future[None] = loop.create_future()  # for the lock
        self.ended: asyncio.Future[None] = loop.create_future()

    @asynccontextmanager
    async def guarded(self) -> AsyncIterator[None]:
        """Roll back what fails within, and tell whether it is the database that fails."""
        try:
            try:
                yield
            except BaseException:
                await self.lane.roll_back()
                raise
        except (*GONE, *BUSY) as error:
            if isinstance(error, asyncpg.LockNotAvailableError):
                await self.lane.end_stuck()
            await self.lane.disconnect()
            lost = self._is_committing and isinstance(error, GONE)
            reason = f"{type(error).__name__}: {error}"
            raise DatabaseUnavailable(reason, outcome_unknown=lost) from error

    async def connect(self) -> None:
        """Find a connection."""
        self._connection = await self.lane.connected()

    async def judge_ahead(self) -> bool:
        """Read and judge without the lock; whether that could be done."""
        if not may_read_ahead(self._wanted) or self._is_in_doubt:
            return False
        known = await self._read_ahead()
        if self._is_in_doubt:
            return False
        before = None if self._before is None else self._before._judged
        if before is not None and before.mark != known.mark:  # it is not committed yet
            if before.judged_by != known.mark:  # nor will be, as it is judged: that comes first
                return False
            known = brought_forward(known, self._wanted, before.changes)
            known.mark = before.mark
        await self._judge_by(known)
        return True

    async def judge_locked(self) -> None:
        """Read and judge under the lock, after all that began before."""
        if not self._is_locked:
            if self._before is not None:
                await self._before.ended
            await self._connection.execute(LOCK)
            self._is_locked = True
        await self._judge_by(await read(self._connection, self._wanted))

    async def commit(self) -> Writing:
        """Write and commit, after judging again if that was done by what no longer holds."""
        if not self._is_locked and self._judged.is_single:
            if await self._commit_single():
                return self._judged
            await self.judge_locked()
        elif not self._is_locked and not await self._lock_unmoved():
            await self.judge_locked()
        if not await write(self._connection, self._judged):
            raise RuntimeError("the log moved while its lock was held")
        await write_rare(self._connection, self._judged.changes)
        self._is_committing = True
        await self._connection.execute("COMMIT")
        self._is_durable = True
        return self._judged

    def end(self) -> None:
        """Let those that follow go on, whatever became of it."""
        self._before = None
        self._stand_in_line()
        self.ended.set_result(None)

    async def _read_ahead(self) -> Known:
        """Read, on a new connection if the one that was kept turns out to have ended."""
        was_open = self.lane.has_written
        try:
            return await read(self._connection, self._wanted)
        except (*GONE, asyncpg.AdminShutdownError) as error:
            if not was_open or isinstance(error, TimeoutError):
                raise
            await self.lane.disconnect()
            await self.connect()
            return await read(self._connection, self._wanted)

    @property
    def _judged(self) -> Writing:
        if self._writing is None:
            raise RuntimeError("a transaction is judged before it is committed")
        return self._writing

    async def _judge_by(self, known: Known) -> None:
        if len(self._wanted.totals) > LARGE:  # others need the loop, such as who is committing
            loop = asyncio.get_running_loop()
            self._writing = await loop.run_in_executor(None, self._judged_by, known)
        else:
            self._writing = self._judged_by(known)

    def _judged_by(self, known: Known) -> Writing:
        judged_by, absent = known.mark, Absent.of(self._wanted, known)
        return Writing.of(self._judge(known), judged_by, self.lane.marks.draw(), absent)

    @property
    def _is_in_doubt(self) -> bool:
        """Whether what the transaction before writes is unknown, or cannot be brought forward."""
        before = self._before
        if before is None:
            return False
        if before._writing is None or before._writing.changes.is_rare:
            return True
        return before.ended.done() and not before._is_durable

    async def _lock_unmoved(self) -> bool:
        """Lock, if it was judged by the last commit; whether it was."""
        await self._line_up()
        self._stand_in_line()
        found = await self._connection.execute(_LOCK_MARKED.format(self._judged.judged_by))
        self._is_locked = found == _FOUND
        if not self._is_locked:  # perhaps it came before one that began before
            await self._connection.execute("ROLLBACK")
        return self._is_locked

    async def _commit_single(self) -> bool:
        """Lock, write and commit by one statement; whether it was judged by the last commit."""
        await self._line_up()
        if self.lane.has_written:
            self._stand_in_line()
        self._is_committing = True
        self._is_durable = await write(self._connection, self._judged)
        self._is_committing, self.lane.has_written = False, True
        return self._is_durable

    async def _line_up(self) -> None:
        """Wait until the transaction before has the lock or waits for it."""
        if self._before is not None and not self._before._in_line.done():
            await self._before._in_line

    def _stand_in_line(self) -> None:
        if not self._in_line.done():
            self._in_line.set_result(None)
