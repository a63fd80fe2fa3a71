"""Moves: how a follower goes on, in one commit with what it made of the log."""

import sqlite3
from collections.abc import Sequence
from dataclasses import astuple, dataclass

from models.database.postgres import Connection
from models.following.followers import StoredFollower
from models.following.statements import Statement, carry_out, carry_out_on_server

_BEGIN = (
    "INSERT INTO followers (name, incarnation, sequence, version, state, revision) "
    "VALUES ({}) ON CONFLICT (name) DO NOTHING"
)
_MOVE = (
    "UPDATE followers SET incarnation = {}, sequence = {}, version = {}, state = {}, revision = {} "
    "WHERE name = {} AND revision = {}"
)


class Overtaken(Exception):
    """Somebody else has committed for the same follower since it was read; nothing is written."""


@dataclass(frozen=True, slots=True)
class Move:
    """A follower's row, from what was read to what is to be there, and what is written with it.

    Whoever comes second waits for the row, and then sees that it has moved.

    Raises:
        Overtaken: the row is no longer what was read.
    """

    before: StoredFollower
    after: StoredFollower
    statements: Sequence[Statement]

    def on_file(self, file: sqlite3.Connection) -> StoredFollower:
        """Write to a file."""
        marks = ["?"] * len(self._arguments)
        self._check(file.execute(self._statement(marks), self._arguments).rowcount)
        carry_out(file, self.statements)
        return self.after

    async def on_server(self, server: Connection) -> StoredFollower:
        """Write to a server."""
        marks = [f"${at}" for at in range(1, len(self._arguments) + 1)]
        done = await server.execute(self._statement(marks), *self._arguments)
        self._check(int(done.rpartition(" ")[2]))
        await carry_out_on_server(server, self.statements)
        return self.after

    @property
    def _is_first(self) -> bool:
        return not self.before.revision

    @property
    def _arguments(self) -> tuple[object, ...]:
        after = self.after
        if self._is_first:
            return astuple(after)
        changed = after.incarnation, after.sequence, after.version, after.state, after.revision
        return (*changed, after.name, self.before.revision)

    def _statement(self, marks: Sequence[str]) -> str:
        return _BEGIN.format(", ".join(marks)) if self._is_first else _MOVE.format(*marks)

    def _check(self, rows: int) -> None:
        if rows != 1:
            raise Overtaken(self.before.name)
