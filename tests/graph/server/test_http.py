"""GraphQL over HTTP: which requests become operations, and in what form all are answered."""

import json
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.client import Caller

pytestmark = pytest.mark.either_database

JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
BODY_LIMIT = 4 * 1024 * 1024
NAME = "{ __typename }"
PAIR = "query a { __typename } query b { actionTypes { action } }"
SNOWFLAKE = '{ post(id: "1234567890123456789") { postId } }'
READ = "query ($id: ID!) { post(id: $id) { postId } }"
VIEW = '{ recordInteraction(input: {userId: "ann", action: VIEW, postId: "p1"}) { outcome } }'
DEEP = "[" * 10_000 + "]" * 10_000
LONG = "9" * 6000
NO_JSON = "the body must be JSON: "
NO_OBJECT = "the body must be a JSON object"
NO_QUERY = "`query` must be a text that holds a GraphQL document"


def _operation(query: str, **others: Any) -> bytes:
    return json.dumps({"query": query, **others}).encode()


async def _post(
    caller: Caller, body: bytes, accept: str = JSON, content_type: str = JSON
) -> httpx.Response:
    headers = {"Accept": accept, "Content-Type": content_type}
    return await caller.http.post("/graphql", content=body, headers=headers)


def _refusal(answer: httpx.Response, status: int, media: str = JSON) -> str:
    """The message of the one error that is all that was answered."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    body = answer.json()
    assert list(body) == ["errors"]
    (error,) = body["errors"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT"}
    return str(error["message"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", NO_JSON),
        (b"{", NO_JSON),
        (b'{"query": "\xff"}', NO_JSON),
        (b'{"query": "{ __typename }", "variables": {"a": NaN}}', NO_JSON),
        (b'{"query": "{ __typename }", "variables": {"a": "\\ud800"}}', NO_JSON),
        (_operation(NAME, variables={"a": "?"}).replace(b'"?"', LONG.encode()), NO_JSON),
        (_operation(NAME, variables={"a": "?"}).replace(b'"?"', DEEP.encode()), NO_JSON),
        (DEEP.encode(), NO_JSON),
        (_operation(SNOWFLAKE)[:-1], NO_JSON + "Expecting ',' delimiter"),
        (_operation(SNOWFLAKE)[:-1] + b',"a":NaN}', NO_JSON + "NaN is no number"),
        (_operation(SNOWFLAKE)[:-1] + b',"a":1e400}', NO_JSON + "1e400 is no number"),
        (_operation(SNOWFLAKE).replace(b"Id", b"\xff"), NO_JSON + "it is not UTF-8"),
        (b"\xef\xbb\xbf" + _operation(SNOWFLAKE), NO_JSON + "Unexpected UTF-8 BOM"),
        (_operation(SNOWFLAKE, variables={"a": "?"}).replace(b'"?"', DEEP.encode()), NO_JSON),
        (b"null", NO_OBJECT),
        (b"1", NO_OBJECT),
        (b'"{ __typename }"', NO_OBJECT),
        (b'[{"query": "{ __typename }"}]', NO_OBJECT),
        (b"{}", NO_QUERY),
        (b'{"query": ["{ __typename }"]}', NO_QUERY),
        (_operation(NAME, variables=[]), "`variables` must be an object"),
        (_operation(NAME, operationName=1), "`operationName` must be a text"),
        (_operation(NAME, extensions=[]), "`extensions` must be an object"),
    ],
    ids=lambda value: str(value)[:50],
)
@pytest.mark.parametrize("accept", [JSON, GRAPHQL])
async def test_a_body_that_is_no_request_is_refused(
    caller: Caller, body: bytes, message: str, accept: str
) -> None:
    """What is no JSON, or JSON of another shape, is a 400 in every form and says what is wrong."""
    answer = await _post(caller, body, accept)

    assert _refusal(answer, 400, accept).startswith(message)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (_operation("{ nod }"), "Cannot query field 'nod' on type 'Query'. Did you mean 'node'"),
        (_operation("{ interactions(last: true) { totalCount } }"), "Int cannot represent non-int"),
        (_operation(READ), "Variable '$id' has invalid value: Expected a value of non-null type"),
        (_operation(READ, variables={"id": []}), "Variable '$id' has invalid value: ID cannot"),
        (_operation("{"), "Syntax Error: Expected Name, found <EOF>."),
        (_operation(PAIR), "the document must hold exactly one operation, or `operationName`"),
        (_operation(PAIR, operationName="c"), "the document holds no operation named 'c'"),
    ],
    ids=lambda value: str(value)[:50],
)
@pytest.mark.parametrize(("accept", "status"), [(JSON, 200), (GRAPHQL, 400)])
async def test_a_request_that_cannot_be_executed_says_why(
    caller: Caller, body: bytes, message: str, accept: str, status: int
) -> None:
    """It is a 400 for those who know the media type, else a 200; `data` is absent in both."""
    answer = await _post(caller, body, accept)

    assert _refusal(answer, status, accept).startswith(message)


async def test_a_document_beyond_the_limits_says_so(caller: Caller) -> None:
    """It is refused as one that cannot be executed, with a code of its own."""
    answer = await _post(caller, _operation("{ a" * 10_000 + " }" * 10_000))

    assert answer.status_code == 200
    assert answer.json() == {
        "errors": [
            {
                "message": "the document is nested too deeply",
                "extensions": {"code": "TOO_COMPLEX"},
            }
        ]
    }


async def test_a_client_of_persisted_documents_is_told_to_send_them(caller: Caller) -> None:
    """A hash instead of a document is answered as Apollo's clients know it."""
    hashed = {"extensions": {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}}
    answer = await _post(caller, json.dumps(hashed).encode())

    (error,) = answer.json()["errors"]
    assert answer.status_code == 200
    assert error["message"] == "PersistedQueryNotSupported"
    assert error["extensions"] == {"code": "PERSISTED_QUERY_NOT_SUPPORTED"}


