"""What databases commands work with: none that is not there, and none of a newer version."""

import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest

from tests.support.command_line import PROGRAM
from tests.support.databases import NEWER
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often

KEPT = {name: value for name, value in os.environ.items() if "TRAILMARK" not in name}
SECRET = "a secret of these tests alone"  # noqa: S105
MISSING = (
    "there is no database at trailmark.db; `trailmark migrate` makes one, and "
    "TRAILMARK_DATABASE_URL says where it is"
)
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
    [
        "keys list",
        "keys create --scope read",
        "keys revoke 0123456789ab",
        "import lines.ndjson",
        "export ann",
        "verify",
        "prune",
        "recalculate",
    ],
)
def test_no_database_is_made_by_what_needs_one(tmp_path: Path, command: str) -> None:
    """An operator in the wrong folder is told so, and finds nothing new there."""
    lines = tmp_path / "lines.ndjson"
    lines.write_text('{"user_id": "ann", "action": "VIEW", "post_id": "p"}\n')

    code, out, told = trailmark(tmp_path, *command.split())

    assert (code, out, told.strip()) == (2, "", MISSING)
    assert list(tmp_path.iterdir()) == [lines]


@pytest.mark.parametrize("command", ["serve", "migrate", "verify", "keys list", "import lines"])
def test_a_database_without_its_secret_is_refused(tmp_path: Path, command: str) -> None:
    """One that was restored alone gets no new secret: every history would be lost."""
    (tmp_path / "lines").touch()
    assert trailmark(tmp_path, "migrate")[0] == 0
    assert trailmark(tmp_path, "keys", "create", "--scope", "read")[0] == 0
    secret = tmp_path / "trailmark.db.secret"
    secret.unlink()

    code, out, told = trailmark(tmp_path, *command.split())

    if command == "verify":  # which needs no secret
        assert code == 0
    else:
        assert (code, out) == (2, "")
        assert told.startswith("trailmark.db was filled under a secret that is not here; put its ")
    assert not secret.exists()


def test_migrate_makes_a_database_and_its_secret(tmp_path: Path) -> None:
    """So that keys can be made and files imported before anything is served."""
    assert trailmark(tmp_path, "migrate")[0] == 0

    assert (tmp_path / "trailmark.db").exists()
    assert (tmp_path / "trailmark.db.secret").exists()
    code, key, _ = trailmark(tmp_path, "keys", "create", "--scope", "read")
    assert (code, key[:4]) == (0, "tmk_")


@pytest.mark.parametrize("command", ["serve", "migrate", "verify", "keys list"])
async def test_a_newer_database_is_refused(sqlite_file: Path, tmp_path: Path, command: str) -> None:
    """An older program would misread it, and says so at once."""
    shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    await run(f"sqlite://{tmp_path}/trailmark.db", NEWER)

    ended = trailmark(tmp_path, *command.split(), TRAILMARK_SECRET=SECRET)

    assert ended == (2, "", "the database is of a newer version: it has 99_later.py\n")


def test_new_weights_are_told_once(tmp_path: Path) -> None:
    """A start makes the database ready once, with one warning."""
    assert trailmark(tmp_path, "migrate")[0] == 0
    assert trailmark(tmp_path, "keys", "create", "--scope", "read")[0] == 0
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        _, _, printed = trailmark(tmp_path, "serve", "--port", port, TRAILMARK_WEIGHTS="REPLY=7")

    message = f"--host 127.0.0.1 --port {port} cannot be listened on: Address already in use\n"
    assert printed == CHANGED + message


def test_a_host_that_is_no_address_is_told(tmp_path: Path) -> None:
    """With the reason that looking for it gave."""
    with pytest.raises(socket.gaierror) as known:
        socket.getaddrinfo("nosuch.invalid", 8000)

    ended = trailmark(tmp_path, "serve", "--host", "nosuch.invalid", TRAILMARK_TOKEN_SECRET=SECRET)

    message = f"--host nosuch.invalid is no address: {known.value.strerror}\n"
    assert ended == (2, "", message)


def test_no_port_is_chosen_by_the_system(tmp_path: Path) -> None:
    """Nobody could say which it was."""
    code, _, printed = trailmark(tmp_path, "serve", "--port", "0")

    assert code == 2
    assert "greater than or equal to 1" in printed
