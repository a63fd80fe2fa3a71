"""What databases commands work with: none that is not there, and none of a newer version."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.graph.test_importing import PROGRAM
from tests.models.test_migrations import NEWER
from tests.sql import run

KEPT = {name: value for name, value in os.environ.items() if "TRAILMARK" not in name}
SECRET = "a secret of these tests alone"  # noqa: S105
CHANGED = (
    "Weights or half-lives have changed since the scores were made: run `trailmark recalculate`.\n"
)


def trailmark(folder: Path, *arguments: str, **settings: str) -> tuple[int, str, str]:
    """The exit code of a command in a folder, and what it said on both streams."""
    done = subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        env={**KEPT, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize(
    "command",
    ["keys list", "keys revoke 0123456789ab", "export ann", "verify", "prune", "recalculate"],
)
def test_no_database_is_made_by_what_needs_one(tmp_path: Path, command: str) -> None:
    """An operator in the wrong folder is told so, and finds nothing new there."""
    ended = trailmark(tmp_path, *command.split())

    assert ended == (2, "", "there is no database at trailmark.db\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "migrate", "verify", "keys list"])
async def test_a_newer_database_is_refused(sqlite_file: Path, tmp_path: Path, command: str) -> None:
    """An older program would misread it, and says so at once."""
    shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    await run(f"sqlite://{tmp_path}/trailmark.db", NEWER)

    ended = trailmark(tmp_path, *command.split(), TRAILMARK_SECRET=SECRET)

    assert ended == (2, "", "the database is of a newer version: it has 99_later.py\n")


def test_new_weights_are_told_once(tmp_path: Path) -> None:
    """A start makes the database ready once, with one warning."""
    assert trailmark(tmp_path, "keys", "create", "--scope", "read")[0] == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        _, _, told = trailmark(tmp_path, "serve", "--port", port, TRAILMARK_WEIGHTS="REPLY=7")

    message = f"--host 127.0.0.1 --port {port} cannot be listened on: Address already in use\n"
    assert told == CHANGED + message


def test_a_host_that_is_no_address_is_told(tmp_path: Path) -> None:
    """With the reason that looking for it gave."""
    with pytest.raises(socket.gaierror) as known:
        socket.getaddrinfo("nosuch.invalid", 8000)

    ended = trailmark(tmp_path, "serve", "--host", "nosuch.invalid", TRAILMARK_TOKEN_SECRET=SECRET)

    message = f"--host nosuch.invalid is no address: {known.value.strerror}\n"
    assert ended == (2, "", message)


def test_no_port_is_chosen_by_the_system(tmp_path: Path) -> None:
    """Nobody could say which it was."""
    code, _, told = trailmark(tmp_path, "serve", "--port", "0")

    assert code == 2
    assert "greater than or equal to 1" in told
