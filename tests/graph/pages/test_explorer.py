"""The explorer: the page a browser gets at /graphql, and how its files come to be served."""

import json
import re
import shutil
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from graphql import OperationDefinitionNode, parse, validate
from starlette.applications import Starlette

from graph.config.settings import Settings
from graph.pages.explorer import ASSETS
from graph.schema.schema import build
from graph.server.app import create_app
from tests.support.browsing import BROWSER_S, browsing, dom
from tests.support.client import FixedClock
from tests.support.durability.server import Server, server_process
from tests.support.serving import serving

WEB = Path(__file__).parents[3] / "web"
SOURCE = (WEB / "explorer" / "index.html").read_text()
TITLE = "<title>Trailmark explorer</title>"
FOLLOW = "subscription { interactions { type interaction { action } } }"

node = pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")


async def test_a_browser_gets_the_built_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser gets the page that was built in, and it names no other host."""
    monkeypatch.setattr("graph.pages.explorer.ASSETS", WEB / "explorer")
    response = await _visit(_app(tmp_path))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert TITLE in response.text
    assert re.findall(r"""(?:[\w-]+:)?//[^\s"'<>]+""", response.text) == []


async def test_without_built_files_a_browser_gets_strawberrys_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser gets the page that Strawberry ships where none was built in."""
    monkeypatch.setattr("graph.pages.explorer.ASSETS", tmp_path / "none")
    response = await _visit(_app(tmp_path))
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert TITLE not in response.text
    assert "graphiql" in response.text


async def test_the_explorer_can_be_switched_off(
    sqlite_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """A browser gets no page where the explorer is switched off."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with serving(Settings(f"sqlite://{file}", explorer=False), clock) as caller:
        response = await caller.http.get("/graphql", headers={"Accept": "text/html"})

    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/json")


def test_the_default_operations_fit_the_schema() -> None:
    """The operations the explorer opens with are valid and can be chosen by name."""
    document = parse(_default_query())
    assert validate(build()._schema, document) == []
    names = [
        operation.name and operation.name.value
        for operation in document.definitions
        if isinstance(operation, OperationDefinitionNode)
    ]
    assert names == ["Record", "Read", "Follow"]


@node
def test_the_build_copies_what_the_page_loads(tmp_path: Path) -> None:
    """The build puts every file that the page loads beside it, and leaves nothing else."""
    built = _checkout(tmp_path)
    assert _build(tmp_path).returncode == 0
    names = {file.name for file in built.iterdir()}
    assert set(re.findall(r'"/explorer/([^"]+)"', SOURCE)) < names
    assert (built / "index.html").read_text() == SOURCE
    assert {file.name for file in built.parent.iterdir()} == {"explorer", "docs"}


@node
def test_the_build_replaces_an_earlier_one_as_a_whole(tmp_path: Path) -> None:
    """The build leaves nothing of an earlier one."""
    built = _checkout(tmp_path)
    built.mkdir(parents=True)
    (built / "old.js").write_text("")
    assert _build(tmp_path).returncode == 0
    assert not (built / "old.js").exists()
    assert {file.name for file in built.parent.iterdir()} == {"explorer", "docs"}


@node
def test_a_failed_build_leaves_the_earlier_one(tmp_path: Path) -> None:
    """A build that lacks a file says so in one line and changes nothing that is served."""
    built = _checkout(tmp_path)
    assert _build(tmp_path).returncode == 0
    before = {file.name: file.read_text() for file in built.iterdir()}
    (tmp_path / "web" / "explorer" / "index.html").unlink()
    failed = _build(tmp_path)
    assert failed.returncode == 1
    assert failed.stderr.startswith("the page explorer was not built: ")
    assert failed.stderr.count("\n") == 1
    assert {file.name: file.read_text() for file in built.iterdir()} == before
    assert {file.name for file in built.parent.iterdir()} == {"explorer", "docs"}


@pytest.mark.slow
async def test_the_explorer_works_without_a_network(server: Server, tmp_path: Path) -> None:
    """A browser that can reach no other host shows GraphiQL with the default operations."""
    rendered = dom(tmp_path, f"{server.url}/graphql")
    assert re.search(r'<button[^>]*class="[^"]*graphiql-execute-button', rendered)
    shown = re.sub(r"<[^>]+>", "", rendered)
    assert "mutation Record {" in shown
    assert "recordInteraction(" in shown


@pytest.mark.slow
async def test_the_explorer_follows_a_subscription(server: Server, tmp_path: Path) -> None:
    """A browser in which `Follow` runs shows what is recorded meanwhile."""
    editor = "document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror"
    answers = "document.querySelector('.result-window .CodeMirror').CodeMirror.getValue()"
    button = "document.querySelector('.graphiql-execute-button')"
    async with browsing(tmp_path, f"{server.url}/graphql") as tab, server.caller() as caller:
        await tab.comes_to(f"!!{button} && !!{editor}")
        await tab.evaluate(f"{editor}.setValue({json.dumps(FOLLOW)})")
        runs = f"{button}.ariaLabel.startsWith('Stop')"  # once the text has been looked at
        await tab.comes_to(runs, lambda: tab.evaluate(f"{button}.click()"))
        seen = f"{answers}.includes('VIEW')"
        view = {"userId": "ann", "action": "VIEW", "postId": "p"}
        await tab.comes_to(seen, lambda: caller.record(**view))


@pytest.mark.slow
async def test_the_default_operations_can_be_run(server: Server) -> None:
    """What the default mutation records, the default query reads."""
    answers = {}
    async with server.caller() as caller:
        for name in ("Record", "Read"):
            sent = {"query": _default_query(), "operationName": name}
            answers[name] = (await caller.http.post("/graphql", json=sent)).json()
    assert answers["Record"]["data"]["recordInteraction"]["outcome"] == "CREATED"
    counts = answers["Read"]["data"]["post"]["stats"]["interactionCounts"]
    assert counts == {"favorites": 1, "views": 0}


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    """A real server with built-in files."""
    if not (ASSETS / "index.html").exists():
        pytest.skip("the explorer is not built: run `make web`")
    async with server_process(f"sqlite://{tmp_path / 'explorer.db'}", tmp_path) as started:
        yield started


def _app(folder: Path) -> Starlette:
    return create_app(Settings(f"sqlite://{folder / 'explorer.db'}"))


async def _visit(app: Starlette) -> httpx.Response:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as client:
        return await client.get("/graphql", headers={"Accept": "text/html"})


def _default_query() -> str:
    found = re.search(r'<script[^>]* id="default-query">(.*?)</script>', SOURCE, re.DOTALL)
    assert found
    return found[1]


def _checkout(folder: Path) -> Path:
    """Lay out what the build reads, with stand-ins for the packages; where it will write."""
    script = (WEB / "build.mjs").read_text()
    (folder / "web").mkdir()
    (folder / "web" / "build.mjs").write_text(script)
    shutil.copytree(WEB / "explorer", folder / "web" / "explorer")
    shutil.copytree(WEB / "docs", folder / "web" / "docs")
    for name in re.findall(r'"(node_modules/[^"]+)"', script):
        file = folder / "web" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return folder / "graph" / "static" / "explorer"


def _build(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["node", folder / "web" / "build.mjs", "explorer", "docs"],
        capture_output=True,
        text=True,
        check=False,
        timeout=BROWSER_S,
    )
