"""The statements of a ledger: those of one server, or those of tables that are distributed."""

from dataclasses import dataclass
from typing import Protocol

from models.database.distributed.detection import Distribution
from models.database.postgres import Connection, Session
from models.database.versions import all_locks
from models.ledger import postgres_statements, postgres_writing
from models.ledger.distributed import reading, writing
from models.ledger.lanes.scopes import Scope
from models.ledger.postgres_writing import Writing
from models.records import Changes, Known, Wanted


class Statements(Protocol):
    """What a transaction locks, reads and writes by."""

    async def lock_all(self, connection: Connection, session: Session) -> None:
        """Begin a transaction that has the locks of all lanes, on such a session."""

    async def read(self, connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        """What the database holds under the wanted keys."""

    async def prepare(self, connection: Connection, writing: Writing, scope: Scope) -> bool:
        """Have what writes it parsed, so that it is sent at once; whether that can be had."""

    async def write(self, connection: Connection, writing: Writing, scope: Scope) -> bool:
        """Write what nearly every commit writes; whether it was judged by the last commit."""

    async def write_rare(self, connection: Connection, changes: Changes) -> None:
        """Write what few commits write."""


class OneServer:
    """The statements where all tables are on one server."""

    async def lock_all(self, connection: Connection, session: Session) -> None:
        await all_locks.lock_all(connection, session)

    async def read(self, connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        return await postgres_statements.read(connection, wanted, scope)

    async def prepare(self, connection: Connection, writing: Writing, scope: Scope) -> bool:
        await postgres_writing.prepare(connection, writing, scope)
        return True

    async def write(self, connection: Connection, writing: Writing, scope: Scope) -> bool:
        return await postgres_writing.write(connection, writing, scope)

    async def write_rare(self, connection: Connection, changes: Changes) -> None:
        await postgres_writing.write_rare(connection, changes)


ONE_SERVER = OneServer()


@dataclass(frozen=True, slots=True)
class Distributed:
    """The statements where each lane is on one of several servers."""

    distribution: Distribution

    async def lock_all(self, connection: Connection, session: Session) -> None:
        """Citus locks rows of one shard at a time, so lanes are locked one after another."""
        lanes = range(self.distribution.lanes)
        locks = (f"SELECT FROM log_head WHERE id = {lane} FOR UPDATE" for lane in lanes)
        await connection.execute("; ".join(["BEGIN", *locks]))

    async def read(self, connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        return await reading.read(connection, wanted, scope, self.distribution)

    async def prepare(self, connection: Connection, writing_: Writing, scope: Scope) -> bool:
        return False

    async def write(self, connection: Connection, writing_: Writing, scope: Scope) -> bool:
        return await writing.write(connection, writing_, scope, self.distribution.lanes)

    async def write_rare(self, connection: Connection, changes: Changes) -> None:
        await writing.write_rare(connection, changes)
