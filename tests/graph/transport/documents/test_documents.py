"""Documents: kept once they are valid, and telling nothing of the schema where that is hidden."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from graphql import get_introspection_query

from graph.compiled.slices import Slices
from graph.transport.documents.documents import CACHED_LENGTH, SHORT, Documents
from graph.transport.documents.limits import Limits
from graph.transport.requests import Invalid
from tests.support.client import Caller, FixedClock
from tests.support.serving import Settling, serving
from tests.support.shared.documents import plain_schema

DISABLED = "GraphQL introspection has been disabled, but the requested query contained the field "
RECORD = """mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { outcome }
}"""


@pytest.fixture
async def reticent(settings: Settling, clock: FixedClock) -> AsyncIterator[Caller]:
    """A caller of a server that does not tell its schema."""
    async with serving(settings(introspection=False), clock) as caller:
        yield caller


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("{ __schema { queryType { name } } }", "__schema"),
        ('{ __type(name: "Query") { name } }', "__type"),
        ("{ a: __schema { types { name } } }", "__schema"),
        ("{ ...F } fragment F on Query { __schema { types { name } } }", "__schema"),
        ("{ ... @include(if: false) { __schema { types { name } } } }", "__schema"),
        (get_introspection_query(), "__schema"),
    ],
    ids=lambda value: str(value)[:50],
)
async def test_a_server_can_keep_its_schema_to_itself(
    reticent: Caller, query: str, field: str
) -> None:
    """Without introspection `__schema` and `__type` are refused, wherever they stand."""
    errors = await reticent.errors(query)

    assert errors[0]["message"] == f"{DISABLED}'{field}'."
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}


async def test_the_name_of_a_type_is_no_secret(reticent: Caller) -> None:
    """`__typename`, which clients add to everything, is answered without introspection."""
    data = await reticent.data('{ __typename post(id: "p1") { __typename } }')

    assert data == {"__typename": "Query", "post": {"__typename": "Post"}}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ('{ pots(id: "p1") { id } }', {}),
        ('{ post(id: "p1") { postIdd } }', {}),
        ('{ node(id: "p1") { postId } }', {}),
        ("mutation { recordInteractio { outcome } }", {}),
        ('{ post(idd: "p1") { id } }', {}),
        ("{ __typename @include(iff: true) }", {}),
        ("query ($a: RecordInteractionInputt) { __typename }", {}),
        ("{ ... on Querry { __typename } }", {}),
        ("fragment F on Postt { id } { __typename ...F }", {}),
        ('{ targetStats(kind: HASHTAGG, id: "a") { counts { count } } }', {}),
        ("{ interactions(filter: {actons: [VIEW]}) { totalCount } }", {}),
        ("{ interactions(filter: {actions: [VIEWS]}) { totalCount } }", {}),
        ('mutation { recordInteraction(input: {actio: VIEW, userId: "a"}) { outcome } }', {}),
        (RECORD, {"input": {"action": "VIEWS", "userId": "a", "postId": "p1"}}),
        (RECORD, {"input": {"action": "VIEW", "userIdd": "a", "postId": "p1"}}),
        (RECORD, {"input": {"action": "VIEW", "userId": "a", "target": {"kin": "POST"}}}),
        ("query ($a: TargetKind = HASHTAGG) { __typename }", {}),
    ],
)
async def test_mistyped_names_are_completed_only_where_the_schema_is_told(
    reticent: Caller, caller: Caller, query: str, variables: dict[str, object]
) -> None:
    """Suggestions would spell out the schema that introspection does not tell."""
    suggested = await caller.errors(query, **variables)
    plain = await reticent.errors(query, **variables)

    assert "Did you mean" in str(suggested)
    assert "Did you mean" not in str(plain)
    assert {error["extensions"]["code"] for error in plain} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("length", [20, SHORT + 1, CACHED_LENGTH])
async def test_a_valid_document_is_prepared_once(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same text is the same prepared document, until others as long as are kept came."""
    monkeypatch.setattr("graph.transport.documents.documents.CACHED", length + 60)
    documents = _documents()
    text = "{ __typename }".ljust(length)

    first = await documents.prepare(text)
    for number in range(2):
        await documents.prepare(f"{{ b{number}: __typename }}")
    again = await documents.prepare(text)
    for number in range(3):
        await documents.prepare(f"{{ a{number}: __typename }}".ljust(30))
    later = await documents.prepare(text)

    assert first is again
    assert first is not later


async def test_those_who_waited_for_a_slice_with_the_same_document_share_it() -> None:
    """Many clients begin with the same operation at once, as when a server was started anew."""
    text, other = "{ __typename }", "{ a: __typename }"
    documents = Documents(plain_schema(), Limits(), True, Slices(0.0))

    _, first, second = await asyncio.gather(*map(documents.prepare, (other, text, text)))

    assert first is second


async def test_a_very_long_document_is_not_cached() -> None:
    """What is kept is bounded in its length too."""
    documents = _documents()
    text = "{ __typename }".ljust(CACHED_LENGTH + 1)

    assert await documents.prepare(text) is not await documents.prepare(text)


@pytest.mark.parametrize("length", [0, SHORT + 1])
async def test_an_invalid_document_is_refused_each_time(length: int) -> None:
    """What is wrong is told again when it comes again, beside the loop or not."""
    documents = _documents()
    for _ in range(2):
        with pytest.raises(Invalid) as refused:
            await documents.prepare("{ nothing }".ljust(length))
        (error,) = refused.value.errors
        assert error.message == "Cannot query field 'nothing' on type 'Query'."


def _documents() -> Documents:
    return Documents(plain_schema(), Limits(), introspection=True)
