"""Unused bytes of an SQLite file's pages: what is found there, and overwritten without harm."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

import pytest

from models.database.database import Database
from models.ledger import sqlite_ledger
from models.ledger.sqlite_ledger import SqliteLedger
from models.sqlite import pages
from models.sqlite.pages import overwrite_leavings, pages_with_leavings

PAGE = 4_096
LEFT = b"what was moved away"


@pytest.fixture
def file(sqlite_file: Path, tmp_path: Path) -> Path:
    """A migrated database of a few rows, all of it in the file."""
    path = tmp_path / "trailmark.db"
    path.write_bytes(sqlite_file.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        fill(database, 0)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    overwrite_leavings(path, pages_with_leavings(path))  # of the tables that were migrated
    return path


def fill(database: sqlite3.Connection, first: int) -> None:
    facts = [(f"name {number}", "value " * 9) for number in range(first, first + 40)]
    database.executemany("INSERT INTO facts VALUES (?, ?)", facts)


@pytest.fixture
def leaf(file: Path) -> int:
    """The page, from 0, of the index that finds facts by name, with leavings in its unused bytes.

    They are put there as SQLite leaves them: after the list of cells, before the cells.
    """
    with closing(sqlite3.connect(file)) as database:
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_facts_1'"
        ).fetchone()
    page: int = root - 1
    with file.open("r+b") as opened:
        put_leavings(opened, page)
    return page


def put_leavings(opened: BinaryIO, page: int) -> None:
    """Leave something within the unused bytes of a page that is a leaf of an index."""
    opened.seek(page * PAGE)
    header = opened.read(8)
    assert header[0] == 10
    opened.seek(page * PAGE + int.from_bytes(header[5:7]) - len(LEFT))
    opened.write(LEFT)


def indexes(file: Path) -> list[int]:
    """The pages, from 0, of all indexes, each a leaf yet."""
    with closing(sqlite3.connect(file)) as database:
        found = database.execute("SELECT rootpage FROM sqlite_schema WHERE type = 'index'")
        return [root - 1 for (root,) in found]


def commits(file: Path) -> int:
    """How often unused bytes were overwritten, of which each is a commit."""
    with closing(sqlite3.connect(file)) as database:
        number: int = database.execute("PRAGMA user_version").fetchone()[0]
    return number


@pytest.fixture
def other(file: Path, leaf: int) -> Iterator[sqlite3.Connection]:
    """Another program, which has the page with leavings in its memory."""
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        assert database.execute("SELECT 1 FROM facts WHERE name = 'name 7'").fetchone() == (1,)
        yield database


def check(file: Path) -> None:
    """Fail if SQLite finds anything wrong with a file, or a fact is missing."""
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        found = database.execute("SELECT count(*) FROM facts WHERE name LIKE 'name %'").fetchone()
    assert found[0] in (40, 80)


def test_leavings_are_found_and_overwritten(file: Path, leaf: int) -> None:
    """All else stays as it is."""
    before = file.read_bytes()
    assert pages_with_leavings(file) == [leaf]

    overwrite_leavings(file, [leaf])

    assert file.read_bytes() == before.replace(LEFT, bytes(len(LEFT)))
    assert pages_with_leavings(file) == []
    check(file)


def test_once_overwritten_there_are_none_in_all_kinds_of_pages(file: Path) -> None:
    """Tables and indexes, of one page and of many, and the first page with the file's header."""
    assert pages_with_leavings(file) == []
    check(file)


async def test_no_process_writes_them_back_from_its_memory(
    file: Path, leaf: int, other: sqlite3.Connection
) -> None:
    """Whoever had the page before, and changes it after, reads it anew."""
    ledger = SqliteLedger(Database.at(f"sqlite://{file}").path)

    await ledger.scrub()
    fill(other, 40)
    await ledger.scrub()
    await ledger.close()

    other.close()
    check(file)
    assert pages_with_leavings(file) == []


async def test_many_pages_are_overwritten_in_parts_so_that_others_write_in_between(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each part is a commit of its own, after which the lock is free."""
    monkeypatch.setattr(sqlite_ledger, "PAGES_AT_ONCE", 1)
    with file.open("r+b") as opened:
        for page in indexes(file):
            put_leavings(opened, page)
    parts, before = len(pages_with_leavings(file)), commits(file)
    ledger = SqliteLedger(Database.at(f"sqlite://{file}").path)

    await ledger.scrub()
    await ledger.close()

    assert parts > 10
    assert commits(file) - before == parts
    assert pages_with_leavings(file) == []
    check(file)


async def test_what_moved_to_another_page_after_the_search_is_found_by_the_next(
    file: Path, leaf: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite puts neighbours in order where it splits a page, with what is left in them."""
    searches = list[list[int]]()

    def search(path: Path) -> list[int]:
        searches.append(pages_with_leavings(path))
        if len(searches) == 1:
            with file.open("r+b") as opened:
                put_leavings(opened, neighbour)
        return searches[-1]

    neighbour = next(page for page in indexes(file) if page != leaf)
    monkeypatch.setattr(sqlite_ledger, "pages_with_leavings", search)
    ledger = SqliteLedger(Database.at(f"sqlite://{file}").path)

    await ledger.scrub()
    await ledger.close()

    assert searches == [[leaf], [neighbour]]
    assert pages_with_leavings(file) == []
    check(file)


def test_a_file_so_large_that_pages_cannot_be_told_apart_is_left_alone(
    file: Path, leaf: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a page number begins with might be taken for an index, and a value for unused bytes."""
    monkeypatch.setattr(pages, "LARGEST", file.stat().st_size + 1)
    assert pages_with_leavings(file) == [leaf]

    monkeypatch.setattr(pages, "LARGEST", file.stat().st_size)

    assert pages_with_leavings(file) == []
