"""One transaction of the ledger on PostgreSQL: a class for each state, a method for each step.

    Unjudged ── judge_ahead ───→ JudgedAhead ─── commit ──→ Committed
        └────── judge_locked ──→ JudgedLocked ── commit ────────┘

What is judged ahead of the lock is judged again under it if another has committed since.
"""

import asyncio
from dataclasses import dataclass
from time import perf_counter
from typing import Generic

import asyncpg

from models.database.advisory_locks import AdvisoryLock
from models.database.postgres import Connection
from models.errors import GONE
from models.histogram import Histogram
from models.ledger.commit_ids import CommitIds
from models.ledger.copying import LARGE, Absent
from models.ledger.incarnations import Origin, Past
from models.ledger.lanes.reading import read
from models.ledger.ledger import Judge, R
from models.ledger.pipelining import Progress, as_after, can_pipeline
from models.ledger.postgres_statements import Writing, write, write_rare
from models.ledger.writer_connection import WriterConnection
from models.records import Known, Wanted

LOCK = f"BEGIN; SELECT pg_advisory_xact_lock({AdvisoryLock.LOG})"
"""The lock as a statement of its own: those that follow see what committed before it."""

_LOCK_IF_LAST = LOCK + "; SELECT FROM log_head WHERE mark = {}"
_FOUND = "SELECT 1"


@dataclass(frozen=True, slots=True)
class Work(Generic[R]):
    """What a transaction is to do, on which connection, and after which other.

    `before` is the progress of the transaction that began before it, unless that has ended.
    """

    writer: WriterConnection
    wanted: Wanted
    judge: Judge[R]
    commit_ids: CommitIds
    past: Past
    before: Progress | None
    progress: Progress
    lock_waits: Histogram

    async def lock(self, connection: Connection, statement: str) -> str:
        """Take the log's lock by a statement; what that says."""
        begun = perf_counter()
        said = await connection.execute(statement)
        self.lock_waits.add(perf_counter() - begun)
        return said

    async def judged(self, known: Known) -> tuple[Writing, R]:
        """What is to be written by what is known, and what else judging found."""
        if len(self.wanted.totals) > LARGE:  # others need the loop, such as who is committing
            loop = asyncio.get_running_loop()
            writing, result = await loop.run_in_executor(None, self._judged, known)
        else:
            writing, result = self._judged(known)
        self.progress.is_judged(writing)
        return writing, result

    def _judged(self, known: Known) -> tuple[Writing, R]:
        judged_by, absent = known.commit_id, Absent.of(self.wanted, known)
        origin = Origin(self.writer.server, known.tables)
        changes, result = self.past.judge(self.judge, known, origin)
        changes.gather(known)
        commit_id = self.commit_ids.draw()
        return Writing.of(changes, judged_by, commit_id, origin=origin, absent=absent), result


@dataclass(frozen=True, slots=True)
class Committed(Generic[R]):
    """What was written for good, and what judging found when it made that."""

    writing: Writing
    result: R


async def connected(work: Work[R]) -> "Unjudged[R]":
    """Find the connection that the transaction runs on."""
    await work.writer.connected()
    return Unjudged(work)


@dataclass(frozen=True, slots=True)
class Unjudged(Generic[R]):
    """A transaction that has a connection, and nothing else yet."""

    work: Work[R]

    async def judge_ahead(self) -> "JudgedAhead[R] | None":
        """Read and judge without the lock; None if that cannot be done."""
        work = self.work
        if not can_pipeline(work.wanted, work.before):
            return None
        known = as_after(work.before, await self._read(), work.wanted)
        if known is None:
            return None
        return JudgedAhead(work, *await work.judged(known))

    async def judge_locked(self) -> "JudgedLocked[R]":
        """Read and judge under the lock, after all that began before."""
        return await _judged_locked(self.work)

    async def _read(self) -> Known:
        """Read, on a new connection if the old one turns out to have ended."""
        writer, wanted = self.work.writer, self.work.wanted
        was_open = writer.has_written
        try:
            return await read(await writer.connected(), wanted)
        except (*GONE, asyncpg.AdminShutdownError) as error:
            if not was_open or isinstance(error, TimeoutError):
                raise
            writer.drop()
            return await read(await writer.connected(), wanted)


@dataclass(frozen=True, slots=True)
class JudgedAhead(Generic[R]):
    """A transaction that was judged without the lock, by what had committed or is about to."""

    work: Work[R]
    writing: Writing
    result: R

    async def commit(self) -> Committed[R]:
        """Write and commit, after judging again if it was not judged by the last commit.

        A server that took the place of the one it was judged by may lack commits of others, and
        have the last one that was known all the same. So that is looked at last of all.
        """
        await line_up(self.work.before)
        connection = await self.work.writer.connected()
        if self.work.writer.server != self.writing.origin.server:
            return await (await _judged_locked(self.work)).commit()
        if self.writing.is_single:
            if await self._commit_single(connection):
                return Committed(self.writing, self.result)
        elif await self._lock_if_last(connection):
            locked = JudgedLocked(self.work, connection, self.writing, self.result)
            return await locked.commit()
        return await (await _judged_locked(self.work)).commit()

    async def _commit_single(self, connection: Connection) -> bool:
        """Lock, write and commit by one statement; whether it was judged by the last commit."""
        writer, progress = self.work.writer, self.work.progress
        # Else the statement is prepared first, and sent after that.
        if writer.has_written and not self.writing.begins:
            progress.stand_in_line()
        async with writer.committing():
            is_durable = await write(connection, self.writing)
        writer.has_written = True
        return is_durable

    async def _lock_if_last(self, connection: Connection) -> bool:
        """Lock, if it was judged by the last commit; whether it was, and holds the lock."""
        self.work.progress.stand_in_line()
        lock = _LOCK_IF_LAST.format(self.writing.judged_by)
        found = await self.work.lock(connection, lock)
        if found == _FOUND:
            return True
        await connection.execute("ROLLBACK")  # perhaps it came before one that began before
        return False


@dataclass(frozen=True, slots=True)
class JudgedLocked(Generic[R]):
    """A transaction that holds the lock, and was judged by the last commit."""

    work: Work[R]
    connection: Connection
    writing: Writing
    result: R

    async def commit(self) -> Committed[R]:
        """Write and commit."""
        if not await write(self.connection, self.writing):
            raise RuntimeError("the log moved while its lock was held")
        await write_rare(self.connection, self.writing.changes)
        async with self.work.writer.committing():
            await self.connection.execute("COMMIT")
        return Committed(self.writing, self.result)


async def _judged_locked(work: Work[R]) -> JudgedLocked[R]:
    if work.before is not None:
        await asyncio.shield(work.before.ended)
    connection = await work.writer.connected()
    await work.lock(connection, LOCK)
    return JudgedLocked(work, connection, *await work.judged(await read(connection, work.wanted)))


async def line_up(before: Progress | None) -> None:
    """Wait until the transaction before has the lock or waits for it."""
    if before is not None:
        await asyncio.shield(before.in_line)
