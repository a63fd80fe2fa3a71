"""The files of `trailmark import`: which it reads, where it reports, and what it leaves alone."""

import json
import os
import stat
import subprocess
from pathlib import Path
from typing import IO

import pytest

from tests.support.command_line import PROGRAM

pytestmark = pytest.mark.slow  # each test starts the command once or more often

GOOD = '{"user_id": "ann", "action": "VIEW", "post_id": "p"}\n'
BAD = '{"user_id": "ann", "action": "LOOK", "post_id": "p"}\n'
PLACE = "allowed is a file in a folder that is there\n"


def _import(
    folder: Path, *arguments: str | Path, stdin: IO[bytes] | int = subprocess.DEVNULL
) -> tuple[int, str, str]:
    return _run(folder, "import", *arguments, stdin=stdin)


def _run(
    folder: Path, *arguments: str | Path, stdin: IO[bytes] | int = subprocess.DEVNULL
) -> tuple[int, str, str]:
    done = subprocess.run(
        [PROGRAM, *arguments],
        stdin=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env={"TRAILMARK_DATABASE_URL": f"sqlite://{folder}/new.db", "COLUMNS": "200"},
    )
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("report", ["lines.ndjson", "./lines.ndjson", "hard", "soft"])
def test_a_report_in_place_of_the_file_is_refused(tmp_path: Path, report: str) -> None:
    """By whatever name it is given; the file stays as it is, and no database is made."""
    file = tmp_path / "lines.ndjson"
    file.write_text(GOOD)
    (tmp_path / "hard").hardlink_to(file)
    (tmp_path / "soft").symlink_to(file)
    before = sorted(tmp_path.iterdir())

    ended = _import(tmp_path, file, "--errors", report)

    name = Path(report)
    message = f"--errors {name} is what is to be imported; allowed is another file\n"
    assert ended == (2, "", message)
    assert file.read_text() == GOOD
    assert sorted(tmp_path.iterdir()) == before


def test_a_report_in_place_of_standard_input_is_refused(tmp_path: Path) -> None:
    """Where a file is given as standard input, it too stays as it is."""
    file = tmp_path / "lines.ndjson"
    file.write_text(GOOD)

    with file.open("rb") as opened:
        ended = _import(tmp_path, "-", "--errors", file, stdin=opened)

    message = f"--errors {file} is what is to be imported; allowed is another file\n"
    assert ended == (2, "", message)
    assert file.read_text() == GOOD


@pytest.mark.parametrize("report", ["folder", "nowhere/errors"])
def test_a_report_that_cannot_be_there_is_refused_at_once(tmp_path: Path, report: str) -> None:
    """A folder is no file, and none is made for it; nothing is imported."""
    (tmp_path / "folder").mkdir()
    file = tmp_path / "lines.ndjson"
    file.write_text(BAD)

    ended = _import(tmp_path, file, "--errors", report)

    assert ended == (2, "", f"--errors {report}: {PLACE}")
    assert not (tmp_path / "new.db").exists()


def test_a_report_that_cannot_be_written_ends_the_import(tmp_path: Path) -> None:
    """It is named, and the database is not blamed."""
    _run(tmp_path, "migrate")
    file = tmp_path / "lines.ndjson"
    file.write_text(BAD)

    code, _, printed = _import(tmp_path, file, "--errors", "/dev/full")

    message = "--errors /dev/full: No space left on device; what came before is stored"
    assert (code, printed.strip().splitlines()[-1]) == (2, message)
    assert Path("/dev/full").exists()


