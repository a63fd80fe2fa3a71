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

from models.database.postgres import Connection
from models.errors import GONE
from models.histogram import Histogram
from models.ledger.copying import LARGE, Absent
from models.ledger.distributed.statements import Statements
from models.ledger.incarnations import Origin, Past
from models.ledger.lanes.commit_ids import CommitIds
from models.ledger.lanes.scopes import Scope
from models.ledger.ledger import Judge, R
from models.ledger.pipelining import Progress, as_after, can_pipeline
from models.ledger.postgres_writing import Basis, Writing
from models.ledger.writer_connection import WRITER, WriterConnection
from models.records import Known, Wanted

_IF_LAST = "; SELECT FROM log_head WHERE id = {} AND mark = {} AND last_number <= {}"
_FOUND = "SELECT 1"


@dataclass(frozen=True, slots=True)
class Work(Generic[R]):
    """What a transaction is to do, on which connection, and after which other.

    `before` is the progress of the transaction that began before it, unless that has ended.
    """

    writer: WriterConnection
    scope: Scope
    wanted: Wanted
    judge: Judge[R]
    commit_ids: CommitIds
    past: Past
    before: Progress | None
    progress: Progress
    lock_waits: Histogram

    @property
    def statements(self) -> Statements:
        """By which it is read and written on its connection."""
        return self.writer.statements

    async def lock(self, connection: Connection, statement: str) -> str:
        """Take the lane's lock by a statement; what that says."""
        begun = perf_counter()
        said = await connection.execute(statement)
        self.lock_waits.add(perf_counter() - begun)
        return said

    async def lock_all(self, connection: Connection) -> None:
        """Take the locks of all lanes."""
        begun = perf_counter()
        await self.statements.lock_all(connection, WRITER)
        self.lock_waits.add(perf_counter() - begun)

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
        origin, absent = self.origin(known), Absent.of(self.wanted, known)
        slot = self.scope.lane
        basis = Basis(
            known.commit_id, known.last_number, origin, absent, slot=slot, stored=known.stored
        )
        changes, result = self.past.judge(self.judge, known, origin, self.scope.lane)
        changes.gather(known)
        return Writing.of(changes, basis, self.commit_ids.draw()), result

    async def read(self, connection: Connection) -> Known:
        """What is wanted, as it is now."""
        return await self.statements.read(connection, self.wanted, self.scope)

    def can_judge_ahead(self, known: Known) -> bool:
        """Whether what is read without the lock can be compared by one lane's head."""
        if self.scope.is_whole:
            return known.layout.lanes == 1
        return not self.needs_all_lanes(known)

    def needs_all_lanes(self, known: Known) -> bool:
        """Whether it is to hold the locks of more lanes than its own: it begins an incarnation."""
        if self.scope.is_whole or known.layout.lanes == 1:
            return False
        return self.past.is_unsure(known, self.origin(known))

    def origin(self, known: Known) -> Origin:
        """Where something was read."""
        return Origin(self.writer.server, known.tables)


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
        if known is None or not work.can_judge_ahead(known):
            return None
        return JudgedAhead(work, *await work.judged(known))

    async def judge_locked(self) -> "JudgedLocked[R]":
        """Read and judge under the lock, after all that began before."""
        return await _judged_locked(self.work)

    async def _read(self) -> Known:
        """Read, on a new connection if the old one turns out to have ended."""
        writer = self.work.writer
        was_open = bool(writer.written)
        try:
            return await self.work.read(await writer.connected())
        except (*GONE, asyncpg.AdminShutdownError) as error:
            if not was_open or isinstance(error, TimeoutError):
                raise
            writer.drop()
            return await self.work.read(await writer.connected())


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
        if self.work.writer.server != self.writing.basis.origin.server:
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
        work, writer, progress = self.work, self.work.writer, self.work.progress
        statement = self.writing.statement(work.scope)
        # What is parsed is sent before anything that another transaction sends from now on.
        if statement in writer.written or await work.statements.prepare(
            connection, self.writing, work.scope
        ):
            progress.stand_in_line()
        async with writer.committing():
            try:
                is_durable = await work.statements.write(connection, self.writing, work.scope)
            except asyncpg.DivisionByZeroError:  # a row is no longer where it was read
                is_durable = False
        writer.written.add(statement)
        progress.stand_in_line()
        return is_durable

    async def _lock_if_last(self, connection: Connection) -> bool:
        """Lock, if it was judged by the last commit; whether it was, and holds the lock."""
        self.work.progress.stand_in_line()
        basis, scope = self.writing.basis, self.work.scope
        is_last = _IF_LAST.format(scope.lane, basis.commit_id, basis.last_number)
        found = await self.work.lock(connection, scope.lock + is_last)
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
        statements = self.work.statements
        if not await statements.write(self.connection, self.writing, self.work.scope):
            raise RuntimeError("the log moved while its lock was held")
        await statements.write_rare(self.connection, self.writing.changes)
        async with self.work.writer.committing():
            await self.connection.execute("COMMIT")
        return Committed(self.writing, self.result)


async def _judged_locked(work: Work[R]) -> JudgedLocked[R]:
    if work.before is not None:
        await asyncio.shield(work.before.ended)
    connection = await work.writer.connected()
    if work.scope.is_whole:
        await work.lock_all(connection)
    else:
        await work.lock(connection, work.scope.lock)
    known = await work.read(connection)
    if work.needs_all_lanes(known):
        await connection.execute("ROLLBACK")
        await work.lock_all(connection)
        known = await work.read(connection)
    return JudgedLocked(work, connection, *await work.judged(known))


async def line_up(before: Progress | None) -> None:
    """Wait until the transaction before has the lock or waits for it."""
    if before is not None:
        await asyncio.shield(before.in_line)
