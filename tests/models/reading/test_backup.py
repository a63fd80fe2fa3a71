"""Copies of an embedded database: how they get their names."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from models.database.database import Database
from models.reading.backup import copy_database


@pytest.fixture
def database(tmp_path: Path) -> Database:
    """A database with one row."""
    file = tmp_path / "trailmark.db"
    with closing(sqlite3.connect(file)) as made:
        made.executescript("CREATE TABLE kept (value); INSERT INTO kept VALUES (7);")
    file.chmod(0o600)
    return Database.at(f"sqlite://{file}")


@pytest.fixture
def without_links(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system such as a stick has."""

    def link(*_: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr("os.link", link)


@pytest.mark.usefixtures("without_links")
def test_a_file_system_without_links_gets_a_copy(database: Database, tmp_path: Path) -> None:
    """And nothing beside it."""
    (tmp_path / "stick").mkdir()
    copy = tmp_path / "stick" / "copy.db"

    size = copy_database(database, copy)

    with closing(sqlite3.connect(copy)) as opened:
        assert opened.execute("SELECT value FROM kept").fetchall() == [(7,)]
    assert (copy.stat().st_size, copy.stat().st_mode & 0o777) == (size, 0o600)
    assert list(copy.parent.iterdir()) == [copy]


@pytest.mark.usefixtures("without_links")
def test_a_file_that_is_there_stays_as_it_is_without_links(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that was made while the copy was."""
    copy = tmp_path / "copy.db"
    copy.write_text("another's")
    monkeypatch.setattr(Path, "exists", lambda _: False)

    with pytest.raises(FileExistsError):
        copy_database(database, copy)

    assert copy.read_text() == "another's"
