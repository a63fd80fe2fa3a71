"""The storage's own limit: what a run wrote, written again with nothing read and nothing judged."""

import gc
import time
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory
from typing import NamedTuple

import asyncpg

from models.copying import Absent
from models.database import Database
from models.ledger import Judge, Ledger
from models.migrating import migrate
from models.postgres_statements import Writing, write
from models.postgres_transaction import LOCK, SESSION, Marks
from models.records import Changes, Known, Wanted
from tests.databases import empty, postgres_server


class Committed(NamedTuple):
    """What a transaction wrote, and what it had not found before."""

    changes: Changes
    absent: Absent


class Watched:
    """A ledger that remembers what it committed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.committed: list[Committed] = []

    @property
    def overlaps(self) -> bool:
        return self.ledger.overlaps

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        await self.ledger.transact(wanted, self._watched(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge) -> Awaitable[None]:
        return await self.ledger.begin(wanted, self._watched(wanted, judge))

    async def close(self) -> None:
        await self.ledger.close()

    def _watched(self, wanted: Wanted, judge: Judge) -> Judge:
        place: int | None = None

        def watched(known: Known) -> Changes:
            nonlocal place
            absent = Absent.of(wanted, known)
            changes = judge(known)
            if place is None:
                place = len(self.committed)
                self.committed.append(Committed(changes, absent))
            else:  # what was judged before it was judged again is not committed
                self.committed[place] = Committed(changes, absent)
            gc.freeze()  # what is kept for later must not be looked through again and again
            return changes

        return watched


async def commit_again(database: Database, committed: Sequence[Committed]) -> float:
    """Commit what was committed, by the same statements and copies; the seconds it took."""
    again = _on_sqlite if database.is_embedded else _on_postgres
    started = time.perf_counter()
    await again(database, committed)
    return time.perf_counter() - started


async def _on_sqlite(database: Database, committed: Sequence[Committed]) -> None:
    ledger = database.ledger()
    for changes, _ in committed:
        await ledger.transact(Wanted(), partial(_as_committed, changes))
    await ledger.close()


def _as_committed(changes: Changes, known: Known) -> Changes:
    return changes


async def _on_postgres(database: Database, committed: Sequence[Committed]) -> None:
    connection = await asyncpg.connect(**database.credentials, server_settings=SESSION)
    mark, marks = await connection.fetchval("SELECT mark FROM log_head"), Marks()
    for changes, absent in committed:
        writing = Writing.of(changes, mark, marks.draw(), absent)
        if writing.is_single:
            await write(connection, writing)
        else:
            await connection.execute(LOCK)
            await write(connection, writing)
            await connection.execute("COMMIT")
        mark = writing.mark
    await connection.close()


@contextmanager
def databases() -> Iterator[list[Database]]:
    """An SQLite file and a PostgreSQL server, both of this run alone."""
    with TemporaryDirectory(prefix="trailmark-") as folder, postgres_server() as url:
        yield [Database.at(f"sqlite://{folder}/bench.db"), Database.at(url)]


async def start_empty(database: Database) -> None:
    """Take everything out of a database."""
    if not database.is_embedded:
        await empty(database)
        return
    for file in database.path.parent.glob("bench.db*"):
        file.unlink()
    await migrate(database)
