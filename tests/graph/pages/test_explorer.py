"""The explorer: the page a browser gets at /graphql, and how its files come to be served."""

import re
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest
from graphql import OperationDefinitionNode, OperationType, parse, validate
from starlette.applications import Starlette

from graph.config.settings import Settings
from graph.server.app import create_app
from graph.server.routes import SCHEMA
from tests.support.client import Caller, FixedClock
from tests.support.serving import serving
from tests.support.shared.documents import plain_schema

WEB = Path(__file__).parents[3] / "web"
SOURCE = (WEB / "explorer" / "index.html").read_text()
TITLE = "<title>Trailmark explorer</title>"
EXAMPLES = dict(re.findall(r'<script[^>]* data-title="([^"]+)">(.*?)</script>', SOURCE, re.DOTALL))
PAGE = {"Accept": "text/html"}
BUILD_S = 60

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


async def test_without_built_files_a_browser_is_told_how_to_build_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In one line, beside the schema; the page loads nothing."""
    monkeypatch.setattr("graph.pages.explorer.ASSETS", tmp_path / "none")
    async with _client(_app(tmp_path)) as client:
        response = await client.get("/graphql", headers=PAGE)
        schema = await client.get("/schema.graphql")

    assert response.status_code == 200
    assert "<code>make web</code>" in response.text
    assert re.findall(r'<script|src=|href="([^"]+)"', response.text) == [
        "data:,",
        "/schema.graphql",
    ]
    assert schema.text == SCHEMA.read_text()
    assert schema.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize("page", ["explorer", "docs"])
async def test_a_browser_keeps_no_older_files_than_the_servers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, page: str
) -> None:
    """After an upgrade a page and its scripts are of one version: it asks for each again."""
    monkeypatch.setattr("graph.pages.explorer.ASSETS", WEB / "explorer")
    monkeypatch.setattr("graph.rest.docs.ASSETS", WEB / "docs")
    async with _client(_app(tmp_path)) as client:
        first = await client.get(f"/{page}/{page}.js")
        known = {"If-None-Match": first.headers["etag"]}
        again = await client.get(f"/{page}/{page}.js", headers=known)

    assert first.headers["cache-control"] == "no-cache"
    assert (first.status_code, again.status_code) == (200, 304)


async def test_the_schema_is_hidden_with_introspection(tmp_path: Path) -> None:
    """Who switches introspection off gives no schema away."""
    settings = Settings(f"sqlite://{tmp_path / 'explorer.db'}", introspection=False)
    async with _client(create_app(settings)) as client:
        assert (await client.get("/schema.graphql")).status_code == 404


@pytest.mark.parametrize("path", ["/", "/graphql", "/docs"])
async def test_a_page_runs_no_scripts_but_the_servers_files(tmp_path: Path, path: str) -> None:
    """Its policy allows none that are written into the page, and none that are made of texts."""
    async with _client(_app(tmp_path)) as client:
        response = await client.get(path, headers=PAGE)

    policy = dict(
        rule.strip().split(" ", 1)
        for rule in response.headers["content-security-policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == policy["form-action"] == "'none'"
    assert response.headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize("page", ["explorer", "docs"])
def test_no_script_is_written_into_a_page(page: str) -> None:
    """What is between the tags of scripts are examples."""
    source = (WEB / page / "index.html").read_text()

    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", source, re.DOTALL)

    assert scripts
    assert all("src=" in tag or 'type="application/graphql"' in tag for tag, _ in scripts)
    assert re.findall(r"<style|\son\w+=", source) == []


async def test_the_explorer_can_be_switched_off(
    sqlite_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """A browser gets no page where the explorer is switched off."""
    file = shutil.copy(sqlite_file, tmp_path / "trailmark.db")
    async with serving(Settings(f"sqlite://{file}", explorer=False), clock) as caller:
        response = await caller.http.get("/graphql", headers={"Accept": "text/html"})

    assert response.status_code == 400
    assert response.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize("title", EXAMPLES)
def test_an_example_fits_the_schema(title: str) -> None:
    """Its operations are valid, and each can be chosen by its name."""
    document = parse(EXAMPLES[title])

    assert validate(plain_schema(), document) == []
    operations = [
        each for each in document.definitions if isinstance(each, OperationDefinitionNode)
    ]
    assert all(operation.name for operation in operations)


@pytest.mark.either_database
async def test_the_examples_can_be_run_one_after_another(caller: Caller) -> None:
    """Each part of the API has one. What is asked for is there, since the first ones record it."""
    errors = {}
    for title, text in EXAMPLES.items():
        for operation in parse(text).definitions:
            assert isinstance(operation, OperationDefinitionNode)
            if operation.operation is not OperationType.SUBSCRIPTION:
                name = operation.name.value if operation.name else ""
                sent = {"query": text, "operationName": name}
                answer = (await caller.http.post("/graphql", json=sent)).json()
                errors[f"{title}: {name}"] = answer.get("errors", [])

    assert len(errors) > 15
    assert {name: found for name, found in errors.items() if found} == {}
    assert list(EXAMPLES) == [
        *("Recording", "History", "Stats", "Scores", "Trends", "Feeds", "Live feed", "Privacy"),
        "Administration",
    ]


@node
def test_the_build_copies_what_the_page_loads(tmp_path: Path) -> None:
    """The build puts every file that the page loads beside it, and leaves nothing else."""
    built = _checkout(tmp_path)
    assert _build(tmp_path).returncode == 0
    names = {file.name for file in built.iterdir()}
    script = (WEB / "explorer" / "explorer.js").read_text()
    assert set(re.findall(r'"/explorer/([^"]+)"', SOURCE)) < names
    assert set(re.findall(r'from "./([^"]+)"', script)) < names
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


def _app(folder: Path) -> Starlette:
    return create_app(Settings(f"sqlite://{folder / 'explorer.db'}"))


def _client(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://server")


async def _visit(app: Starlette) -> httpx.Response:
    async with _client(app) as client:
        return await client.get("/graphql", headers=PAGE)


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
        timeout=BUILD_S,
    )
