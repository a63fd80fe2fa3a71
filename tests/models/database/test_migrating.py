"""Migrations: they lead to the models, on both databases, and new ones are written for changes."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from aerich.utils import compress_dict, decompress_dict, get_models_describe, import_py_file
from tortoise import Tortoise

import migrations
from models.database.database import APP, Database, fetch
from models.database.migrating import NewerDatabase, available, migrate, pending
from models.ledger.postgres_writing import WRITTEN_TABLES
from tests.support.databases import NEWER
from tests.support.sql import run

ROOT = Path(__file__).parents[3]
FOLDER = Path(migrations.__path__[0])
SQLITE_COLUMNS = """
SELECT m.name, c.name, c."notnull" = 0 FROM sqlite_schema m, pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%'
"""
POSTGRES_COLUMNS = """
SELECT table_name, column_name, is_nullable = 'YES' FROM information_schema.columns
WHERE table_schema = 'public'
"""


async def test_nothing_is_pending_in_a_migrated_database(database_url: str) -> None:
    """A migrated database has every migration, and migrating it again applies none."""
    database = Database.at(database_url)

    assert available(database) != []
    assert await pending(database) == []
    assert await migrate(database) == []


async def test_every_migration_is_pending_in_a_database_that_is_not_there(tmp_path: Path) -> None:
    """Migrating makes the database; asking what is pending does not."""
    database = Database.at(f"sqlite://{tmp_path}/data/trailmark.db")

    assert await pending(database) == available(database)
    assert os.listdir(tmp_path) == []
    assert await migrate(database) == available(database)
    assert await pending(database) == []


async def test_a_database_of_a_newer_version_is_told(tmp_path: Path) -> None:
    """It has migrations that this version lacks, and is left as it is."""
    database = Database.at(f"sqlite://{tmp_path}/trailmark.db")
    await migrate(database)
    await run(f"sqlite://{tmp_path}/trailmark.db", NEWER)

    for ask in (pending, migrate):
        with pytest.raises(NewerDatabase) as raised:
            await ask(database)
        assert str(raised.value) == "the database is of a newer version: it has 99_later.py"


async def test_the_last_migration_knows_the_models(database_url: str) -> None:
    """What aerich compares changed models with is what the models are."""
    database = Database.at(database_url)
    file = FOLDER / database.dialect / available(database)[-1]
    migrated = decompress_dict(import_py_file(file).MODELS_STATE)

    async with database.reading():
        live = decompress_dict(compress_dict(get_models_describe(APP)))

    told = "the models changed; run `make migration NAME=what_changed`"
    assert _without_comments(migrated) == _without_comments(live), told


async def test_the_tables_are_those_of_the_models(database_url: str) -> None:
    """Each model has a table, with the model's columns and where they may be null."""
    database = Database.at(database_url)
    statement = SQLITE_COLUMNS if database.is_embedded else POSTGRES_COLUMNS

    async with database.reading():
        rows = await fetch(statement, ())
        columns = {
            (model._meta.db_table, field.source_field or name, bool(field.null))
            for model in Tortoise.apps[APP].values()
            for name, field in model._meta.fields_map.items()
        }

    found = [(table, column, bool(nullable)) for table, column, nullable in map(tuple, rows)]
    assert sorted(found) == sorted(columns)


@pytest.mark.slow
def test_a_migration_is_written_for_each_database_when_the_models_change(tmp_path: Path) -> None:
    """The tool writes nothing for unchanged models, and for a new column one migration each."""
    for package in ("models", "migrations", "tests"):
        shutil.copytree(ROOT / package, tmp_path / package)
    before = {dialect: _names(tmp_path, dialect) for dialect in ("sqlite", "postgres")}

    assert _write(tmp_path) == ["sqlite: aerich sees no change", "postgres: aerich sees no change"]
    assert {dialect: _names(tmp_path, dialect) for dialect in before} == before

    tables = tmp_path / "models" / "tables.py"
    column = "    source = fields.CharField(SOURCE_LENGTH, null=True)\n"
    added = column.replace("source", "mood")
    assert column in tables.read_text()
    tables.write_text(tables.read_text().replace(column, column + added))
    written = _write(tmp_path)

    for dialect, line in zip(before, written, strict=True):
        (name,) = set(_names(tmp_path, dialect)) - set(before[dialect])
        assert line == f"{dialect}: wrote {name}"
        assert name.endswith("_add_mood.py")
    assert _write(tmp_path) == ["sqlite: aerich sees no change", "postgres: aerich sees no change"]


def _names(folder: Path, dialect: str) -> list[str]:
    return sorted(file.name for file in (folder / "migrations" / dialect).glob("[0-9]*.py"))


def _write(folder: Path) -> list[str]:
    """Run the tool on a copy of the project; what it says."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.support.migration", "add_mood"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return ran.stdout.splitlines()


def _without_comments(state: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Models as aerich describes them, but for what they say about themselves."""
    said = ("description", "docstring")
    return {
        model: {key: value for key, value in each.items() if key not in said}
        for model, each in state.items()
    }


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_rows_are_written_as_the_types_made_for_them(database_url: str) -> None:
    """Each type has the columns that are written, in their order."""
    asked = """SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
        WHERE attrelid = '{}'::regclass AND attnum > 0 ORDER BY attnum"""
    async with Database.at(database_url).connected() as server:
        for upsert in WRITTEN_TABLES:
            columns = dict(map(tuple, await server.fetch(asked.format(upsert.row_type))))
            written = {
                name: type.replace("float8", "double precision")
                for name, type in upsert.columns.items()
            }
            assert list(columns.items()) == list(written.items())
