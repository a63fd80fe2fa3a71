"""The secret: made once beside an embedded database, kept by the operator of a server's."""

import os
import re
import stat
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from graph.config.secret import NoSecret, find_secret, secret_file
from graph.config.settings import Settings

PROCESSES = 8
FINDING = """
import sys
from graph.config.secret import find_secret
from graph.config.settings import Settings
settings = Settings(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
print(find_secret(settings))
"""


def test_a_secret_is_made_once_beside_the_embedded_database(tmp_path: Path) -> None:
    """The first start makes one that nobody else may read; every later start uses it again."""
    settings = Settings(f"sqlite://{tmp_path}/data/trailmark.db")
    file = tmp_path / "data" / "trailmark.db.secret"
    usual = os.umask(0)
    try:
        made = find_secret(settings)
    finally:
        os.umask(usual)

    assert re.fullmatch(r"[\w-]{43}", made)
    assert secret_file(settings.database) == file
    assert file.read_text() == f"{made}\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert find_secret(settings) == made
    assert list(file.parent.iterdir()) == [file]


def test_each_database_gets_a_secret_of_its_own(tmp_path: Path) -> None:
    """Two databases of one folder do not share a secret."""
    secrets = {find_secret(Settings(f"sqlite://{tmp_path}/{name}.db")) for name in "ab"}

    assert len(secrets) == 2
    assert sorted(file.name for file in tmp_path.iterdir()) == ["a.db.secret", "b.db.secret"]


def test_the_operator_s_secret_goes_before_the_file(tmp_path: Path) -> None:
    """A secret that is set is used, and none is made."""
    settings = Settings(f"sqlite://{tmp_path}/trailmark.db", "sixteen letters!")

    assert find_secret(settings) == "sixteen letters!"
    assert list(tmp_path.iterdir()) == []


def test_what_an_interrupted_start_left_behind_does_not_stop_the_next(tmp_path: Path) -> None:
    """In a container every start has the same process id, and so the same name for its draft."""
    settings = Settings(f"sqlite://{tmp_path}/trailmark.db")
    (tmp_path / f"trailmark.db.secret.{os.getpid()}").touch()

    made = find_secret(settings)

    assert find_secret(settings) == made


def test_a_server_database_without_a_secret_is_refused_with_the_command_that_makes_one() -> None:
    """The operator is told what to run; what it prints is a secret that will do."""
    url = "postgres://localhost/trailmark"

    with pytest.raises(NoSecret) as raised:
        find_secret(Settings(url))

    assert str(raised.value) == (
        "TRAILMARK_SECRET is not set, and a server database needs one; make one with\n"
        '  python3 -c "import secrets; print(secrets.token_urlsafe(32))"\n'
        "and keep it: with another, every history is lost"
    )
    command = str(raised.value).splitlines()[1].replace("python3", sys.executable)
    made = subprocess.check_output(command, shell=True, text=True).strip()  # noqa: S602
    assert find_secret(Settings.read({"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": made}))


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["binary", "folder"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, kind: str) -> None:
    """It is left as it is: another secret in its place would lose every history."""
    settings = Settings(f"sqlite://{tmp_path}/trailmark.db")
    file = secret_file(settings.database)
    if kind == "folder":
        file.mkdir()
    else:
        file.write_bytes(b"\xff" * 32)

    with pytest.raises(NoSecret, match=r"trailmark\.db\.secret cannot be read: "):
        find_secret(settings)


@pytest.mark.slow
def test_processes_that_start_together_agree_on_one_secret(tmp_path: Path) -> None:
    """Whoever is first makes it; the others use that one."""
    file = tmp_path / "trailmark.db.secret"
    command = [sys.executable, "-c", FINDING, f"sqlite://{tmp_path}/trailmark.db"]

    with ExitStack() as stack:
        processes = [
            stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            for _ in range(PROCESSES)
        ]
        for process in processes:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
        for process in processes:
            assert process.stdin
            process.stdin.write("\n")
            process.stdin.flush()
        found = [process.communicate(timeout=30)[0] for process in processes]

    assert found == [file.read_text()] * PROCESSES
    assert [process.returncode for process in processes] == [0] * PROCESSES
    assert list(tmp_path.iterdir()) == [file]
