"""Load by wrk, where it is installed: it leaves far more of its processor to the database."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.load.templates import Request, parts

SCRIPT = Path(__file__).with_name("wrk.lua")


def is_there() -> bool:
    """Whether wrk is installed."""
    return shutil.which("wrk") is not None


@dataclass(frozen=True)
class Counted:
    """What wrk counted in a number of seconds, and what it waited for most answers."""

    count: int
    seconds: float
    p50_ms: float
    p99_ms: float
    failures: int
    sample: str


def load(
    port: int,
    request: Request,
    users: list[str],
    posts: list[str],
    connections: int,
    seconds: float,
) -> Counted:
    """Send requests made of a template for so many seconds.

    Raises:
        RuntimeError: wrk could not; the message holds what it said.
    """
    with TemporaryDirectory(prefix="trailmark-") as folder:
        files = [Path(folder, name) for name in ("path", "body", "users", "posts")]
        contents = (parts(request.path), parts(request.body or ""), users, posts)
        for file, lines in zip(files, contents, strict=True):
            file.write_text("".join(f"{line}\n" for line in lines))
        at = f"http://127.0.0.1:{port}/"
        shape = ("-t", "1", "-c", str(connections), "-d", f"{max(round(seconds), 1)}s")
        command = ["wrk", *shape, "--timeout", "60s", "-s", str(SCRIPT), at, "--", *map(str, files)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    first, _, sample = done.stderr.partition("\n")
    if done.returncode or not re.fullmatch(r"\d+ \d+ \S+ \S+ \d+", first):
        raise RuntimeError(f"wrk failed: {done.stdout[-1_000:]} {done.stderr[-1_000:]}")
    count, micros, p50_us, p99_us, failures = map(float, first.split())
    return Counted(int(count), micros / 1e6, p50_us / 1e3, p99_us / 1e3, int(failures), sample)
