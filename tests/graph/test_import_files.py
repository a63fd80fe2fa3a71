"""The files of `trailmark import`: which it reads, where it reports, and what it leaves alone."""

import json
import subprocess
from pathlib import Path
from typing import IO

import pytest

from tests.graph.test_importing import PROGRAM

GOOD = '{"user_id": "ann", "action": "VIEW", "post_id": "p"}\n'
BAD = '{"user_id": "ann", "action": "LOOK", "post_id": "p"}\n'
PLACE = "allowed is a file in a folder that is there\n"


def _import(
    folder: Path, *arguments: str | Path, stdin: IO[bytes] | int = subprocess.DEVNULL
) -> tuple[int, str, str]:
    done = subprocess.run(
        [PROGRAM, "import", *arguments],
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
    file = tmp_path / "lines.ndjson"
    file.write_text(BAD)

    code, _, told = _import(tmp_path, file, "--errors", "/dev/full")

    message = "--errors /dev/full: No space left on device; what came before is stored"
    assert (code, told.strip()) == (2, message)
    assert Path("/dev/full").exists()


def test_each_import_reports_anew(tmp_path: Path) -> None:
    """A report holds the bad lines of the last import, and without any it is gone."""
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
    code, _, told = _import(tmp_path, broken, "--errors", "report")
    assert (code, told.strip()) == (2, f"{broken}: Input/output error; what came before is stored")
