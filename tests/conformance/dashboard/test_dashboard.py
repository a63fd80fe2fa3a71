"""The dashboard in a real browser: how it looks, moves, resumes, and whom it lets in."""

import json
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from graph.pages.front_page import ASSETS
from tests.support.conformance.node import Node
from tests.support.durability.nginx import PREFIX
from tests.support.durability.server import PROGRAM, SECRET, Server, server_process

PAINT_MS = 1_000
WEIGHT = 150_000
SEEN_MS = 2_000

#: Runs a check in a browser, and returns what it found.
Check = Callable[..., Any]

pytestmark = pytest.mark.slow


@pytest.fixture
def check(node: Node) -> Check:
    """Runs one of the scripts here; skips where there is no browser or no dashboard."""
    browser = shutil.which("chromium")
    if browser is None:
        pytest.skip("chromium is not installed")
    if not (ASSETS / "index.html").exists():
        pytest.skip("the dashboard is not built: run `make web`")

    def run(script: str, *arguments: str, **environment: str) -> Any:
        told = node(f"dashboard/{script}.mjs", *arguments, CHROMIUM=browser, **environment)
        return json.loads(told)

    return run


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A server without credentials."""
    async with server_process(f"sqlite://{tmp_path / 'dashboard.db'}", tmp_path) as started:
        yield started


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_page_is_fit_for_everyone(check: Check, server: Server, scheme: str) -> None:
    """Light and dark, wide and narrow: axe finds nothing, nothing is cut off, jumps or goes wrong.

    The page calls nobody but its server, weighs little, and is painted within a second.
    """
    found = check("looks", server.url, scheme)

    assert found["violations"] == []
    assert found["wrong"] == []
    assert found["foreign"] == []
    assert found["wide"] == []
    assert found["shifts"] == []
    assert 10_000 < found["gzipped"] < WEIGHT
    assert min(found["paints"]) < PAINT_MS


async def test_everything_moves_and_nothing_jumps(check: Check, server: Server) -> None:
    """What is recorded elsewhere is seen within two seconds, and no layout shifts for it."""
    found = check("moves", server.url)

    assert found["shifts"] == []
    assert found["wrong"] == []
    assert len(found["late"]) == 4
    assert max(found["late"].values()) < SEEN_MS
    assert "the-new-one" not in found["ranks"][0]
    assert "the-new-one" in found["ranks"][1]


async def test_what_feeds_rest_on_is_shown(check: Check, server: Server) -> None:
    """A post shows what it is and what is like it, a user what is preferred and recommended.

    The overview shows what recommendations led to. Nothing jumps when it comes, and axe finds
    nothing in it.
    """
    found = check("feeds", server.url)

    assert found["wrong"] == []
    assert found["foreign"] == []
    assert found["violations"] == []
    assert found["shifts"] == []
    assert "people who liked that post also liked this" in found["similar"]
    for told in ("u_", "image", "#plants", "Group gardeners"):
        assert told in found["description"]
    assert "moss" in found["recommended"]
    assert "fern" not in found["recommended"]
    assert "also liked this" in found["recommended"]
    for told in ("#plants", "4.0", "image", "home", "u_"):
        assert told in found["preferences"]
    assert "trailmark · recommended" in found["outcomes"]


async def test_the_feed_goes_on_where_its_socket_was_cut(check: Check, server: Server) -> None:
    """Whatever was recorded meanwhile is shown, once and in order, however often it is cut."""
    found = check("resumes", server.url)

    assert found["seen"] == found["sent"]


@pytest.mark.parametrize("root_path", ["", PREFIX], ids=["at the root", "under a path"])
async def test_pages_have_addresses_and_need_no_mouse(
    check: Check, tmp_path: Path, root_path: str
) -> None:
    """Links work by the keyboard; addresses can be reloaded and shared, also under a path."""
    url = f"sqlite://{tmp_path / 'walked.db'}"
    settings = {"TRAILMARK_ROOT_PATH": root_path} if root_path else {}
    async with server_process(url, tmp_path, 1, **settings) as server:
        found = check("walks", f"{server.url}{root_path}")

    assert found["wrong"] == []
    assert found["linked"] == "p/179"
    assert found["post"] == found["reloaded"] == "Post p/179"
    assert found["user"] == f"User {found['alias']}"
    assert found["title"] == f"{found['alias']} · Trailmark"
    assert found["history"] == [f"p/{number}" for number in reversed(range(180))]


async def test_it_asks_for_a_key_where_there_are_keys(check: Check, tmp_path: Path) -> None:
    """A wrong key is told, a right one opens the page, kept nowhere; a revoked one closes it.

    Each time the keyboard goes on from what is shown then.
    """
    url = f"sqlite://{tmp_path / 'guarded.db'}"
    guarded = Server(url, tmp_path)
    await guarded.run("migrate")
    reading, recording, revoked = [
        (await guarded.run("keys", "create", "--scope", scope)).split()[-1]
        for scope in ("read", "record", "read")
    ]
    ids = [line.split("\t")[0] for line in (await guarded.run("keys", "list")).splitlines()]
    await guarded.run("keys", "revoke", ids[-1])
    revoke = (str(PROGRAM), "keys", "revoke", ids[0])
    known = {"TRAILMARK_DATABASE_URL": url, "TRAILMARK_SECRET": SECRET}
    async with server_process(url, tmp_path) as server:
        found = check("asks", server.url, reading, recording, revoked, *revoke, **known)

    assert found["before"] == 0
    assert found["wrong_before"] == []
    assert found["violations"] == []
    assert "That did not work" in found["wrong"]
    assert "That did not work" in found["revoked"]
    assert found["recording"] == (
        "This key may not read. Give one of scope read or admin, or a user token."
    )
    assert found["ended"] == "The server no longer takes this key."
    assert found["focused"] == ["main", "main"]
    assert found["stored"] == ["", 0, 0, f"{server.url}/"]
    assert found["foreign"] == []
