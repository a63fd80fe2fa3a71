"""Inputs that cannot be read: one bad input of a batch stops no other, and is told in its place."""

import json
import time
from typing import Any

import pytest

from graph.config.settings import Settings
from tests.support.client import RECORD, RECORD_MANY, Caller, FixedClock
from tests.support.pasts import everything
from tests.support.serving import SECRET, serving

pytestmark = pytest.mark.either_database

GOOD = {"userId": "ann", "action": "VIEW", "postId": "p"}
_GOOD = '{userId: "ann", action: VIEW, postId: "p"}'
ERRORS = "errors { code field message }"
UNDO = (
    f"mutation ($input: UndoInteractionInput!) {{ undoInteraction(input: $input) {{ {ERRORS} }} }}"
)

#: What is put in place of an input's fields, and where that is told.
UNREADABLE: list[tuple[dict[str, Any], list[str]]] = [
    ({"occurredAt": "2026-11-20T12:00:00"}, ["occurredAt"]),
    ({"occurredAt": "2026-02-30T12:00:00Z"}, ["occurredAt"]),
    ({"occurredAt": "yesterday"}, ["occurredAt"]),
    ({"occurredAt": 1763640000}, ["occurredAt"]),
    ({"occurredAt": True}, ["occurredAt"]),
    ({"occurredAt": {"date": "2026-11-20"}}, ["occurredAt"]),
    ({"sentAt": ["2026-11-20T12:00:00Z"]}, ["sentAt"]),
    ({"userId": False}, ["userId"]),
    ({"userId": None, "userAlias": 1.5}, ["userAlias"]),
    ({"postId": {"id": "p"}}, ["postId"]),
    ({"postId": None, "target": {"kind": "POST", "id": True}}, ["target", "id"]),
    ({"eventId": ["e"]}, ["eventId"]),
    ({"context": {"recommendationId": 1.5}}, ["context", "recommendationId"]),
    ({"context": {"authorId": {"id": "zoe"}}}, ["context", "authorId"]),
    ({"context": {"authorAlias": True}}, ["context", "authorAlias"]),
]

#: What GraphQL itself refuses, and where that is told.
REFUSED: list[tuple[Any, list[str]]] = [
    ({**GOOD, "action": "LIKE"}, ["action"]),
    ({**GOOD, "action": 1}, ["action"]),
    ({**GOOD, "action": None}, ["action"]),
    ({"userId": "ann", "postId": "p"}, ["action"]),
    ({**GOOD, "post": "p"}, ["post"]),
    ({**GOOD, "undo": "yes"}, ["undo"]),
    ({**GOOD, "target": {"kind": "POST", "id": None}}, ["target", "id"]),
    ({**GOOD, "target": {"kind": "POST"}}, ["target", "id"]),
    ({**GOOD, "context": {"hashtags": ["a", 5]}}, ["context", "hashtags", "1"]),
    ({**GOOD, "context": {"hashtags": [None]}}, ["context", "hashtags", "0"]),
    ({**GOOD, "context": []}, ["context"]),
    ("ann", []),
    (None, []),
]


def literal(value: Any) -> str:
    """A value as GraphQL writes it, its actions and kinds as names."""
    match value:
        case dict():
            fields = (f"{name}: {_named(name, each)}" for name, each in value.items())
            return "{" + ", ".join(fields) + "}"
        case list():
            return "[" + ", ".join(map(literal, value)) + "]"
    return json.dumps(value)


def _named(name: str, value: Any) -> str:
    return value if name in ("action", "kind") and isinstance(value, str) else literal(value)


async def sent(caller: Caller, inputs: list[Any], way: str) -> dict[str, Any]:
    """The answer to a batch: its inputs in one variable, in one each, or written out."""
    if way == "one variable":
        return await caller.send(RECORD_MANY, inputs=inputs)
    fields = f"{{ results {{ outcome {ERRORS} }} }}"
    if way == "literals":
        given = literal(inputs)
        return await caller.send(f"mutation {{ recordInteractions(inputs: {given}) {fields} }}")
    variables = {f"v{number}": each for number, each in enumerate(inputs)}
    declared = ", ".join(f"${name}: RecordInteractionInput!" for name in variables)
    used = ", ".join(f"${name}" for name in variables)
    query = f"mutation ({declared}) {{ recordInteractions(inputs: [{used}]) {fields} }}"
    return await caller.send(query, **variables)


