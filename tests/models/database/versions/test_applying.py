"""Applying migrations: each whole or not at all, with the version that servers go by."""

import asyncio
import shutil
import sqlite3
from pathlib import Path

import pytest

import migrations
from models.database.database import Database, Dialect
from models.database.migrating import migrate, pending
from models.database.versions import applying
from models.database.versions.applying import apply
from models.database.versions.numbers import available, version
from models.errors import is_database_fault
from tests.support.sql import run

BAD = '''
async def upgrade(db):
    return """
        ALTER TABLE facts ADD later BIGINT;
        CREATE TABLE later_table (id BIGINT NOT NULL PRIMARY KEY); /* made; */
        INSERT INTO no_such_table VALUES (';');"""


'''
DIALECTS: tuple[Dialect, ...] = ("sqlite", "postgres")
HEAD = "SELECT version, mark FROM log_head"


@pytest.fixture
def bad(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A migration after all others, which fails half way."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.__path__[0], folder)
    for dialect in ("sqlite", "postgres"):
        last = next(
            (folder / dialect).glob(f"{len(list((folder / dialect).glob('[0-9]*'))) - 1}_*")
        )
        state = last.read_text().partition("MODELS_STATE")
        (folder / dialect / "98_bad.py").write_text(BAD + "".join(state[1:]))
    monkeypatch.setattr(migrations, "__path__", [str(folder)])
    return "98_bad.py"


async def test_a_migration_that_fails_half_way_leaves_nothing(database_url: str, bad: str) -> None:
    """Neither its columns and tables, nor that it was applied, nor its version."""
    database = Database.at(database_url)
    before = await run(database_url, HEAD)

    for _ in range(2):
        with pytest.raises(Exception, match="no_such_table") as raised:
            await migrate(database)
        assert is_database_fault(raised.value)

    assert await pending(database) == [bad]
    assert await run(database_url, HEAD) == before
    for made in ("SELECT later FROM facts", "SELECT id FROM later_table"):
        with pytest.raises(Exception, match="later"):
            await run(database_url, made)


async def test_the_version_is_at_the_head_of_the_log(database_url: str) -> None:
    """It is that of this program, whose transactions look for it."""
    dialect = Database.at(database_url).dialect

    assert {row[0] for row in await run(database_url, HEAD)} == {version(dialect)}


async def test_a_migration_overwrites_what_it_deletes_and_sorts_an_index_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory may not hold a new index of a large table: the server could never start again."""
    found = set()
    run_script = applying._run

    def noting(file: sqlite3.Connection, script: str) -> None:
        pragmas = ("secure_delete", "temp_store", "synchronous", "journal_mode")
        found.add(tuple(file.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas))
        run_script(file, script)

    monkeypatch.setattr(applying, "_run", noting)

    await migrate(Database.at(f"sqlite://{tmp_path}/trailmark.db"))

    assert found == {(1, 1, 2, "wal")}


async def test_who_comes_to_a_file_second_applies_nothing_twice(tmp_path: Path) -> None:
    """Both found all of it pending."""
    database = Database.at(f"sqlite://{tmp_path}/trailmark.db")
    database.path.touch()
    names = available("sqlite")

    await asyncio.gather(apply(database, names), apply(database, names))

    assert await pending(database) == []
    applied = await run(f"sqlite://{database.path}", "SELECT version FROM aerich ORDER BY id")
    assert [name for (name,) in applied] == names
