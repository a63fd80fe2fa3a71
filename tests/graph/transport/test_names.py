"""Misspelt names: short ones are compared with the schema's, long ones and many are not."""

import pytest

from tests.support.client import RECORD, RECORD_MANY, Caller

GOOD = {"userId": "ann", "action": "VIEW", "postId": "p"}
MEGABYTE = 1024 * 1024


async def test_a_misspelt_value_is_told_what_may_have_been_meant(caller: Caller) -> None:
    """An action that is almost one."""
    (error,) = await caller.errors(RECORD, input={**GOOD, "action": "VIEWS"})

    (told,) = error["extensions"]["inputs"]
    assert told["message"] == (
        "Value 'VIEWS' does not exist in 'ActionType' enum. Did you mean the enum value 'VIEW' or "
        "'VIBE'?"
    )


@pytest.mark.parametrize("name", ["VIEW" * 64, "VIEW" * (MEGABYTE // 4)])
async def test_a_long_value_is_compared_with_none(caller: Caller, name: str) -> None:
    """It is refused as what it is, cut, and without a suggestion."""
    (error,) = await caller.errors(RECORD, input={**GOOD, "action": name})

    (told,) = error["extensions"]["inputs"]
    assert told["message"].startswith("Value 'VIEWVIEW")
    assert "Did you mean" not in str(error)
    assert await caller.history("ann") == []


async def test_a_long_name_of_a_field_is_compared_with_none(caller: Caller) -> None:
    """Nor one in a document, nor one in variables."""
    name = "postId" * (MEGABYTE // 6)

    (in_variables,) = await caller.errors(RECORD, input={**GOOD, name: "p"})
    (in_a_document,) = await caller.errors(f"{{ {name} }}")

    assert "not to include this unknown field" in in_variables["message"]
    assert in_a_document["message"].startswith("Cannot query field 'postId")
    assert "Did you mean" not in str([in_variables, in_a_document])


async def test_of_many_misspelt_fields_only_the_first_are_compared(caller: Caller) -> None:
    """The first twenty problems come with suggestions; the rest is told without."""
    inputs = [{**GOOD, "postIdd": "p", "user_id": "ann"} for _ in range(30)]

    (error,) = await caller.errors(RECORD_MANY, inputs=inputs)

    told = [each["message"] for each in error["extensions"]["inputs"]]
    assert len(told) == 60
    assert [message for message in told if "Did you mean" in message] == told[:20]


async def test_instants_of_any_length_are_refused_at_once(caller: Caller) -> None:
    """More than 255 characters are no instant, also where each could be a digit of one."""
    fraction = "0" * MEGABYTE

    recorded = await caller.record(**GOOD, occurredAt=f"2026-11-20T12:00:00.{fraction}")
    short = await caller.record(**GOOD, occurredAt=f"2026-11-20T11:00:00.{'0' * 234}Z")
    long = await caller.record(**GOOD, occurredAt=f"2026-11-20T11:00:00.{'0' * 235}Z")

    assert [each["outcome"] for each in (recorded, short, long)] == [
        "REJECTED",
        "CREATED",
        "REJECTED",
    ]
