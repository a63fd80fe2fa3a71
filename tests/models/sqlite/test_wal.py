"""The `-wal` of the embedded database: near 4 MiB under load, also with a reader in the way."""

import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.database.database import Database
from models.ledger.sqlite_ledger import SqliteLedger
from models.records import Changes, Known
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Verdict
from tests.support.durability.ledgers import view

MIB = 1 << 20
COMMIT = 200


@dataclass
class Load:
    """Commits one after another, and how long the `-wal` was at most."""

    ledger: SqliteLedger
    wal: Path
    longest: int = 0
    commits: int = 0

    async def commit(self, times: int) -> None:
        for _ in range(times):
            await self._commit_one()
            self.longest = max(self.longest, self.wal.stat().st_size)

    async def _commit_one(self) -> None:
        self.commits += 1
        batch = [view(f"post {self.commits * 7919 + i * 104729}") for i in range(COMMIT)]

        def judged(known: Known) -> tuple[Changes, list[Verdict]]:
            return judge(batch, known, Rules())

        await self.ledger.transact(wanted(batch), judged)


@pytest.fixture
async def load(sqlite_file: Path, tmp_path: Path) -> AsyncIterator[Load]:
    """A load on an empty database, which somebody else has open as well."""
    path = Path(shutil.copy(sqlite_file, tmp_path / "trailmark.db"))
    ledger = SqliteLedger(Database.at(f"sqlite://{path}").path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("SELECT count(*) FROM facts").fetchone()
        yield Load(ledger, path.with_name("trailmark.db-wal"))
        await ledger.close()


async def test_it_begins_anew_once_it_has_4_mib(load: Load) -> None:
    """However much is written, it is never longer than that and one more commit."""
    await load.commit(1)
    one = load.longest
    await load.commit(59)

    assert one < MIB
    assert 4 * MIB - one < load.longest < 6 * MIB


async def test_what_a_reader_made_it_grow_to_is_given_back(load: Load) -> None:
    """A snapshot keeps it from beginning anew; after that it is cut again."""
    with closing(sqlite3.connect(load.wal.with_name("trailmark.db"))) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM interactions").fetchone()
        await load.commit(60)
        assert load.longest > 8 * MIB
    await load.commit(2)

    assert load.wal.stat().st_size < 6 * MIB
