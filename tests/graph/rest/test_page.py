"""The page at /docs in a browser."""

import re
import shutil
from pathlib import Path

import pytest

from graph.rest.docs import ASSETS
from graph.rest.routes import OPERATIONS
from tests.support.browsing import dom
from tests.support.durability.server import server_process


@pytest.mark.slow
async def test_the_page_shows_every_route_without_a_network(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """A browser that can reach no other host shows what the document describes."""
    if not (ASSETS / "index.html").exists():
        pytest.skip("the page is not built: run `make web`")
    shutil.copy(sqlite_file, tmp_path / "docs.db")
    async with server_process(f"sqlite://{tmp_path}/docs.db", tmp_path) as server:
        shown = dom(tmp_path, f"{server.url}/docs")

    shown = re.sub(r"\u200b|<wbr[^>]*>", "", shown)
    described = set(re.findall(r'data-path="([^"]+)"', shown))
    assert described == {operation.path for operation in OPERATIONS}
