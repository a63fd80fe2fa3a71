"""The command line in tests: commands over a database, the files they read, what they report."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.serving import SECRET

PROGRAM = Path(sys.executable).with_name("trailmark")


def ended(
    url: str, *arguments: str, stdin: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """A command that has run over a database, with no settings but these."""
    return subprocess.run(
        [PROGRAM, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        env={"TRAILMARK_DATABASE_URL": url, "COLUMNS": "200", **settings},
    )


def trailmark(url: str, *arguments: str, stdin: str = "") -> str:
    """Run a command over the database under test and return what it said."""
    done = ended(url, *arguments, stdin=stdin, TRAILMARK_SECRET=SECRET)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def ndjson(folder: Path, *lines: Any) -> Path:
    file = folder / "lines.ndjson"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    return file


def rejected(file: Path) -> dict[int, str]:
    """The report of bad lines: each one's number and reason."""
    report = Path(f"{file}.errors")
    if not report.exists():
        return {}
    parsed = [json.loads(line) for line in report.read_text().splitlines()]
    return {each["line"]: each["reason"] for each in parsed}
