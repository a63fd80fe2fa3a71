"""The statements of a ledger: those of one server, or those of tables that are distributed."""

from dataclasses import dataclass
from typing import Protocol

from models.database.distributed.detection import Distribution
from models.database.postgres import Connection
from models.ledger import postgres_statements, postgres_writing
from models.ledger.distributed import reading, writing
from models.ledger.lanes.scopes import Scope
from models.ledger.postgres_writing import Writing
from models.records import Changes, Known, Wanted


class Statements(Protocol):
    """What a transaction locks, reads and writes by."""

    def lock(self, scope: Scope) -> str:
        """What begins a transaction by a scope's lock, as a statement of its own."""

    async def read(self, connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        """What the database holds under the wanted keys."""

    async def write(self, connection: Connection, writing: Writing, scope: Scope) -> bool:
        """Write what nearly every commit writes; whether it was judged by the last commit."""

    async def write_rare(self, connection: Connection, changes: Changes) -> None:
        """Write what few commits write."""


class OneServer:
    """The statements where all tables are on one server."""

    def lock(self, scope: Scope) -> str:
        return scope.lock

    async def read(self, connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        return await postgres_statements.read(connection, wanted, scope)

    async def write(self, connection: Connection, writing: Writing, scope: Scope) -> bool:
        return await postgres_writing.write(connection, writing, scope)

    async def write_rare(self, connection: Connection, changes: Changes) -> None:
        await postgres_writing.write_rare(connection, changes)


ONE_SERVER = OneServer()


@dataclass(frozen=True, slots=True)
class Distributed:
    """The statements where each lane is on one of several servers."""

    distribution: Distribution

    def lock(self, scope: Scope) -> str:
        """Citus locks rows of one shard at a time, so all lanes are locked one after another."""
        if not scope.is_whole:
            return scope.lock
        lanes = range(self.distribution.lanes)
        return "; ".join(["BEGIN", *(f"{_LOCK} {lane} FOR UPDATE" for lane in lanes)])

    async def read(self, connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        return await reading.read(connection, wanted, scope, self.distribution)

    async def write(self, connection: Connection, writing_: Writing, scope: Scope) -> bool:
        return await writing.write(connection, writing_, scope, self.distribution.lanes)

    async def write_rare(self, connection: Connection, changes: Changes) -> None:
        await writing.write_rare(connection, changes)


_LOCK = "SELECT FROM log_head WHERE id ="
