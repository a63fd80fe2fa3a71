"""The older systems' clients go on unchanged: only their base URL is another."""

import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.durability.server import Server, server_process
from tests.support.older_clients import Recommender, Tracker

pytestmark = pytest.mark.slow  # each has a server of its own to drive

RUN_S = 60
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


@pytest.fixture
async def server(database_url: str, tmp_path: Path) -> AsyncIterator[Server]:
    """A real server, a process of its own."""
    async with server_process(database_url, tmp_path) as server:
        yield server


def test_the_python_recommender_goes_on(server: Server) -> None:
    """It logs, counts, lists and recommends; levels, exports and erasing work."""
    client = Recommender(server.url)
    context: dict[str, Any] = {"source": "timeline_home", "recommended": True}

    first = client.log_interaction("ann", "p1", "favourite", context)
    for user in ("ann", "bob"):
        client.log_interaction(user, "p1", "view")
    client.log_interaction("bob", "p1", "bookmark")
    client.log_interaction("bob", "p1", "unbookmark")

    assert (first["status"], first["action_type"]) == ("success", "favorite")
    assert first["privacy_level"] == "pseudonymized"
    assert INSTANT.fullmatch(first["timestamp"])
    post = client.post_interactions("p1")
    assert post["interaction_counts"]["favorites"] == 1
    assert post["interactions"] == [
        {"action_type": "view", "count": 2},
        {"action_type": "favorite", "count": 1},
    ]
    assert post["engagement_rate"] == 0.5
    history = client.user_interactions(first["user_alias"], limit=20, action_type="favorite")
    assert (history["total_count"], history["returned_count"]) == (1, 1)
    assert history["interactions"][0]["context"] == context
    assert [each["id"] for each in client.recommendations("eve")["recommendations"]] == ["p1"]
    assert client.recommendations("bob")["recommendations"] == []
    assert client.set_privacy("ann", "limited")["tracking_level"] == "limited"
    assert client.privacy("ann")["tracking_level"] == "limited"
    assert client.user_interactions(first["user_alias"])["interactions"] == []
    assert client.log_interaction("ann", "p1", "view")["privacy_level"] == "aggregated"
    assert json.loads(client.export("bob")[0])["type"] == "user"
    assert client.delete_data("bob")["deleted_items"] == {"interactions": 1, "settings": 0}


def test_the_python_recommender_hears_what_was_wrong(server: Server) -> None:
    """As an HTTP error of requests, with the field in its body."""
    client = Recommender(server.url)

    with pytest.raises(requests.HTTPError, match="400") as raised:
        client.log_interaction("ann", "p1", "look")
    with pytest.raises(requests.HTTPError, match="400"):
        client.delete_data("ann", confirm=False)

    assert raised.value.response is not None
    error = raised.value.response.json()["error"]
    assert error.startswith("action_type: got 'look'; allowed are favorite, ")


def test_the_python_tracker_goes_on(server: Server) -> None:
    """It tracks, turns pages, and reads scores and stats."""
    client = Tracker(server.url)

    created = client.track("ann", "vibe", "p1", {"mood": "good"})
    for number in range(25):
        client.track("ann", "search", f"cats {number}")
    client.track("bob", "circle_update", "inner")

    assert created["metadata"] == {"mood": "good"}
    assert INSTANT.fullmatch(created["created_at"])
    assert len(client.activities()) == 27
    assert len(client.activities(user="ann", activity_type="search")) == 25
    assert client.activities(user="ann", activity_type="vibe") == [created]
    assert len(client.recent()) == 20
    assert client.activities(user="nobody") == []
    assert client.engagement()[0]["user"] == created["user"]
    assert client.recalculate() == 2
    stats = client.stats()
    assert stats["by_type"][0] == {"activity_type": "search", "count": 25}
    assert (stats["total"], sum(day["count"] for day in stats["by_day"])) == (27, 27)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_the_javascript_clients_go_on(server: Server) -> None:
    """By Node's fetch; the script fails with what was not as they knew it."""
    script = Path(__file__).with_name("working.mjs")

    done = subprocess.run(
        ["node", script, server.url], capture_output=True, text=True, timeout=RUN_S
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
