"""The storage's own limit: what a run wrote, written again with nothing read and nothing judged."""

import gc
import time
from collections.abc import Awaitable, Sequence
from functools import partial
from itertools import count
from typing import NamedTuple

from models.database.database import Database
from models.histogram import Histogram
from models.ledger.copying import Absent
from models.ledger.incarnations import Origin
from models.ledger.lanes.commit_ids import CommitIds
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.ledger import Judge, Ledger, R
from models.ledger.opening import open_ledger
from models.ledger.postgres_writing import Basis, Writing, write
from models.ledger.writer_connection import WriterConnection
from models.records import Changes, Known, Stored, Wanted


class Committed(NamedTuple):
    """What a transaction wrote, and what it had not found before, and what it had."""

    changes: Changes
    absent: Absent
    stored: Stored


class Watched:
    """A ledger that remembers what it committed."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._begun = count()
        self._committed: dict[int, Committed] = {}  # by the order in which they began

    @property
    def committed(self) -> list[Committed]:
        """What was committed, in that order."""
        return [self._committed[number] for number in sorted(self._committed)]

    @property
    def lock_waits(self) -> Histogram:
        return self.ledger.lock_waits

    @property
    def overlaps(self) -> bool:
        return self.ledger.overlaps

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        wanted.whole = True
        return await (await self.begin(wanted, judge))

    async def begin(self, wanted: Wanted, judge: Judge[R]) -> Awaitable[R]:
        def watched(known: Known) -> tuple[Changes, tuple[R, Committed]]:
            absent, stored = Absent.of(wanted, known), known.stored
            changes, result = judge(known)
            return changes, (result, Committed(changes, absent, stored))

        return self._remembered(next(self._begun), await self.ledger.begin(wanted, watched))

    async def _remembered(self, number: int, begun: Awaitable[tuple[R, Committed]]) -> R:
        result, self._committed[number] = await begun
        gc.freeze()  # or each collection would look through what is remembered
        return result

    async def scrub(self, *, within_pages: bool = True) -> None:
        await self.ledger.scrub(within_pages=within_pages)

    async def close(self) -> None:
        await self.ledger.close()


async def commit_again(
    database: Database, committed: Sequence[Committed], scope: Scope = WHOLE
) -> float:
    """Commit what was committed, by the same statements and copies; the seconds it took.

    On PostgreSQL it is all of a lane's, if the scope is a lane.
    """
    started = time.perf_counter()
    if database.is_embedded:
        await _on_sqlite(database, committed)
    else:
        await _on_postgres(database, committed, scope)
    return time.perf_counter() - started


async def _on_sqlite(database: Database, committed: Sequence[Committed]) -> None:
    ledger = open_ledger(database)
    for changes, *_ in committed:
        await ledger.transact(Wanted(), partial(_as_committed, changes))
    await ledger.close()


def _as_committed(changes: Changes, known: Known) -> tuple[Changes, None]:
    return changes, None


async def _on_postgres(database: Database, committed: Sequence[Committed], scope: Scope) -> None:
    writer, commit_ids = WriterConnection(database.credentials), CommitIds()
    connection = await writer.connected()
    last_id = await connection.fetchval(f"SELECT mark FROM log_head WHERE id = {scope.lane}")
    for changes, absent, stored in committed:
        connection = await writer.connected()  # plans statements anew as tables grow
        origin = Origin(None, 0)
        known = Stored(dict.fromkeys(stored.totals), dict.fromkeys(stored.scores))
        basis = Basis(last_id, absent.last_number, origin, absent, slot=0, stored=known)
        writing = Writing.of(changes, basis, commit_ids.draw())
        if writing.is_single:
            await write(connection, writing, scope)
        else:
            await connection.execute(scope.lock)
            await write(connection, writing, scope)
            await connection.execute("COMMIT")
        last_id = writing.commit_id
        writer.rows += len(changes.interactions)
    await writer.disconnect()
