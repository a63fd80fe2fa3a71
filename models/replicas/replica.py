"""One replica: when it answers, when it is left alone, and what that costs those who read."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, nullcontext
from typing import Any, TypeAlias

import asyncpg

from models.database.database import Database
from models.database.postgres_pool import WALKS
from models.errors import described, is_input_fault
from models.replicas.primary import Primary, PrimaryLost
from models.replicas.session import Behind, NoReplica, ReplicaSession, open_session
from models.replicas.sessions import Sessions

log = logging.getLogger(__name__)

CHECK_S = 0.5
"""How often a replica is asked whether it is there."""

REST_S = 1.0
"""How long a lost replica is left alone; twice as long each time that it is lost again soon."""

LONGEST_REST_S = 30.0

STEADY_S = 10.0
"""Whoever has answered for so long may lag for a moment without being called lost."""

_CONFLICTS = asyncpg.SerializationError, asyncpg.QueryCanceledError
"""A statement needed what replaying was to remove: the primary answers it, and the rest go on."""

Rows: TypeAlias = Sequence[Any]


class Replica:
    """A standby by its address, which answers reads while it keeps up and is well."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sessions: Sessions | None = None  # while it answers
        self._loss: asyncio.Future[None] | None = None  # fails when it is lost
        self._walks = asyncio.Semaphore(WALKS)
        self._under_way: set[asyncio.Timeout] = set()
        self._told: bool | None = None  # the log, that it answers or that it is lost

    @property
    def answers(self) -> bool:
        """Whether it may be asked now."""
        return self._loss is not None and not self._loss.done()

    @property
    def load(self) -> int:
        """How many reads it has under way."""
        return len(self._under_way)

    async def fetch(
        self, statement: str, arguments: Sequence[Any], *, position: int, walks: bool
    ) -> Rows | None:
        """Rows of a SELECT that sees all up to a position; None if the primary is to be asked.

        Raises:
            asyncpg.PostgresError: the arguments are at fault.
            TimeoutError: it takes longer than a read may, wherever.
        """
        try:
            async with asyncio.timeout(None) as until_lost:
                self._under_way.add(until_lost)
                try:
                    async with self._walks if walks else nullcontext():
                        return await self._read(statement, arguments, position)
                finally:
                    self._under_way.discard(until_lost)
        except TimeoutError:
            if until_lost.expired():
                return None
            raise

    async def keep(self, primary: Primary) -> None:
        """Have it answer reads whenever it can, until cancelled or the primary is lost.

        Then nobody who waits still has a position of that primary.
        """
        self._told = False if self._told is False else None  # that it answers is told once more
        try:
            await self._serve_on(primary)
        finally:
            self._release()

    def lose(self, error: Exception) -> None:
        """Ask it no more for now; if it is only behind, what it has begun to answer it answers."""
        if self._loss is not None and not self._loss.done():
            self._loss.set_exception(error)
            self._loss.exception()  # whoever is told of it, it has been seen
        if not isinstance(error, Behind):
            self._release()

    async def _read(self, statement: str, arguments: Sequence[Any], position: int) -> Rows | None:
        sessions = self._sessions
        session = sessions.take() if sessions and self.answers else None
        if sessions is None or session is None:
            return None
        try:
            if await session.reach(position):
                rows = await session.fetch(statement, arguments)
                sessions.put_back(session)
                return rows
        except Exception as error:
            self._fail(error, session, sessions)
            return None
        except BaseException:
            sessions.drop(session)
            raise
        sessions.put_back(session)
        self.lose(Behind(position - session.replayed))
        return None

    def _fail(self, error: Exception, session: ReplicaSession, sessions: Sessions) -> None:
        """Raise what the primary would raise too; else leave the replica alone, if it is its."""
        if is_input_fault(error):
            sessions.put_back(session)
            raise error
        if isinstance(error, _CONFLICTS):
            sessions.put_back(session)
            return
        sessions.drop(session)
        if isinstance(error, TimeoutError):
            raise error
        self.lose(error)

    async def _serve_on(self, primary: Primary) -> None:
        rest_s = REST_S
        while True:
            began_at = time.monotonic()
            try:
                await self._serve(primary)
            except PrimaryLost:
                return
            except Exception as error:
                if is_steady := time.monotonic() - began_at > STEADY_S:
                    rest_s = REST_S
                if is_steady and isinstance(error, Behind):
                    continue
                self._tell_loss(error)
            await asyncio.sleep(rest_s)
            rest_s = min(2 * rest_s, LONGEST_REST_S)

    async def _serve(self, primary: Primary) -> None:
        """Have it answer until it is lost, and raise why."""
        watch = await open_session(self._database)
        try:
            await watch.admit(primary)
            await watch.prove(primary)
            async with self._answering(primary) as (sessions, loss):
                while not loss.done():
                    await watch.check()
                    await sessions.check_idle()
                    await asyncio.wait([loss], timeout=CHECK_S)
                loss.result()
        finally:
            watch.terminate()

    @asynccontextmanager
    async def _answering(
        self, primary: Primary
    ) -> AsyncIterator[tuple[Sessions, "asyncio.Future[None]"]]:
        async def open_proved() -> ReplicaSession:
            session = await open_session(self._database)
            try:
                await session.prove(primary)
            except BaseException:
                session.terminate()
                raise
            return session

        sessions = Sessions(open_proved, self.lose)
        loss = asyncio.get_running_loop().create_future()
        try:
            await sessions.open()
            self._tell_return()
            self._sessions, self._loss = sessions, loss
            yield sessions, loss
        finally:
            self._sessions = self._loss = None
            if not (loss.done() and isinstance(loss.exception(), Behind)):
                self._release()
            await sessions.close()

    def _release(self) -> None:
        """Let all who wait for it go to the primary."""
        now = asyncio.get_running_loop().time()
        while self._under_way:
            self._under_way.pop().reschedule(now)

    def _tell_return(self) -> None:
        if self._told is not True:
            self._told = True
            log.info("replica %s answers reads", self._database.address)

    def _tell_loss(self, error: Exception) -> None:
        """Say once that it is lost, until it is back."""
        if self._told is False:
            return
        self._told = False
        reason = str(error) if isinstance(error, Behind | NoReplica) else described(error)
        log.warning(
            "replica %s is left alone until it is well, and others answer in its place: %s",
            self._database.address,
            reason,
        )
