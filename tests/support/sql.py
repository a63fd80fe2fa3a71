"""SQL in tests: to plant errors, to look behind the server, and to count what a caller asks."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from typing import Any

from models.database.database import Database
from models.database.postgres import COMMANDS, connect

_LOG = logging.getLogger("tortoise.db_client")
_asked: ContextVar[list[str] | None] = ContextVar("asked", default=None)


async def run(url: str, statement: str) -> list[tuple[Any, ...]]:
    """Run one statement, committed, and return its rows."""
    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, isolation_level=None, timeout=10)) as file:
            return file.execute(statement).fetchall()
    server = await connect(database.credentials, COMMANDS)
    try:
        return [tuple(row) for row in await server.fetch(statement)]
    finally:
        await server.close()


async def count(url: str, table: str) -> int:
    """How many rows a table has."""
    ((number,),) = await run(url, f"SELECT count(*) FROM {table}")
    return int(number)


class _Noting(logging.Handler):
    """Notes what is asked for in a list, where it is asked for on that list's behalf."""

    def __init__(self, noted: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self._noted = noted

    def emit(self, record: logging.LogRecord) -> None:
        if _asked.get() is self._noted and "SELECT" in (statement := record.getMessage()):
            self._noted.append(statement)


@contextmanager
def statements_asked() -> Iterator[list[str]]:
    """The SELECTs of the block and of the tasks that begin on its behalf, filled as they come.

    Whatever was at work before, as followers of the log are, goes on uncounted. So a server must
    run before the block begins.
    """
    noted: list[str] = []
    handler, level, token = _Noting(noted), _LOG.level, _asked.set(noted)
    _LOG.addHandler(handler)
    _LOG.setLevel(logging.DEBUG)
    try:
        yield noted
    finally:
        _LOG.setLevel(level)
        _LOG.removeHandler(handler)
        _asked.reset(token)
