"""The OpenAPI document and the page that shows it."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from graph.config.settings import Settings
from graph.rest.openapi import REASONS, document
from graph.rest.routes import OPERATIONS
from tests.support.client import Caller, FixedClock
from tests.support.serving import SECRET, serving

WEB = Path(__file__).parents[3] / "web"


def parameters(path: str, method: str = "get") -> dict[str, Any]:
    """A route's parameters by their names."""
    return {each["name"]: each for each in document()["paths"][path][method]["parameters"]}


def test_every_route_is_described_once_with_its_answers() -> None:
    """Method, path, status, and why it may be refused."""
    described = {
        f"{method.upper()} {path}": each
        for path, methods in document()["paths"].items()
        for method, each in methods.items()
    }

    assert set(described) == {f"{each.method} {each.path}" for each in OPERATIONS}
    for operation in OPERATIONS:
        each = described[f"{operation.method} {operation.path}"]
        statuses = {int(status) for status in each["responses"]}
        assert {operation.status, 400, 401, 403, 429, 503} <= statuses <= {*REASONS, 200, 201}
        assert each["summary"]
        assert ("requestBody" in each) == operation.has_body


def test_parameters_have_the_bounds_and_values_that_are_allowed() -> None:
    """In the path or in the query; none of them may be null."""
    history = parameters("/api/v1/interactions/user/{user_alias}")

    assert history["user_alias"]["in"] == "path"
    assert history["user_alias"]["required"] is True
    assert history["user_alias"]["schema"]["pattern"] == "^u_[0-9a-f]{16,64}$"
    assert history["limit"] == {
        "name": "limit",
        "in": "query",
        "required": False,
        "description": "How many at most.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    }
    assert {"favourite", "liked", "reblogged"} <= set(history["action_type"]["schema"]["enum"])
    page = parameters("/activities/")["page"]["schema"]
    assert (page["minimum"], page["maximum"]) == (1, 999_999_999)
    assert "null" not in str([each["schema"] for each in history.values()])


def test_every_reference_leads_somewhere_and_every_model_is_referred_to() -> None:
    """The document is whole."""
    text = str(document())

    referred = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert referred == set(document()["components"]["schemas"])


async def test_it_is_served_as_it_is(sqlite: Caller) -> None:
    """At /openapi.json."""
    answer = await sqlite.http.get("/openapi.json")

    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == document() | {"servers": [{"url": "/"}]}


async def test_the_built_page_shows_it_and_loads_nothing_from_elsewhere(
    sqlite_file: Path, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Swagger UI from the server itself."""
    monkeypatch.setattr("graph.rest.docs.ASSETS", WEB / "docs")
    file = shutil.copy(sqlite_file, tmp_path / "docs.db")
    settings = Settings(f"sqlite://{file}", SECRET)
    async with serving(settings, clock) as caller:
        answer = await caller.http.get("/docs")

    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert '<script src="/docs/docs.js"></script>' in answer.text
    script = (WEB / "docs/docs.js").read_text()
    assert "dataset.root}/openapi.json" in script
    for text in (answer.text, script.partition("\n")[2]):
        assert re.findall(r"""(?:[\w-]+:)?//[^\s"'<>]+""", text) == []


async def test_without_built_files_a_plain_page_lists_the_routes(
    sqlite: Caller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It needs neither scripts nor a network."""
    monkeypatch.setattr("graph.rest.docs.ASSETS", tmp_path / "none")

    answer = await sqlite.http.get("/docs")

    assert answer.headers["content-type"].startswith("text/html")
    for operation in OPERATIONS:
        assert f"<code>{operation.path}</code>" in answer.text
    assert 'href="/openapi.json"' in answer.text
    assert "<script" not in answer.text


async def test_the_page_is_switched_off_with_the_explorer(
    sqlite_file: Path, tmp_path: Path, clock: FixedClock
) -> None:
    """The document is not: clients are made from it."""
    file = shutil.copy(sqlite_file, tmp_path / "docs.db")
    async with serving(Settings(f"sqlite://{file}", SECRET, explorer=False), clock) as caller:
        page = await caller.http.get("/docs")
        described = await caller.http.get("/openapi.json")

    assert (page.status_code, described.status_code) == (404, 200)
