"""The pages of the server in a real browser that reaches no other host."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from graph.pages.explorer import ASSETS
from tests.support.conformance.node import Node
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database

pytestmark = pytest.mark.slow


@pytest.fixture
async def url(tmp_path: Path) -> AsyncIterator[str]:
    """The URL of an empty database, where there are a browser and the pages to open in it."""
    if shutil.which("chromium") is None:
        pytest.skip("chromium is not installed")
    if not (ASSETS / "index.html").exists():
        pytest.skip("the explorer is not built: run `make web`")
    async with own_database("sqlite", tmp_path) as url:
        yield url


async def test_the_explorer_runs_its_examples(node: Node, url: str, tmp_path: Path) -> None:
    """A mutation, a query and a subscription, which shows what is recorded meanwhile."""
    async with server_process(url, tmp_path) as server:
        assert await _driven(node, server) == "passes\n"


async def test_the_explorer_takes_credentials_and_stores_none(
    node: Node, url: str, tmp_path: Path
) -> None:
    """Also under a proxy's path: it shows the documentation as soon as they are entered.

    They are entered in the field for them and then under Headers. Afterwards the browser's storage
    holds queries, and no credentials.
    """
    key = await _admin_key(Server(url, tmp_path))
    async with server_process(url, tmp_path, TRAILMARK_ROOT_PATH="/under/a/path") as server:
        assert await _driven(node, server, "/under/a/path", key) == "passes\n"


async def _admin_key(server: Server) -> str:
    await server.run("migrate")
    return (await server.run("keys", "create", "--scope", "admin")).split()[-1]


async def _driven(node: Node, server: Server, path: str = "", *key: str) -> str:
    return await asyncio.to_thread(node, "explorer.mjs", server.url + path, *key)
