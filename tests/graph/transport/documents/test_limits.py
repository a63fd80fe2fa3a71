"""Limits of documents: each exact, counted with fragments expanded, on every transport."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest
from graphql import GraphQLError, get_introspection_query

from graph.transport.documents.documents import Documents
from graph.transport.documents.limits import Limits
from graph.transport.requests import Invalid
from tests.support.client import Caller, FixedClock
from tests.support.live.clients import TRANSPORTS, serving_streams
from tests.support.serving import Settling
from tests.support.shared.documents import plain_schema

Growth = Callable[[int], str]
TOO_MANY_TOKENS = "the document has more than {} tokens or comments"


def _times(text: str) -> Growth:
    """The text many times, each `%` in it replaced by a number."""
    return lambda count: " ".join(text.replace("%", str(number)) for number in range(count))


def _within(before: str, grown: Growth, after: str) -> Growth:
    return lambda count: before + grown(count) + after


def _deep(depth: int) -> str:
    """Fields within each other, so many levels of them."""
    levels = ["post(id: 1)", *["stats", "post"] * depth][: depth - 1]
    return "{" + "{".join([*levels, "postId"]) + "}" * depth


def _broad(fields: int) -> str:
    """So many fields, of which no selection holds more than 70 and one in 20 has an alias."""
    whole, rest = divmod(fields, 20)
    blocks = [f"a{each}: post(id: 1) {{ {'id ' * 19}}}" for each in range(whole)]
    return "{ " + " ".join(blocks) + " __typename" * rest + " }"


GROWN: dict[str, Growth] = {
    "operations": _times("query q% { __typename }"),
    "directives": _within("{ ", _times("__typename @include(if: true)"), " }"),
    "depth": _deep,
    "aliases": _within("{ ", _times("a%: __typename"), " }"),
    "selection_fields": _within("{ ", _times("__typename"), " }"),
    "fields": _broad,
}
NAMES = {
    "operations": "operations",
    "directives": "directives",
    "depth": "levels of fields",
    "aliases": "aliases",
    "selection_fields": "fields in one selection",
    "fields": "fields",
}


async def _refusals(document: str, limits: Limits) -> list[str]:
    """Why a document is beyond the limits; nothing if it is valid within them."""
    errors = await _errors(document, limits)
    assert all(error.extensions == {"code": "TOO_COMPLEX"} for error in errors), errors
    return [error.message for error in errors]


async def _errors(document: str, limits: Limits) -> Sequence[GraphQLError]:
    try:
        await Documents(plain_schema(), limits, introspection=True).prepare(document)
    except Invalid as invalid:
        return invalid.errors
    return ()


@pytest.mark.parametrize("name", GROWN)
@pytest.mark.parametrize("few", [True, False])
async def test_a_limit_is_the_most_that_is_taken(name: str, few: bool) -> None:
    """A document with as many as the limit passes; one more is told, with both numbers."""
    limits = replace(Limits(), **{name: 3}) if few else Limits()
    limit = getattr(limits, name)

    within = await _refusals(GROWN[name](limit), limits)
    beyond = await _refusals(GROWN[name](limit + 1), limits)

    assert within == []
    assert beyond == [f"the document has {limit + 1} {NAMES[name]}; allowed are {limit}"]


@pytest.mark.parametrize("limit", [13, 2000])
async def test_tokens_are_counted_while_they_are_read(limit: int) -> None:
    """Every lexical token counts; a document with one more than the limit is read no further."""
    limits = replace(Limits(), tokens=limit)
    grown = _within("{ posts(ids: [", _times("1"), "]) { id } }")

    assert await _refusals(grown(limit - 12), limits) == []
    assert await _refusals(grown(limit - 11), limits) == [TOO_MANY_TOKENS.format(limit)]


@pytest.mark.parametrize("limit", [5, 2000])
async def test_comments_are_limited_like_tokens(limit: int) -> None:
    """They are counted for themselves, to the same limit."""
    limits = replace(Limits(), tokens=limit)
    grown = _within("", lambda count: "# a comment\n" * count, "{ __typename }")

    assert await _refusals(grown(limit), limits) == []
    assert await _refusals(grown(limit + 1), limits) == [TOO_MANY_TOKENS.format(limit)]


@pytest.mark.parametrize(
    "document",
    [
        """
        { post(id: 1) { ...A ... on Post { ... @include(if: true) { ...B } } } }
        fragment A on Post { a: id postId ...B }
        fragment B on Post { b: id stats { c: postId } }
        """,
        """
        { ...Q } fragment Q on Query { post(id: 1) { ...A ...B } }
        fragment B on Post { b: id stats { c: postId } }
        fragment A on Post { a: id postId ... { ...B } }
        """,
        "{ post(id: 1) { a: id postId b: id stats { c: postId } b: id stats { c: postId } } }",
    ],
)
async def test_fragments_are_counted_written_out(document: str) -> None:
    """Wherever and however often one is spread, each of its fields counts each time."""
    exact = replace(Limits(), depth=3, aliases=5, selection_fields=6, fields=9)
    less = replace(Limits(), depth=2, aliases=4, selection_fields=5, fields=8)

    assert await _refusals(document, exact) == []
    assert await _refusals(document, less) == [
        "the document has 3 levels of fields; allowed are 2",
        "the document has 5 aliases; allowed are 4",
        "the document has 6 fields in one selection; allowed are 5",
        "the document has 9 fields; allowed are 8",
    ]


async def test_each_operation_is_counted_for_itself() -> None:
    """Many operations in a document each have the whole limit; the largest is told."""
    limits = replace(Limits(), fields=2)
    small, large = "query a { __typename }", "query b { __typename ... { __typename } }"

    assert await _refusals(small + large, limits) == []
    assert await _refusals(large + small, replace(limits, fields=1)) == [
        "the document has 2 fields; allowed are 1"
    ]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("{ ...A } fragment A on Query { ...A }", "Cannot spread fragment 'A' within itself."),
        (
            "{ ...A } fragment A on Query { ...B } fragment B on Query { ... { ...A } }",
            "Cannot spread fragment 'A' within itself via 'B'.",
        ),
        (
            "{ post(id: 1) { ...A } } fragment A on Post { stats { post { ...A } } }",
            "Cannot spread fragment 'A' within itself.",
        ),
    ],
)
async def test_a_fragment_within_itself_is_invalid(document: str, message: str) -> None:
    """It has no end to count, so it is refused as what it is."""
    errors = await _errors(document, Limits())

    assert [(error.message, error.extensions) for error in errors] == [(message, {})]


@pytest.mark.parametrize("all_of_it", [True, False])
@pytest.mark.parametrize("name", ["IntrospectionQuery", None])
async def test_clients_may_ask_for_the_schema(
    caller: Caller, all_of_it: bool, name: str | None
) -> None:
    """Introspection as tools and GraphiQL send it, with every option, is within the defaults."""
    query = get_introspection_query(
        descriptions=True,
        specified_by_url=all_of_it,
        directive_is_repeatable=all_of_it,
        schema_description=all_of_it,
        input_value_deprecation=all_of_it,
        one_of=all_of_it,
    )
    sent = {"query": query, "operationName": name}
    answer = (await caller.http.post("/graphql", json=sent)).json()

    assert "errors" not in answer
    assert answer["data"]["__schema"]["queryType"]["name"] == "Query"


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_limits_are_settings_of_every_transport(
    settings: Settling, clock: FixedClock, transport: str
) -> None:
    """An operator's limits hold over HTTP, server-sent events and WebSocket alike."""
    limits = Limits(
        tokens=30, operations=1, directives=1, depth=3, aliases=1, selection_fields=3, fields=5
    )
    async with serving_streams(settings(limits=replace(limits, rows=2)), clock) as live:
        for name in GROWN:
            limit = getattr(limits, name)
            error = {
                "message": f"the document has {limit + 1} {NAMES[name]}; allowed are {limit}",
                "extensions": {"code": "TOO_COMPLEX"},
            }
            assert error in await live.errors(transport, GROWN[name](limit + 1))
        (tokens,) = await live.errors(transport, "{" + "__typename " * 30 + "}")
        (rows,) = await live.errors(transport, "{ posts(ids: [1, 2, 3]) { id } }")

    assert tokens["message"] == TOO_MANY_TOKENS.format(30)
    assert rows["message"] == "the operation could touch 3 rows; allowed are 2"
    assert tokens["extensions"] == rows["extensions"] == {"code": "TOO_COMPLEX"}
