"""The page at /docs in a browser."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from graph.rest.docs import ASSETS
from graph.rest.routes import OPERATIONS
from tests.durability.server import serving

BROWSER_S = 60


@pytest.mark.slow
async def test_the_page_shows_every_route_without_a_network(
    sqlite_file: Path, tmp_path: Path
) -> None:
    """A browser that can reach no other host shows what the document describes."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    if not (ASSETS / "index.html").exists():
        pytest.skip("the page is not built: run `make explorer`")
    shutil.copy(sqlite_file, tmp_path / "docs.db")
    async with serving(f"sqlite://{tmp_path}/docs.db", tmp_path) as server:
        dom = subprocess.run(  # noqa: ASYNC221 (nothing else is to run)
            [
                chromium,
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                f"--user-data-dir={tmp_path / 'profile'}",
                "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
                "--virtual-time-budget=10000",
                "--dump-dom",
                f"{server.url}/docs",
            ],
            capture_output=True,
            text=True,
            check=True,
            timeout=BROWSER_S,
        ).stdout

    shown = re.sub(
        r"\u200b|<wbr[^>]*>", "", re.sub(r"<script.*?</script>", "", dom, flags=re.DOTALL)
    )
    described = set(re.findall(r'data-path="([^"]+)"', shown))
    assert described == {operation.path for operation in OPERATIONS}
