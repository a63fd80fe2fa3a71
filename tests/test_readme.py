"""The README's tour, pasted into a shell."""

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.durability.server import server_process

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
TOUR = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
async def test_every_step_of_the_tour_works_when_pasted(sqlite_file: Path, tmp_path: Path) -> None:
    """Each curl answers with data and no error, and the last one with the stats it promises."""
    shutil.copy(sqlite_file, tmp_path / "tour.db")
    async with server_process(f"sqlite://{tmp_path}/tour.db", tmp_path) as server:
        answers = [
            _pasted(step.replace("127.0.0.1:8000", f"127.0.0.1:{server.port}")) for step in TOUR
        ]

    recorded, batch, undone, history, stats, scores = answers
    assert recorded["recordInteraction"]["outcome"] == "CREATED"
    assert batch["recordInteractions"]["recorded"] == 3
    assert undone["undoInteraction"]["outcome"] == "UNDONE"
    assert history["user"]["interactions"]["totalCount"] == 2
    assert stats["post"]["stats"]["engagementRate"] == 0.5
    assert [each["post"]["postId"] for each in scores["trendingPosts"]] == ["p1"]
    assert len(scores["engagementScores"]) == 2


def _pasted(step: str) -> Any:
    done = subprocess.run(["bash", "-c", step], capture_output=True, text=True, check=True)
    answer = json.loads(done.stdout)
    assert "errors" not in answer
    return answer["data"]
