"""`trailmark serve --workers 2`: whichever worker is asked, it tells of both."""

import os
import re
import signal
from collections.abc import Callable, Iterable
from pathlib import Path

import httpx
import pytest

from tests.support.client import RECORD
from tests.support.durability.server import Server, server_process, until_awaited
from tests.support.durability.stores import own_database
from tests.support.metrics.scraping import Scraped, scrape

pytestmark = pytest.mark.slow

INPUTS = "trailmark_inputs_total"
IN_TIME_S = 60.0


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_either_worker_tells_of_both_and_a_killed_one_is_missed_in_gauges_alone(
    kind: str, tmp_path: Path
) -> None:
    """What it had counted stays; the folder they share is gone with the server."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    async with (
        own_database(kind, tmp_path) as url,
        server_process(url, tmp_path, 2, TMPDIR=str(temporary)) as server,
    ):
        await _until(server, lambda told: told.number("trailmark_workers") == 2)
        await _record(server, range(40))
        await _until(server, lambda told: told.number(INPUTS) == 40)

        killed = min(_workers(temporary))
        os.kill(killed, signal.SIGKILL)
        await _until(server, lambda told: told.number("trailmark_worker_starts_total") == 3)
        await _until(server, lambda told: told.number("trailmark_workers") == 2)
        await _record(server, range(40, 50))
        await _until(server, lambda told: told.number(INPUTS) == 50)

        assert killed not in _workers(temporary)
        assert await server.terminate() < 30
        assert list(temporary.iterdir()) == []
        assert "Traceback" not in server.log


async def _record(server: Server, numbers: Iterable[int]) -> None:
    """Record one input for each number, each on a connection of its own."""
    async with httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0)) as http:
        for number in numbers:
            given = {"userId": "ann", "action": "VIEW", "postId": f"p{number}"}
            body = {"query": RECORD, "variables": {"input": given}}
            answer = await http.post(f"{server.url}/graphql", json=body, timeout=30)
            assert answer.json()["data"]["recordInteraction"]["outcome"] == "CREATED"


async def _until(server: Server, is_so: Callable[[Scraped], bool]) -> None:
    """Wait until four scrapes in a row say so, each on a connection of its own."""

    async def holds() -> bool:
        for _ in range(4):
            try:
                async with httpx.AsyncClient(base_url=server.url, timeout=30) as http:
                    if not is_so(await scrape(http)):
                        return False
            except httpx.TransportError:  # it went to the worker that was killed
                return False
        return True

    await until_awaited(holds, IN_TIME_S, server)


def _workers(temporary: Path) -> set[int]:
    """The process ids of the workers that have their files in the folder."""
    (folder,) = temporary.glob("trailmark-workers-*")
    found = (re.fullmatch(r"(\d+)\.alive", name) for name in os.listdir(folder))
    return {int(match[1]) for match in found if match}
