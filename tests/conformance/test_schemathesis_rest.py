"""Whatever is asked over REST, by the description or against it, is answered as it describes."""

import asyncio
import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from graph.rest.routes import OPERATIONS
from models.database.database import Database
from tests.support.databases import empty
from tests.support.durability.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("kept_hypothesis")]

CASES = 100
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROUTES = [f"{each.method} {each.path}" for each in OPERATIONS]


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A real server over either database."""
    folder = tmp_path_factory.mktemp("rest")
    url = f"sqlite://{folder / 'trailmark.db'}"
    if request.param == "postgres":
        url = request.getfixturevalue("postgres")
        asyncio.run(empty(Database.at(url)))
    server = Server(url, folder)
    try:
        asyncio.run(server.start())
        yield server
    finally:
        asyncio.run(server.kill())


@pytest.mark.parametrize("route", ROUTES)
def test_every_answer_is_as_described(server: Server, route: str) -> None:
    """Requests that the description allows and such as it does not get an answer of a described
    status and form, and never a 5xx; many of the allowed ones are served."""
    seen = Counter[tuple[GenerationMode, bool]]()
    schema = schemathesis.openapi.from_url(f"{server.url}/openapi.json")
    method, path = route.split(" ")
    operation = schema[path][method]

    @settings(max_examples=CASES)
    @given(
        st.sampled_from([GenerationMode.POSITIVE, GenerationMode.NEGATIVE]).flatmap(
            lambda mode: operation.as_strategy(generation_mode=mode)
        )
    )
    def ask(case: Case[Any]) -> None:
        assert case.meta is not None
        response = case.call_and_validate(checks=CHECKS)
        seen[case.meta.generation.mode, response.status_code < 300] += 1

    ask()

    assert seen[GenerationMode.POSITIVE, True] > 0, seen
    assert "Traceback" not in server.log


def test_totals_are_right_after_all_of_it(server: Server) -> None:
    """Afterwards every total and score equals its recount."""
    assert asyncio.run(server.verify())[0] == 0


def test_the_description_has_every_route_and_says_which_answers_it_has(server: Server) -> None:
    """Statuses, parameters and bodies, each with a schema."""
    document = httpx.get(f"{server.url}/openapi.json").json()

    described = [
        f"{method.upper()} {path}" for path, each in document["paths"].items() for method in each
    ]
    assert document["openapi"] == "3.1.0"
    assert sorted(described) == sorted(ROUTES)
    assert "ValidationError" not in json.dumps(document)
