"""Bad input to recording: rejected in words that help, and nothing of it stored."""

import pytest

from tests.support.client import Caller

pytestmark = pytest.mark.either_database

ANN = {"userId": "ann"}


@pytest.mark.parametrize(
    ("input", "code", "field"),
    [
        ({"action": "VIEW", "postId": "p"}, "MISSING", ["userId"]),
        ({**ANN, "userAlias": "u_0123456789abcdef"}, "INVALID", ["userAlias"]),
        ({"userAlias": "ann"}, "INVALID", ["userAlias"]),
        ({"userAlias": "u_0123456789ABCDEF"}, "INVALID", ["userAlias"]),
        ({"userId": ""}, "INVALID", ["userId"]),
        ({"userId": "a" * 256}, "TOO_LONG", ["userId"]),
        ({"userId": "a\nb"}, "INVALID", ["userId"]),
        ({**ANN, "postId": None}, "MISSING", ["postId"]),
        ({**ANN, "target": {"kind": "POST", "id": "p"}}, "INVALID", ["target"]),
        ({**ANN, "postId": ""}, "INVALID", ["postId"]),
        ({**ANN, "postId": "p" * 256}, "TOO_LONG", ["postId"]),
        ({**ANN, "postId": "p\u0007"}, "INVALID", ["postId"]),
        ({**ANN, "action": "PROFILE_VISIT"}, "WRONG_TARGET", ["postId"]),
        (
            {**ANN, "postId": None, "target": {"kind": "GROUP", "id": "g"}},
            "WRONG_TARGET",
            ["target", "kind"],
        ),
        (
            {
                **ANN,
                "action": "CIRCLE_UPDATE",
                "postId": None,
                "target": {"kind": "CIRCLE", "id": "outermost"},
            },
            "INVALID",
            ["target", "id"],
        ),
        (
            {
                **ANN,
                "action": "HASHTAG_USE",
                "postId": None,
                "target": {"kind": "HASHTAG", "id": "#"},
            },
            "INVALID",
            ["target", "id"],
        ),
        (
            {
                **ANN,
                "action": "HASHTAG_USE",
                "postId": None,
                "target": {"kind": "HASHTAG", "id": "ß" * 200},
            },
            "TOO_LONG",
            ["target", "id"],
        ),
        ({**ANN, "undo": True}, "NOT_ALLOWED", ["action"]),
        ({**ANN, "eventId": "e" * 129}, "TOO_LONG", ["eventId"]),
        ({**ANN, "eventId": ""}, "INVALID", ["eventId"]),
        ({**ANN, "context": {"source": "s" * 65}}, "TOO_LONG", ["context", "source"]),
        ({**ANN, "context": {"contentType": "c" * 65}}, "TOO_LONG", ["context", "contentType"]),
        ({**ANN, "context": {"authorId": "a" * 256}}, "TOO_LONG", ["context", "authorId"]),
        ({**ANN, "context": {"authorId": ""}}, "INVALID", ["context", "authorId"]),
        ({**ANN, "context": {"authorAlias": "zoe"}}, "INVALID", ["context", "authorAlias"]),
        (
            {**ANN, "context": {"authorId": "zoe", "authorAlias": f"u_{'0' * 32}"}},
            "INVALID",
            ["context", "authorAlias"],
        ),
        ({**ANN, "context": {"hashtags": ["h"] * 31}}, "TOO_MANY", ["context", "hashtags"]),
        (
            {**ANN, "context": {"hashtags": ["h", "x" * 101]}},
            "TOO_LONG",
            ["context", "hashtags", "1"],
        ),
        ({**ANN, "context": {"metadata": "m" * 4095}}, "TOO_LONG", ["context", "metadata"]),
    ],
)
async def test_bad_input_is_rejected_by_field_and_nothing_is_stored(
    caller: Caller, input: dict[str, object], code: str, field: list[str]
) -> None:
    """Each rejection names the field's path, and leaves no trace."""
    payload = await caller.record(**{"action": "VIEW", "postId": "p", **input})

    assert payload["outcome"] == "REJECTED"
    assert payload["interaction"] is None
    assert [(error["code"], error["field"]) for error in payload["errors"]] == [(code, field)]
    data = await caller.data("{ interactions { nodes { id } } }")
    assert data["interactions"]["nodes"] == []


