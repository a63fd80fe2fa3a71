"""The front page in a browser: the dashboard, and what is told where it was not built."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.access.callers import TOKEN_SECRET

PAGE = {"Accept": "text/html"}
PREFIX = "/apps/trailmark"
INDEX = (Path(__file__).parents[3] / "web" / "dashboard" / "index.html").read_text("utf-8")


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as the build leaves it: the page, and a script that is named by what it holds."""
    folder = tmp_path / "dashboard"
    (folder / "assets").mkdir(parents=True)
    page = INDEX.replace("./src/main.tsx", "/dashboard/assets/main-1a2b.js")
    (folder / "index.html").write_text(page, "utf-8")
    (folder / "assets" / "main-1a2b.js").write_text("let it", "utf-8")
    monkeypatch.setattr("graph.pages.front_page.ASSETS", folder)
    return folder


@asynccontextmanager
async def _visiting(folder: Path, **more: Any) -> AsyncIterator[httpx.AsyncClient]:
    settings = Settings(f"sqlite://{folder / 'front.db'}", **more)
    transport = httpx.ASGITransport(create_app(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as http:
        yield http


async def test_a_browser_gets_the_dashboard_and_others_a_line(built: Path, tmp_path: Path) -> None:
    """By what they accept, and caches are told so."""
    async with _visiting(tmp_path) as http:
        page = await http.get("/", headers=PAGE)
        line = await http.get("/")

    assert '<div id="dashboard">' in page.text
    assert line.text.startswith("Trailmark: GraphQL at /graphql")
    assert page.headers["vary"] == line.headers["vary"] == "Accept"
    assert page.headers["cache-control"] == "no-cache"


async def test_the_dashboard_runs_nothing_but_its_own_files(built: Path, tmp_path: Path) -> None:
    """Neither what stands in the page, nor what a text is turned into, nor another host's."""
    async with _visiting(tmp_path) as http:
        policy = (await http.get("/", headers=PAGE)).headers["content-security-policy"]

    directives = dict(part.split(" ", 1) for part in policy.split("; "))
    assert directives["default-src"] == "'none'"
    assert directives["script-src"] == directives["style-src"] == "'self'"
    assert directives["connect-src"] == "'self'"
    assert "unsafe" not in policy
    assert re.findall(r"<script(?![^>]* src=)|<style|\bon\w+=", INDEX) == []


async def test_what_the_dashboard_loads_is_kept_for_good(built: Path, tmp_path: Path) -> None:
    """Files are named by what they hold: what changes has another name."""
    async with _visiting(tmp_path) as http:
        script = await http.get("/dashboard/assets/main-1a2b.js")
        missing = await http.get("/dashboard/assets/main-3c4d.js")

    assert (script.status_code, script.text) == (200, "let it")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")


async def test_the_dashboard_is_found_under_a_path(built: Path, tmp_path: Path) -> None:
    """What it loads, and where it calls its server."""
    async with _visiting(tmp_path) as http:
        page = await http.get("/", headers=PAGE | {"X-Forwarded-Prefix": PREFIX})

    assert f'src="{PREFIX}/dashboard/assets/main-1a2b.js"' in page.text
    assert f'data-root="{PREFIX}"' in page.text


@pytest.mark.parametrize("explorer", [True, False])
async def test_the_dashboard_links_to_the_explorer_where_there_is_one(
    built: Path, tmp_path: Path, explorer: bool
) -> None:
    """The page is told by an attribute."""
    async with _visiting(tmp_path, explorer=explorer) as http:
        page = await http.get("/", headers=PAGE)

    assert ('data-explorer="on"' in page.text) == explorer


@pytest.mark.parametrize(
    ("settings", "is_told"), [({}, False), ({"token_secret": TOKEN_SECRET}, True)]
)
async def test_the_dashboard_is_told_that_credentials_are_needed(
    built: Path, tmp_path: Path, settings: dict[str, Any], is_told: bool
) -> None:
    """So that it asks for some first, and no request of it is refused."""
    async with _visiting(tmp_path, **settings) as http:
        page = await http.get("/", headers=PAGE)

    assert ('data-guarded="on"' in page.text) == is_told


async def test_where_it_was_not_built_the_page_says_how_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, beside links to what there is."""
    monkeypatch.setattr("graph.pages.front_page.ASSETS", tmp_path / "none")
    async with _visiting(tmp_path) as http:
        page = await http.get("/", headers=PAGE)

    assert page.status_code == 200
    assert "install Node.js with npm, and run <code>make web</code>" in page.text
    assert '<a href="/graphql">' in page.text
