"""What the odd and the hostile send: refused in words, leaking nothing and breaking nothing."""

from typing import Any

import pytest

from graph.config.settings import Settings
from tests.support.client import Caller, FixedClock
from tests.support.serving import SECRET, serving

pytestmark = pytest.mark.either_database

CANARY = "alice-secret-canary"
RECORD = """
mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { outcome errors { code field message } }
}
"""


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


async def test_metadata_is_at_most_32_levels_deep(caller: Caller) -> None:
    """32 levels read back as sent; one more is INVALID, and what is stored can always be read."""
    view = {"userId": "ann", "action": "VIEW", "postId": "p"}

    stored = await caller.record(**view, context={"metadata": nested(32)})
    refused = await caller.record(**view, context={"metadata": nested(33)})

    assert stored["interaction"]["context"]["metadata"] == nested(32)
    assert [(each["code"], each["field"]) for each in refused["errors"]] == [
        ("INVALID", ["context", "metadata"])
    ]


@pytest.mark.parametrize(
    "input",
    [
        {"userId": CANARY, "postId": "p"},
        {"userId": CANARY, "action": "VIEW", "postId": "p", "nothing": 1},
        {"userId": "a", "action": {"userId": CANARY}, "postId": "p"},
        [CANARY],
        CANARY,
    ],
)
async def test_no_message_quotes_a_user_id(caller: Caller, input: Any) -> None:
    """An input of the wrong shape is told what is wrong, without the ids in it."""
    answer = await caller.send(RECORD, input=input)

    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"
    assert CANARY not in str(answer)


@pytest.mark.parametrize("user", [[CANARY], {"id": CANARY}])
async def test_what_cannot_be_read_as_a_user_id_is_not_quoted(caller: Caller, user: Any) -> None:
    """It has its input rejected, and is no less an id for its shape."""
    payload = await caller.record(userId=user, action="VIEW", postId="p")

    (error,) = payload["errors"]
    assert (error["code"], error["field"]) == ("INVALID", ["userId"])
    assert CANARY not in str(payload)


async def test_a_literal_of_the_wrong_shape_is_not_quoted_either(caller: Caller) -> None:
    """The same for a value written into the document."""
    (error,) = await caller.errors(f'{{ user(id: ["{CANARY}"]) {{ alias }} }}')

    assert "ID cannot represent" in error["message"]
    assert CANARY not in error["message"]


async def test_ids_of_many_digits_stay_apart(caller: Caller) -> None:
    """A number beyond 64 bits is an id by its digits, not by the float nearest to it."""
    for id in (12345678901234567890123, 12345678901234567890124):
        await caller.record(userId=id, action="VIEW", postId=id)

    assert await caller.counts("12345678901234567890123") == {"VIEW": 1}
    assert await caller.history("12345678901234567890124") == ["VIEW 12345678901234567890124"]


@pytest.mark.parametrize(
    "instants",
    [
        {"occurredAt": "0001-01-01T00:00:00Z", "sentAt": "9999-12-31T23:59:59Z"},
        {"occurredAt": "1969-12-31T23:59:59.999999Z"},
    ],
)
async def test_nothing_occurs_before_1970(
    database_url: str, clock: FixedClock, instants: dict[str, str]
) -> None:
    """Even where everything is kept, an instant before 1970 is TOO_OLD."""
    settings = Settings(database_url, SECRET, prune_after_days=0)
    async with serving(settings, clock) as caller:
        payload = await caller.record(userId="ann", action="VIEW", postId="p", **instants)
        assert [each["code"] for each in payload["errors"]] == ["TOO_OLD"]
        first = await caller.record(
            userId="ann", action="VIEW", postId="p", occurredAt="1970-01-01T00:00:00Z"
        )
        assert first["outcome"] == "CREATED"


@pytest.mark.parametrize(
    "instant",
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-02-30T00:00:00Z", "now", ""],
)
async def test_impossible_instants_are_refused(caller: Caller, instant: str) -> None:
    """An instant that is none, also after its offset, is a validation error."""
    query = "query ($at: DateTime) { activityStats(until: $at) { total } }"

    (error,) = await caller.errors(query, at=instant)

    assert "DateTime cannot represent" in error["message"]


@pytest.mark.parametrize("until", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_the_ends_of_time_are_periods_like_others(caller: Caller, until: str) -> None:
    """Periods stay within the years 1 to 9999."""
    data = await caller.data(
        "query ($at: DateTime) { activityStats(until: $at) { total since until } }", at=until
    )

    assert data["activityStats"]["total"] == 0


async def test_other_half_lives_never_break_reading(database_url: str, clock: FixedClock) -> None:
    """Scores made with another half-life are wrong until recalculated, and right from then on."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await caller.record(userId="ann", action="CLICK", postId="p")
    query = """{
      post(id: "p") { stats { score } } trendingPosts { score } engagementScores { score }
    }"""
    for hours, days in ((48.0, 30.0), (1.0, 0.5), (24.0, 14.0)):
        settings = Settings(
            database_url, SECRET, post_half_life_hours=hours, user_half_life_days=days
        )
        async with serving(settings, clock) as caller:
            await caller.data(query)
            await caller.data("mutation { recalculateScores { maxDrift } }")
            data = await caller.data(query)
        assert data["post"]["stats"]["score"] == pytest.approx(1.0, rel=1e-12)
        assert data["trendingPosts"] == [{"score": pytest.approx(1.0, rel=1e-12)}]
        assert data["engagementScores"] == [{"score": pytest.approx(1.0, rel=1e-12)}]


async def test_lists_of_the_best_take_null_for_their_default(caller: Caller) -> None:
    """`first: null` is the default, 10."""
    for number in range(12):
        await caller.record(userId="ann", action="CLICK", postId=f"p{number}")

    data = await caller.data("{ trendingPosts(first: null) { score } }")

    assert len(data["trendingPosts"]) == 10


async def test_an_empty_source_is_a_source(caller: Caller) -> None:
    """Context texts may be empty and hold any character that can be stored."""
    for text in ("", "a\tb", "a\x1fb", "\x1f"):
        context = {"source": text, "recommended": True, "recommendationId": f"{text}:1"}
        payload = await caller.record(userId="ann", action="VIEW", postId="p", context=context)
        assert payload["interaction"]["context"]["source"] == text
