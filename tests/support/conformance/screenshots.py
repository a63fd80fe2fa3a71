"""Takes the pictures in docs/images: `python -m tests.support.conformance.screenshots`."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from resolvers.simulation import World, inputs
from tests.support.client import Caller
from tests.support.conformance.node import HERE, ROOT
from tests.support.durability.server import PROGRAM, server_process

FOLDER = ROOT / "docs" / "images"
PAST_HOURS = 48
AN_HOUR = 180
RATE = 2
LAST_HOUR = 3_600 * RATE
BATCH = 500


async def take(folder: Path) -> None:
    """Take the pictures of a server with a past of two days, while traffic goes on.

    Raises:
        CalledProcessError: the browser, its driver or the dashboard is missing.
    """
    with TemporaryDirectory() as place:
        url = f"sqlite://{place}/pictures.db"
        async with server_process(url, Path(place)) as server, server.caller() as caller:
            await _record(caller)
            traffic = _simulating(server.url)
            try:
                await asyncio.to_thread(_shoot, server.url, folder)
            finally:
                traffic.terminate()
                traffic.wait()


async def _record(caller: Caller) -> None:
    """Fill a past in which days differ from nights."""
    source = _dated(inputs(World(users=400, posts=300, seed=7)), datetime.now(UTC))
    while batch := list(islice(source, BATCH)):
        await caller.outcomes(*batch)


def _dated(source: Iterator[dict[str, Any]], now: datetime) -> Iterator[dict[str, Any]]:
    chance = random.Random(7)  # noqa: S311 (a picture, no secret)
    for hours in range(PAST_HOURS, -1, -1):
        start = now - timedelta(hours=hours + 1)
        busy = 0.35 + 0.65 * (1 - abs((start.hour - 17) % 24 - 12) / 12)
        count = LAST_HOUR if hours == 0 else round(AN_HOUR * busy * 4)
        moments = sorted(chance.random() for _ in range(count))
        for moment in moments:
            at = start + timedelta(hours=moment)
            yield {**next(source), "occurredAt": at.isoformat()}


def _simulating(url: str) -> subprocess.Popen[bytes]:
    options = ["--rate", str(RATE), "--users", "400", "--posts", "300", "--url", url]
    return subprocess.Popen([PROGRAM, "simulate", *options], stdout=subprocess.DEVNULL)


def _shoot(url: str, folder: Path) -> None:
    program = shutil.which("chromium") or "chromium"
    folder.mkdir(parents=True, exist_ok=True)
    command = ["node", "dashboard/shoots.mjs", url, str(folder)]
    subprocess.run(command, cwd=HERE, env=os.environ | {"CHROMIUM": program}, check=True)


if __name__ == "__main__":
    asyncio.run(take(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER))