@pytest.mark.parametrize("argument", ["first: {}", "filter: {{since: {}}}", "last: -{}"])
async def test_a_number_of_6000_digits_in_the_document_is_the_client_s_mistake(
    caller: Caller, argument: str
) -> None:
    """However long a literal is, it is refused as input and not masked as a fault of the server."""
    query = f"{{ interactions({argument.format(LONG)}) {{ nodes {{ id }} }} }}"

    assert _refusal(await _post(caller, _operation(query)), 200)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/graphql", "multipart/form-data", "", "x" * 100]
)
async def test_another_content_type_is_refused(caller: Caller, content_type: str) -> None:
    """What is not said to be JSON is a 415, which keeps other sites' forms out."""
    answer = await _post(caller, _operation(f"mutation {VIEW}"), content_type=content_type)

    assert _refusal(answer, 415) == f"got Content-Type '{content_type[:64]}'; allowed is {JSON}"
    assert await caller.counts("p1") == {}


async def test_a_content_type_in_capitals_and_with_a_charset_is_json(caller: Caller) -> None:
    """Media types have no case, and their parameters do not matter."""
    answer = await _post(caller, _operation(NAME), content_type="APPLICATION/JSON; Charset=UTF-8")

    assert answer.json() == {"data": {"__typename": "Query"}}


async def test_a_body_holds_up_to_4_mib(caller: Caller) -> None:
    """4 MiB are taken; one byte more is a 413."""
    whole = await _post(caller, _operation(NAME).ljust(BODY_LIMIT))
    over = await _post(caller, _operation(NAME).ljust(BODY_LIMIT + 1))

    assert whole.json() == {"data": {"__typename": "Query"}}
    assert _refusal(over, 413) == "the body is larger than 4194304 bytes"


async def test_the_named_one_of_several_operations_is_executed(caller: Caller) -> None:
    """`operationName` chooses, in a body and in an address."""
    sent = await _post(caller, _operation(PAIR, operationName="a"))
    got = await caller.http.get("/graphql", params={"query": PAIR, "operationName": "a"})

    assert sent.json() == got.json() == {"data": {"__typename": "Query"}}


async def test_get_executes_queries(caller: Caller) -> None:
    """A query's document and variables may stand in the address."""
    params = {"query": READ, "variables": '{"id": "é"}'}

    answer = await caller.http.get("/graphql", params=params)

    assert answer.json() == {"data": {"post": {"postId": "é"}}}


async def test_a_get_that_is_no_request_is_refused(caller: Caller) -> None:
    """Addresses are held to the same rules as bodies."""
    without = await caller.http.get("/graphql")
    wrong = await caller.http.get("/graphql", params={"query": NAME, "variables": "[]"})

    assert _refusal(without, 400) == NO_QUERY
    assert _refusal(wrong, 400) == "`variables` must be an object"


async def test_get_executes_no_mutation(caller: Caller) -> None:
    """What changes something is a 405 that names POST, and changes nothing."""
    answer = await caller.http.get("/graphql", params={"query": f"mutation {VIEW}"})

    assert _refusal(answer, 405) == "GET executes queries alone; send mutations by POST"
    assert answer.headers["allow"] == "POST"
    assert await caller.counts("p1") == {}


async def test_put_is_not_served(caller: Caller) -> None:
    """Methods that GraphQL has no use for are a 405 that names those it has."""
    answer = await caller.http.put("/graphql", json={"query": NAME})

    assert answer.status_code == 405
    assert set(answer.headers["allow"].split(", ")) == {"GET", "HEAD", "POST"}


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        (JSON, JSON),
        (f"{GRAPHQL};q=0, {JSON}", JSON),
        (GRAPHQL, GRAPHQL),
        (GRAPHQL.upper(), GRAPHQL),
        (f"{GRAPHQL}, {JSON};q=0.9", GRAPHQL),
    ],
)
async def test_a_client_gets_the_media_type_it_accepts(
    caller: Caller, accept: str, media: str
) -> None:
    """An operation that was executed is a 200 with `data`, whatever its fields came to."""
    fine = await _post(caller, _operation(NAME), accept)
    failed = await _post(caller, _operation('{ post(id: "") { id } }'), accept)

    assert fine.status_code == failed.status_code == 200
    for answer in (fine, failed):
        assert answer.headers["content-type"] == f"{media}; charset=utf-8"
    assert fine.json() == {"data": {"__typename": "Query"}}
    (error,) = failed.json()["errors"]
    assert failed.json()["data"] is None
    assert error["path"] == ["post"]
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "id"}


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
_REQUESTS = st.fixed_dictionaries(
    {"query": st.sampled_from([NAME, PAIR, READ, f"mutation {VIEW}"]) | st.text()},
    optional={"variables": st.dictionaries(st.just("id"), _VALUES) | _VALUES},
)


@given(body=st.binary() | (_REQUESTS | _VALUES).map(lambda value: json.dumps(value).encode()))
async def test_no_body_makes_the_server_fail(caller: Caller, body: bytes) -> None:
    """Whatever is sent, the answer is no 500, and each of its errors is the client's."""
    answer = await _post(caller, body, GRAPHQL)

    assert answer.status_code in (200, 400)
    for error in answer.json().get("errors", []):
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