WAYS = ["one variable", "variables", "literals"]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("given", "field"), UNREADABLE)
async def test_what_cannot_be_read_rejects_its_input_alone(
    caller: Caller, given: dict[str, Any], field: list[str], way: str
) -> None:
    """An instant or an id of any other form is INVALID like other values; the others go on."""
    answer = await sent(caller, [GOOD, {**GOOD, **given}, GOOD], way)

    before, bad, after = answer["data"]["recordInteractions"]["results"]
    assert (before["outcome"], after["outcome"]) == ("CREATED", "CREATED")
    assert bad["outcome"] == "REJECTED"
    assert [(error["code"], error["field"]) for error in bad["errors"]] == [("INVALID", field)]
    assert await caller.counts("p") == {"VIEW": 2}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("refused", "field"), REFUSED)
async def test_what_graphql_refuses_is_told_in_its_place(
    caller: Caller, refused: Any, field: list[str], way: str
) -> None:
    """The request fails, and tells which input, where within it, and why; nothing is stored."""
    answer = await sent(caller, [GOOD, refused], way)

    (error,) = answer["errors"]
    (told,) = error["extensions"]["inputs"]
    assert error["extensions"]["code"] == "BAD_USER_INPUT"
    assert (told["index"], told["field"]) == (1, field)
    assert told["message"]
    assert "data" not in answer
    assert await caller.counts("p") == {}


@pytest.mark.parametrize("way", WAYS)
async def test_all_that_is_refused_is_told_at_once(caller: Caller, way: str) -> None:
    """So that a queue can drop those inputs and go on; what is judged by itself is not among it."""
    inputs = [
        {**GOOD, "action": "LIKE"},
        {**GOOD, "occurredAt": "yesterday"},
        GOOD,
        {**GOOD, "undo": 1, "extra": 2},
    ]

    (error,) = (await sent(caller, inputs, way))["errors"]

    places = [(told["index"], told["field"]) for told in error["extensions"]["inputs"]]
    assert sorted(places) == [(0, ["action"]), (3, ["extra"]), (3, ["undo"])]


async def test_a_hundred_bad_inputs_are_all_told(caller: Caller) -> None:
    """More than GraphQL itself would count."""
    inputs = [{**GOOD, "action": "LIKE"} for _ in range(100)]

    (error,) = await caller.errors(RECORD_MANY, inputs=inputs)

    assert [told["index"] for told in error["extensions"]["inputs"]] == list(range(100))


@pytest.mark.parametrize("query", [RECORD, UNDO])
async def test_single_inputs_are_judged_alike(caller: Caller, query: str) -> None:
    """What is unread is rejected in the payload; what is refused has the index 0."""
    given = {"userId": "ann", "action": "FAVORITE", "postId": "p"}

    (payload,) = (await caller.data(query, input={**given, "postId": True})).values()
    (error,) = await caller.errors(query, input={**given, "action": "LIKE"})

    assert [(each["code"], each["field"]) for each in payload["errors"]] == [
        ("INVALID", ["postId"])
    ]
    assert [(each["index"], each["field"]) for each in error["extensions"]["inputs"]] == [
        (0, ["action"])
    ]


async def test_variables_within_a_literal_are_judged_in_its_place(caller: Caller) -> None:
    """A variable that stands for one field of an input is that input's."""
    query = """mutation ($at: DateTime, $post: ID, $action: ActionType!) {
    recordInteractions(inputs: [
      {userId: "ann", action: VIEW, postId: "p"}
      {userId: "ann", action: $action, postId: $post, occurredAt: $at}
    ]) { results { outcome errors { field } } } }"""
    bad = {"at": "yesterday", "post": True}

    data = await caller.data(query, action="VIEW", **bad)
    (error,) = await caller.errors(query, action="LIKE", **bad)

    assert data["recordInteractions"]["results"] == [
        {"outcome": "CREATED", "errors": []},
        {"outcome": "REJECTED", "errors": [{"field": ["postId"]}, {"field": ["occurredAt"]}]},
    ]
    assert [(each["index"], each["field"]) for each in error["extensions"]["inputs"]] == [
        (1, ["action"])
    ]


@pytest.mark.parametrize(
    ("default", "field"),
    [
        ('{userId: "ann", action: LIKE, postId: "p"}', ["action"]),
        ('{userId: "ann", action: VIEW, postId: "p", undo: 1}', ["undo"]),
        (
            '{userId: "ann", action: VIEW, postId: "p", context: {recommended: "x"}}',
            [
                "context",
                "recommended",
            ],
        ),
        ('{userId: "ann", postId: "p"}', ["action"]),
    ],
)
async def test_what_is_refused_of_a_default_is_told_in_its_place(
    caller: Caller, default: str, field: list[str]
) -> None:
    """A variable's default stands for its value: of one input, of a list, and within a literal."""
    one = f"mutation ($i: RecordInteractionInput! = {default})"
    single = f"{one} {{ recordInteraction(input: $i) {{ outcome }} }}"
    second = f"{one} {{ recordInteractions(inputs: [{_GOOD}, $i]) {{ results {{ outcome }} }} }}"
    many = (
        f"mutation ($i: [RecordInteractionInput!]! = [{_GOOD}, {default}])"
        "{ recordInteractions(inputs: $i) { results { outcome } } }"
    )

    for query, index in ((single, 0), (second, 1), (many, 1)):
        (error,) = await caller.errors(query)

        (told,) = error["extensions"]["inputs"]
        assert error["extensions"]["code"] == "BAD_USER_INPUT"
        assert (told["index"], told["field"]) == (index, field)
    assert await caller.counts("p") == {}