@pytest.mark.parametrize("literal", ["1e999", "[-1e999]", "9" * 6000, "9" * 20])
async def test_metadata_that_json_cannot_hold_is_rejected(caller: Caller, literal: str) -> None:
    """A number that would be stored as another, or as null, is INVALID."""
    data = await caller.data(
        f"""mutation {{ recordInteraction(input: {{
              userId: "ann", action: VIEW, postId: "p", context: {{metadata: {literal}}}
            }}) {{ errors {{ code field }} }} }}"""
    )

    error = {"code": "INVALID", "field": ["context", "metadata"]}
    assert data["recordInteraction"]["errors"] == [error]
    assert await caller.counts("p") == {}


async def test_messages_say_what_is_allowed_and_never_quote_a_user_id(caller: Caller) -> None:
    """A rejected post id is quoted, cut at 64 characters; a rejected user id is not."""
    payload = await caller.record(userId="a\nsecret", action="VIEW", postId="p" * 300)

    assert [error["message"] for error in payload["errors"]] == [
        "got 8 characters; allowed are 1 to 255 characters without control characters",
        f"got '{'p' * 64}…', 300 long; allowed are 1 to 255 characters without control characters",
    ]


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("", "INVALID", "got ''; allowed are 1 to 255 characters"),
        ("x" * 256, "TOO_LONG", f"got '{'x' * 64}…', 256 long; allowed are at most 255 characters"),
        ("a\0b", "INVALID", "got 'a\\u0000b'; allowed is text without NUL or lone surrogates"),
    ],
)
async def test_a_search_is_held_to_what_texts_may_be(
    caller: Caller, text: str, code: str, message: str
) -> None:
    """Its texts may have line breaks, and are not told that they may not."""
    search = {**ANN, "action": "SEARCH"}
    payload = await caller.record(**search, target={"kind": "QUERY", "id": text})

    errors = [{"code": code, "field": ["target", "id"], "message": message}]
    assert payload["errors"] == errors
    assert await caller.outcome(**search, target={"kind": "QUERY", "id": "a\nb"}) == "CREATED"


async def test_the_right_kind_of_target_is_named(caller: Caller) -> None:
    """WRONG_TARGET says what the action is done to."""
    payload = await caller.record(**ANN, action="GROUP_JOIN", postId="p")

    assert payload["errors"][0]["message"] == "got a POST; GROUP_JOIN is done to a GROUP"


async def test_a_bad_input_of_a_batch_stops_no_other(caller: Caller) -> None:
    """Inputs are judged one by one and answered in order."""
    view = {**ANN, "action": "VIEW", "postId": "p1"}

    data = await caller.data(
        """mutation ($inputs: [RecordInteractionInput!]!) {
             recordInteractions(inputs: $inputs) { recorded rejected results { outcome } } }""",
        inputs=[view, {**view, "postId": ""}, {**view, "undo": True}, view],
    )

    assert data["recordInteractions"] == {
        "recorded": 2,
        "rejected": 2,
        "results": [
            {"outcome": "CREATED"},
            {"outcome": "REJECTED"},
            {"outcome": "REJECTED"},
            {"outcome": "CREATED"},
        ],
    }
    assert await caller.counts("p1") == {"VIEW": 2}


@pytest.mark.parametrize("size", [0, 1001])
async def test_a_batch_holds_1_to_1000_inputs(caller: Caller, size: int) -> None:
    """Outside that, one BAD_USER_INPUT and nothing stored."""
    view = {**ANN, "action": "VIEW", "postId": "p1"}

    (error,) = await caller.errors(
        """mutation ($inputs: [RecordInteractionInput!]!) {
             recordInteractions(inputs: $inputs) { recorded } }""",
        inputs=[view] * size,
    )

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "inputs"}
    assert error["message"] == f"inputs: got {size}; allowed are 1 to 1000"
    assert await caller.counts("p1") == {}