def test_each_import_reports_anew(tmp_path: Path) -> None:
    """A report holds the bad lines of the last import, and without any it is gone."""
    _run(tmp_path, "migrate")
    file, report = tmp_path / "lines.ndjson", tmp_path / "lines.ndjson.errors"
    file.write_text(BAD + GOOD + BAD)
    _import(tmp_path, file)
    first = [json.loads(line)["line"] for line in report.read_text().splitlines()]
    file.write_text(GOOD + BAD)
    _, _, said = _import(tmp_path, file)
    second = [json.loads(line)["line"] for line in report.read_text().splitlines()]
    file.write_text(GOOD)

    _, _, silent = _import(tmp_path, file)

    assert (first, second) == ([1, 3], [2])
    assert f"bad lines and why: {report}" in said
    assert "bad lines" not in silent
    assert not report.exists()


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A file that is not there, a folder, and what breaks off; the database is not blamed."""
    missing, folder, broken = tmp_path / "missing", tmp_path / "folder", "/proc/self/mem"
    folder.mkdir()

    assert _import(tmp_path, missing) == (2, "", f"{missing}: No such file or directory\n")
    assert _import(tmp_path, folder) == (2, "", f"{folder}: Is a directory\n")
    assert not (tmp_path / "new.db").exists()
    _run(tmp_path, "migrate")
    code, _, printed = _import(tmp_path, broken, "--errors", "report")
    assert code == 2
    assert printed.strip().endswith(f"{broken}: Input/output error; what came before is stored")


def test_nobody_else_may_read_the_report(tmp_path: Path) -> None:
    """Its reasons quote what lines hold; an open umask does not matter."""
    _run(tmp_path, "migrate")
    file = tmp_path / "lines.ndjson"
    file.write_text(BAD + GOOD)
    usual = os.umask(0)
    try:
        _import(tmp_path, file)
    finally:
        os.umask(usual)

    assert stat.S_IMODE((tmp_path / "lines.ndjson.errors").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("good", "bad", "options", "code"),
    [
        (9, 1, (), 0),
        (8, 1, (), 1),
        (8, 1, ("--max-errors", "1"), 0),
        (7, 2, ("--max-errors", "1"), 1),
        (1, 3, ("--max-errors", "75%"), 0),
        (1, 0, ("--max-errors", "0"), 0),
        (0, 1, ("--max-errors", "100%"), 1),
        (0, 0, (), 1),
    ],
)
def test_many_bad_lines_or_none_stored_are_told_by_the_exit_code(
    tmp_path: Path, good: int, bad: int, options: tuple[str, ...], code: int
) -> None:
    """A tenth may be bad, unless another limit is said; good ones are stored in any case."""
    _run(tmp_path, "migrate")
    file = tmp_path / "lines.ndjson"
    file.write_text(GOOD * good + BAD * bad)

    ended, _, printed = _import(tmp_path, file, *options)

    assert ended == code
    assert ("nothing was imported" in printed) is (good == 0)
    assert ("more than --max-errors" in printed) is (code == 1 and good > 0)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--max-errors", "many"), "--max-errors 'many'; allowed are a number such as 25, and a"),
        (("--max-errors", "101%"), "--max-errors '101%'; allowed are a number such as 25, and a"),
        (("--timezone", "CEST"), "--timezone 'CEST'; allowed are names of the IANA database such"),
        (("--encoding", "base64"), "--encoding 'base64'; allowed are encodings such as latin-1"),
        (("--columns", "user=uid"), "--columns 'user=uid': allowed is OURS=THEIRS, where ours are"),
        (("--columns", "user_id=a,post_id=a"), "--columns 'post_id=a': allowed is each name once"),
        (("--map", "look"), "--map 'look': got ''; allowed are favorite, reblog"),
        (("--format", "csv"), "--format csv contradicts lines.ndjson, whose name says ndjson"),
        (("--from", "corgi"), "--format ndjson does not go with --from; allowed is csv"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_are_refused(
    tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Before anything is opened; the message says what is allowed."""
    (tmp_path / "lines.ndjson").write_text(GOOD)

    code, _, printed = _import(tmp_path, "lines.ndjson", *arguments)

    assert code == 2
    assert printed.startswith(message)


def test_the_database_and_what_it_holds_are_named_first(tmp_path: Path) -> None:
    """So that an operator sees at once where the lines go."""
    _run(tmp_path, "migrate")
    file = tmp_path / "lines.ndjson"
    file.write_text(GOOD * 3)
    _import(tmp_path, file)

    _, _, printed = _import(tmp_path, file)

    assert printed.startswith(f"sqlite://{tmp_path}/new.db holds 3 interactions\n")


def test_an_import_goes_on_from_a_line(tmp_path: Path) -> None:
    """Lines before it are not looked at, nor counted as bad."""
    _run(tmp_path, "migrate")
    file = tmp_path / "lines.ndjson"
    file.write_text(BAD * 3 + GOOD * 2)

    code, _, printed = _import(tmp_path, file, "--first-line", "4")

    assert code == 0
    assert "│ CREATED │ 2     │" in printed