async def test_what_cannot_be_read_of_a_default_is_judged(caller: Caller) -> None:
    """An instant of another form rejects its own input, and the others go on."""
    query = f"""mutation ($at: DateTime = "yesterday") {{ recordInteractions(inputs: [
      {_GOOD} {{userId: "ann", action: VIEW, postId: "p", occurredAt: $at}}
    ]) {{ results {{ outcome errors {{ field }} }} }} }}"""

    data = await caller.data(query)

    assert data["recordInteractions"]["results"] == [
        {"outcome": "CREATED", "errors": []},
        {"outcome": "REJECTED", "errors": [{"field": ["occurredAt"]}]},
    ]


async def test_a_variable_that_stands_elsewhere_too_is_refused(caller: Caller) -> None:
    """What is unread may not reach a field that takes it for an id."""
    query = """mutation ($post: ID!) { recordInteraction(input: {
      userId: "ann", action: VIEW, postId: $post}) {
        post { statesOf(userId: $post) } } }"""

    (error,) = await caller.errors(query, post=True)

    assert error["message"].startswith("Variable '$post' has invalid value")


@pytest.mark.parametrize(
    "query",
    [
        'query { activityStats(since: "yesterday") { total } }',
        'query { interactions(filter: {since: "yesterday"}) { totalCount } }',
        "query { post(id: true) { postId } }",
        "query { posts(ids: [1.5]) { postId } }",
        "mutation { setPrivacy(input: {userId: true, level: FULL}) { dryRun } }",
    ],
)
async def test_elsewhere_what_cannot_be_read_is_refused(caller: Caller, query: str) -> None:
    """As arguments of queries and other mutations, instants and ids fail the request."""
    (error,) = await caller.errors(query)

    assert error["extensions"] == {"code": "BAD_USER_INPUT"}


async def test_messages_hold_no_user_id(caller: Caller) -> None:
    """What was sent in place of an id, and whole inputs, go unquoted."""
    unread = {**GOOD, "userId": {"id": "ann-the-user"}, "context": {"authorId": ["zoe-the-user"]}}
    refused = {**GOOD, "userId": "ann-the-user", "action": {"user": "ann-the-user"}}

    answers = [await caller.send(RECORD, input=each) for each in (unread, refused)]

    assert "the-user" not in json.dumps(answers)
    assert "the-user" not in repr(await everything(caller.url))


@pytest.mark.parametrize("compiled", [True, False])
async def test_plans_and_graphql_core_answer_the_same(
    database_url: str, clock: FixedClock, compiled: bool
) -> None:
    """Byte for byte, the first time and when there is a plan."""
    inputs = [
        {**GOOD, "eventId": "e"},
        {**GOOD, "occurredAt": "yesterday"},
        {**GOOD, "postId": {"id": 1}},
    ]
    body = {"query": RECORD_MANY, "variables": {"inputs": inputs}}
    settings = Settings(database_url, SECRET, compile=compiled)

    async with serving(settings, clock) as caller:
        answers = [(await caller.http.post("/graphql", json=body)).content for _ in range(4)]

    assert answers[1:] == [answers[1]] * 3
    outcomes = [
        each["outcome"] for each in json.loads(answers[1])["data"]["recordInteractions"]["results"]
    ]
    assert outcomes == ["UNCHANGED", "REJECTED", "REJECTED"]


@pytest.mark.parametrize(
    "value",
    ["cannot represent" * 20_000, "cannot represent " * 20_000, "1" * 300_000, ", found" * 40_000],
)
@pytest.mark.parametrize("name", ["occurredAt", "action"])
async def test_long_values_take_no_long_time(caller: Caller, name: str, value: str) -> None:
    """Nothing is searched to and fro in them, and what is told of them is short."""
    begun = time.process_time()

    answer = await caller.http.post(
        "/graphql",
        json={"query": RECORD_MANY, "variables": {"inputs": [{**GOOD, name: value}] * 10}},
    )

    assert time.process_time() - begun < 2
    assert len(answer.content) < 10_000


async def test_more_than_a_thousand_inputs_are_refused_as_a_whole(caller: Caller) -> None:
    """Also where they cannot be read: they are not read one by one."""
    errors = await caller.errors(RECORD_MANY, inputs=[{**GOOD, "postId": True}] * 1001)

    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    assert "inputs" not in errors[0]["extensions"]
