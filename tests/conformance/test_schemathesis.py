"""Whatever is asked, by the schema or against it, is answered, and in the one form of answers."""

import asyncio
import itertools
import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import graphql
import httpx
import pytest
import schemathesis
from hypothesis import given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from models.database.database import Database
from tests.support.conformance.asking import ANSWER_S, FORMS, GRAPHQL_FORM, answer, watched
from tests.support.conformance.hostile import GROWN, SIZES, bodies
from tests.support.conformance.rewriting import in_variables, made_sensible
from tests.support.conformance.scalars import STAND_IN, describe_scalars
from tests.support.databases import empty
from tests.support.durability.server import Server

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("kept_hypothesis")]

CASES = 800
SENSELESS_CASES = 1500
ALLOWED, VIOLATING = GenerationMode.POSITIVE, GenerationMode.NEGATIVE

SEED = """
mutation Seed($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) {
    results { post { id postId } interaction { id interactionId userAlias user { id } } }
  }
}
"""
PARTS = """
{
  failing: user(id: "ann") { ...Shared interactions(first: 101) { totalCount } }
  beside: user(id: "ann") { ...Shared }
}
fragment Shared on User { counts { count } engagementScore { score } }
"""
CURSORS = "{ interactions(first: 9) { edges { cursor } } }"


@pytest.fixture
def both(postgres: str, tmp_path: Path) -> Iterator[list[Server]]:
    """A server over SQLite and one over PostgreSQL, each a process, each empty."""
    asyncio.run(empty(Database.at(postgres)))
    servers = [Server(url, tmp_path) for url in (f"sqlite://{tmp_path / 'trailmark.db'}", postgres)]
    try:
        for server in servers:
            asyncio.run(server.start())
        yield servers
    finally:
        for server in servers:
            asyncio.run(server.kill())


@pytest.fixture
def callers(both: list[Server]) -> Iterator[list[httpx.Client]]:
    """A client of either server."""
    with ExitStack() as opened:
        yield [
            opened.enter_context(httpx.Client(base_url=server.url, timeout=ANSWER_S))
            for server in both
        ]


def test_operations_by_the_schema_never_fail_and_keep_totals_right(
    both: list[Server], callers: list[httpx.Client]
) -> None:
    """Generated queries and mutations, valid ones and some with one violation, with their values
    in literals or in variables, are executed or refused alike over either database; afterwards
    every total equals its recount."""
    seen = Counter[tuple[GenerationMode, bool]]()
    (ids, cursors), _ = (_seed(http) for http in callers)
    describe_scalars(ids, cursors)
    schema = schemathesis.graphql.from_url(f"{both[0].url}/graphql")
    operations = schema.exclude(name="Mutation.recalculateScores")
    mutations = operations.include(name_regex="^Mutation")
    kinds = (
        mutations.as_strategy(ALLOWED),
        operations.as_strategy(ALLOWED),
        operations.as_strategy(VIOLATING),
    )

    @settings(max_examples=CASES)
    @given(
        st.sampled_from(kinds).flatmap(lambda kind: kind),
        st.sampled_from((True, True, False)),
        st.booleans(),
        # With a long number anywhere, the server reads a body by its other parser.
        st.sampled_from(({}, {"extensions": {"long": 10**19}})),
        st.sampled_from(FORMS),
    )
    def ask(case: Case[Any], sensible: bool, lifted: bool, more: dict[str, Any], form: str) -> None:
        assert case.meta is not None
        mode = case.meta.generation.mode
        document = graphql.parse(str(case.body))
        if sensible and mode is ALLOWED:
            document = made_sensible(document)
        query, variables = graphql.print_ast(document), None
        if lifted:
            query, variables = in_variables(document, schema.client_schema)
        encoded = json.dumps({"query": query, "variables": variables} | more)
        asked = encoded.replace(json.dumps(STAND_IN)[1:-1], "\\ud800").encode()
        answers = [answer(http, asked, form) for http in callers]
        executed, also_executed = ("errors" not in each for each in answers)
        assert executed is also_executed, f"{answers} to {asked!r}"
        # In variables a violation may vanish: 4.0 is a whole number in JSON alone.
        assert not executed or mode is ALLOWED or lifted, asked
        seen[mode, executed] += 1

    ask()

    assert seen[ALLOWED, True] > CASES / 3, seen
    for server in both:
        assert "Traceback" not in server.log
        assert asyncio.run(server.verify())[0] == 0


def test_what_fails_takes_nothing_beside_it_down(callers: list[httpx.Client]) -> None:
    """A part that waits for the same rows as a failing one gets them, over either database."""
    for http in callers:
        data = answer(http, json.dumps({"query": PARTS}).encode(), GRAPHQL_FORM)["data"]

        assert data["failing"] is None
        assert data["beside"] == {"counts": [], "engagementScore": {"score": 0}}


def test_documents_beyond_reason_are_refused_and_hold_nobody_up(server: str) -> None:
    """Documents grown in each way, from well below each limit to far beyond, are answered in form,
    and others are meanwhile."""
    with watched(server), httpx.Client(base_url=server, timeout=ANSWER_S) as http:
        for grow, size in itertools.product(GROWN.values(), SIZES):
            answer(http, json.dumps({"query": grow(size)}).encode(), GRAPHQL_FORM)


def test_requests_without_sense_are_refused_and_hold_nobody_up(server: str) -> None:
    """Damaged documents, soups of tokens, variables of other types, and bodies that are no requests
    are answered in form, and others are meanwhile."""
    with watched(server), httpx.Client(base_url=server, timeout=ANSWER_S) as http:

        @settings(max_examples=SENSELESS_CASES)
        @given(bodies, st.sampled_from(FORMS))
        def ask(body: bytes, form: str) -> None:
            answer(http, body, form)

        ask()


def _seed(http: httpx.Client) -> tuple[list[str], list[str]]:
    """Record a few interactions; the ids of all kinds that the server gave out, and cursors."""
    inputs = [
        {"userId": user, "action": action, "postId": post}
        for user, post in (("ann", "p1"), ("ann", "p2"), ("bob", "p1"))
        for action in ("FAVORITE", "VIEW")
    ]
    ids, cursors = (
        re.findall(r':"([^"]+)"', http.post("/graphql", json=asked).text)
        for asked in ({"query": SEED, "variables": {"inputs": inputs}}, {"query": CURSORS})
    )
    return ["ann", "bob", *ids], cursors
