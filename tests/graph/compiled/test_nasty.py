"""Plans beside graphql-core over a nasty schema: equal to the byte, and in every call."""

from random import Random
from typing import Any

import pytest
from graphql import GraphQLSchema
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.compiled import nasty
from tests.support.compiled.differing import both, prepared
from tests.support.compiled.documents import Documents
from tests.support.compiled.whims import World

pytestmark = [
    # graphql-core leaves coroutines that it has cancelled before they began.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
SCHEMA: GraphQLSchema = nasty.build()._schema
DOCUMENTS = Documents(SCHEMA)
KINDS = ("query", "query", "mutation", "subscription")
#: How often resolvers do as they should: seldom, mostly, nearly always.
CALM = (0, 20, 200)


@settings(max_examples=60)
@given(number=st.integers(0, 2**32))
async def test_plans_answer_as_graphql_core_does(number: int) -> None:
    """Whatever resolvers do, whenever: data, errors, their order, and the order of all calls."""
    await _compare(number)


@pytest.mark.slow
@settings(max_examples=1200)
@given(number=st.integers(0, 2**48))
async def test_plans_answer_thousands_of_operations_as_graphql_core_does(number: int) -> None:
    """The same, for as many as half a minute allows."""
    await _compare(number)


@settings(max_examples=50)
@given(number=st.integers(0, 2**32), iterations=st.integers(0, 12))
async def test_what_is_given_up_ends_as_in_graphql_core(number: int, iterations: int) -> None:
    """Where nobody waits any more, as after a timeout, the same calls are broken off."""
    await _compare(number, iterations)


async def _compare(number: int, iterations: int | None = None) -> None:
    dice = Random(number)  # noqa: S311 (any dice will do)
    kind, calm = dice.choice(KINDS), dice.choice(CALM)
    case = DOCUMENTS.case(dice, kind)
    document = prepared(SCHEMA, case)
    if document is None:
        return

    def root(world: World) -> Any:
        return nasty.box(world, "s0") if kind == "subscription" else None

    core, plan = await both(
        SCHEMA, document, case.variables, lambda: World(number, calm), root, iterations
    )

    if plan.has_plan:
        assert plan.answer == core.answer, (case.text, case.variables)
        assert plan.trace == core.trace, (case.text, case.variables)
