"""`trailmark backup`: a copy that is whole, made beside a server that records on."""

import asyncio
import os
import sqlite3
import stat
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.command_line import ended, trailmark
from tests.support.durability.load import EVENTS, Client, Load, history
from tests.support.durability.server import SECRET, server_process

BACKUPS = 3

pytestmark = pytest.mark.slow  # each test starts the command once or more often


def _backup(url: str, file: Path | str, **settings: str) -> subprocess.CompletedProcess[str]:
    return ended(url, "backup", str(file), **settings)


@pytest.fixture
def embedded(tmp_path: Path) -> Path:
    """An embedded database and its secret."""
    file = tmp_path / "trailmark.db"
    trailmark(f"sqlite://{file}", "migrate")
    return file


async def test_a_copy_under_load_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    """Before it began, that is; it is sound, `verify` finds it right, and it serves."""
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    url, folder = f"sqlite://{tmp_path / 'one' / 'trailmark.db'}", tmp_path / "two"
    load = Load([Client(number, retries=False) for number in range(8)])
    copies = [folder / f"{number}.db" for number in range(BACKUPS)]

    async with server_process(url, folder) as server, load.on(server):
        acknowledged = []
        for copy in copies:
            await load.advances(server, 100)
            acknowledged.append(_numbers(load))
            done = await asyncio.to_thread(_backup, url, copy, TRAILMARK_SECRET=SECRET)
            assert done.returncode == 0, done.stderr

    for copy, known in zip(copies, acknowledged, strict=True):
        async with server_process(f"sqlite://{copy}", folder) as server, server.caller() as caller:
            users = [user for client in load.clients for user in client.users]
            histories = [await history(caller, user) for user in users]
            code, said = await server.verify()
        assert known <= {node["interactionId"] for nodes in histories for node in nodes}
        assert code == 0, said


def _numbers(load: Load) -> set[str | None]:
    """The interactions of events that were acknowledged until now."""
    return {
        answer.interaction_id
        for client in load.clients
        for input, answer in client.acknowledged.values()
        if input["action"] in EVENTS
    }


def test_only_the_owner_may_read_a_copy(embedded: Path, tmp_path: Path) -> None:
    """Whatever the umask of who makes it; and the secret is not in it."""
    copy = tmp_path / "copy.db"
    before = os.umask(0)
    try:
        done = _backup(f"sqlite://{embedded}", copy, TRAILMARK_SECRET=SECRET)
    finally:
        os.umask(before)

    assert done.returncode == 0, done.stderr
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert sorted(each.name for each in tmp_path.glob("*copy*")) == ["copy.db"]
    assert SECRET.encode() not in copy.read_bytes()


def test_a_copy_holds_nothing_that_was_removed(embedded: Path, tmp_path: Path) -> None:
    """The room that it took is not copied."""
    with closing(sqlite3.connect(embedded, isolation_level=None)) as file:
        file.execute("INSERT INTO facts (name, value) VALUES ('note', ?)", ("gone" * 5_000,))
        file.execute("DELETE FROM facts WHERE name = 'note'")

    _backup(f"sqlite://{embedded}", tmp_path / "copy.db", TRAILMARK_SECRET=SECRET)

    assert b"gonegone" not in (tmp_path / "copy.db").read_bytes()


def test_a_file_that_is_there_is_left_alone(embedded: Path, tmp_path: Path) -> None:
    """Least of all is the database itself overwritten."""
    before = embedded.read_bytes()

    done = _backup(f"sqlite://{embedded}", embedded, TRAILMARK_SECRET=SECRET)

    assert done.returncode == 2
    assert done.stderr == f"{embedded} is there already; allowed is the name of a new file\n"
    assert embedded.read_bytes() == before


def test_a_folder_that_is_not_there_is_told(embedded: Path, tmp_path: Path) -> None:
    """With the reason of the file system."""
    done = _backup(f"sqlite://{embedded}", tmp_path / "no" / "copy.db", TRAILMARK_SECRET=SECRET)

    assert done.returncode == 2
    assert done.stderr.endswith("copy.db cannot be written: No such file or directory\n")


def test_a_damaged_database_is_told(embedded: Path, tmp_path: Path) -> None:
    """No file gets the name of a copy that is not sound."""
    with closing(sqlite3.connect(embedded)) as file:
        (page_size,) = file.execute("PRAGMA page_size").fetchone()
        (root,) = file.execute(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'interactions'"
        ).fetchone()
    with embedded.open("r+b") as opened:
        opened.seek((root - 1) * page_size)
        opened.write(b"x" * page_size)

    done = _backup(f"sqlite://{embedded}", tmp_path / "copy.db", TRAILMARK_SECRET=SECRET)

    assert done.returncode == 2
    assert done.stderr.startswith(f"{embedded} cannot be copied: database disk image is malformed")
    assert not list(tmp_path.glob("*copy*"))


def test_a_server_database_has_tools_of_its_own() -> None:
    """They are named; nothing is connected to."""
    done = _backup("postgres://ann@localhost:1/trailmark", "copy.db", TRAILMARK_SECRET=SECRET)

    assert done.returncode == 2
    assert "pg_dump" in done.stderr
