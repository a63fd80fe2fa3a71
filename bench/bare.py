"""The storage's own limit: the very statements of a run, committed again with nothing judged."""

import gc
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from tempfile import TemporaryDirectory

from models.database import Database
from models.ledger import Judge, Ledger
from models.migrating import migrate
from models.records import Changes, Known, Wanted
from tests.databases import empty, postgres_server


class Watched:
    """A ledger that remembers what it committed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.committed: list[Changes] = []

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        def watched(known: Known) -> Changes:
            changes = judge(known)
            self.committed.append(changes)
            gc.freeze()  # what is kept for later must not be looked through again and again
            return changes

        await self.ledger.transact(wanted, watched)

    async def close(self) -> None:
        await self.ledger.close()


async def commit_again(database: Database, committed: Sequence[Changes]) -> float:
    """Commit what was committed, with nothing read and nothing judged; the seconds it took."""
    ledger = database.ledger()
    started = time.perf_counter()
    for changes in committed:
        await ledger.transact(Wanted(), partial(_as_committed, changes))
    took = time.perf_counter() - started
    await ledger.close()
    return took


def _as_committed(changes: Changes, known: Known) -> Changes:
    return changes


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
