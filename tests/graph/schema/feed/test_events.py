"""The subscription `interactions`: what is told as it happens, and what is not."""

import pytest

from models.vocabulary import ActionType, PrivacyLevel
from resolvers.recording.validation import RecordRequest
from tests.support.levels import set_level
from tests.support.live.feeds import TRANSPORTS, Feed, begun, line, replayed
from tests.support.pasts import alias, choose, erase, imported
from tests.support.serving import SECRET

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type cursor interaction { userAlias action target { id } } }
}
"""
FAVORITE = {"userId": "ann", "action": "FAVORITE", "postId": "p"}
VIEW = {"userId": "ann", "action": "VIEW", "postId": "p"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_what_is_recorded_is_told_as_its_payload_showed_it(
    feed: Feed, transport: str
) -> None:
    """From some moment after the subscribing on, every interaction is told, with all it holds."""
    query = """subscription {
      interactions {
        type
        interaction {
          id interactionId userAlias action target { kind id } occurredAt recordedAt
          context { source recommended recommendationId metadata }
        }
      }
    }"""
    context = {"source": "home", "recommended": True, "recommendationId": "r", "metadata": [1]}
    cats = {"kind": "HASHTAG", "id": "#Cats"}
    await feed.caller.record(**VIEW)

    async with feed.subscribed(query, transport) as subscriber:
        await begun(feed, subscriber)
        favorite = await feed.caller.record(**FAVORITE, context=context)
        use = await feed.caller.record(userId="bob", action="HASHTAG_USE", target=cats)
        events = await subscriber.events(2)

    assert events == [
        {"type": "RECORDED", "interaction": payload["interaction"]} for payload in (favorite, use)
    ]
    assert events[0]["interaction"]["context"] == context
    assert events[1]["interaction"]["target"] == {"kind": "HASHTAG", "id": "cats"}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_the_turns_of_a_state_are_told(feed: Feed, transport: str) -> None:
    """It is RECORDED, UNDONE, and when it is reactivated RECORDED again, under one id."""
    query = """subscription ($after: String!) {
      interactions(after: $after) { type interaction { interactionId action target { id } } }
    }"""
    outcomes, events = [], []

    async with feed.subscribed(query, transport, after=await feed.cursor()) as subscriber:
        for undo in (False, True, False):
            outcomes.append(await feed.caller.outcome(**FAVORITE, undo=undo))
            events.append(await subscriber.event())

    assert outcomes == ["CREATED", "UNDONE", "REACTIVATED"]
    assert [line(event) for event in events] == [
        "RECORDED FAVORITE p",
        "UNDONE FAVORITE p",
        "RECORDED FAVORITE p",
    ]
    assert len({event["interaction"]["interactionId"] for event in events}) == 1


async def test_an_opposite_ends_the_other_before_it_begins(feed: Feed) -> None:
    """Recording one of two opposites tells both: that the other is undone, and that this holds."""
    more, less = ({**VIEW, "action": f"{word}_LIKE_THIS"} for word in ("MORE", "LESS"))

    async with feed.subscribed(FOLLOW, after=await feed.cursor()) as subscriber:
        await feed.caller.record(**more)
        told = await subscriber.received(1)
        for input in (less, more):
            await feed.caller.record(**input)
            told += await subscriber.received(2)

    assert told == [
        "RECORDED MORE_LIKE_THIS p",
        "UNDONE MORE_LIKE_THIS p",
        "RECORDED LESS_LIKE_THIS p",
        "UNDONE LESS_LIKE_THIS p",
        "RECORDED MORE_LIKE_THIS p",
    ]


async def test_a_batch_is_told_in_its_order(feed: Feed) -> None:
    """So are two, whatever their inputs' own instants say."""
    start = await feed.cursor()
    batches = [[f"{batch}-{number}" for number in range(300)] for batch in range(2)]

    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        for batch in batches:
            inputs = [{**VIEW, "postId": post_id} for post_id in batch]
            inputs[10]["occurredAt"] = "2026-11-19T00:00:00Z"
            await feed.caller.outcomes(*inputs)
        told = await subscriber.received(600)

    assert told == [f"RECORDED VIEW {post_id}" for batch in batches for post_id in batch]
    assert [line(event) for event in await replayed(feed, FOLLOW, after=start)] == told


async def test_what_changes_nothing_is_not_told(feed: Feed) -> None:
    """Neither is a retry, nor a state that holds, an undo of nothing, or what was rejected."""
    start = await feed.cursor()

    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        for input, outcome in (
            ({**VIEW, "eventId": "e"}, "CREATED"),
            ({**VIEW, "eventId": "e"}, "UNCHANGED"),
            (FAVORITE, "CREATED"),
            (FAVORITE, "UNCHANGED"),
            ({**FAVORITE, "occurredAt": "2026-11-20T11:00:00Z", "undo": True}, "UNCHANGED"),
            ({**FAVORITE, "postId": "q", "undo": True}, "UNCHANGED"),
            ({**VIEW, "undo": True}, "REJECTED"),
            ({**VIEW, "postId": "last"}, "CREATED"),
        ):
            assert await feed.caller.outcome(**input) == outcome
        told = await subscriber.received(3)

    assert told == ["RECORDED VIEW p", "RECORDED FAVORITE p", "RECORDED VIEW last"]
    assert [line(event) for event in await replayed(feed, FOLLOW, after=start)] == told


async def test_users_who_are_not_FULL_are_not_told_of(feed: Feed) -> None:  # noqa: N802
    """What LIMITED and NONE users do is told neither as it happens nor later."""
    for user, level in (("lea", "LIMITED"), ("nora", "NONE")):
        await set_level(feed.caller.url, SECRET, user, PrivacyLevel[level])
    start = await feed.cursor()
    users = ("lea", "nora", "ann", "lea", "nora", "ann")

    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        events = []
        for what, told in (
            (FAVORITE, 1),
            ({**FAVORITE, "undo": True}, 1),
            (VIEW, 2),
        ):
            await feed.caller.outcomes(*({**what, "userId": user} for user in users))
            events += await subscriber.events(told)

    assert {event["interaction"]["userAlias"] for event in events} == {alias("ann")}
    turns = ["RECORDED FAVORITE p", "UNDONE FAVORITE p"]
    views = ["RECORDED VIEW p"] * 2
    assert [line(event) for event in events] == turns + views
    assert [line(event) for event in await replayed(feed, FOLLOW, after=start)] == [
        "UNDONE FAVORITE p",
        *views,
    ]


async def test_imported_rows_are_not_announced(feed: Feed) -> None:
    """Neither while they are imported nor in a replay; what is done to their states later is."""
    start = await feed.cursor()
    requests = [
        RecordRequest(ActionType.VIEW, "ann", post_id="imported"),
        RecordRequest(ActionType.SAVE, "ann", post_id="imported"),
    ]

    async with feed.subscribed(FOLLOW, after=start) as subscriber:
        await imported(feed.caller, *requests)
        assert await feed.caller.history("ann") == ["SAVE imported", "VIEW imported"]
        await feed.caller.record(**VIEW)
        await feed.caller.record(userId="ann", action="SAVE", postId="imported", undo=True)
        told = await subscriber.received(2)

    assert told == ["RECORDED VIEW p", "UNDONE SAVE imported"]
    assert [line(event) for event in await replayed(feed, FOLLOW, after=start)] == told


async def test_a_replay_shows_a_state_at_its_last_alone(feed: Feed) -> None:
    """However often it was flipped, it is told once, where it was flipped last."""
    start = await feed.cursor()
    for _ in range(5):
        await feed.caller.record(**FAVORITE)
        await feed.caller.record(**FAVORITE, undo=True)
        await feed.caller.record(**{**FAVORITE, "userId": "bob"})
        await feed.caller.record(**VIEW)
        await feed.caller.record(**{**FAVORITE, "userId": "bob"}, undo=True)
    await feed.caller.record(**FAVORITE)

    events = await replayed(feed, FOLLOW, after=start)

    assert [line(event) for event in events] == [
        "RECORDED VIEW p",
        "RECORDED VIEW p",
        "RECORDED VIEW p",
        "RECORDED VIEW p",
        "RECORDED VIEW p",
        "UNDONE FAVORITE p",
        "RECORDED FAVORITE p",
    ]
    ann, bob = events[-1]["interaction"], events[-2]["interaction"]
    assert (ann["userAlias"], bob["userAlias"]) == (alias("ann"), alias("bob"))


@pytest.mark.parametrize("how", ["erase", "LIMITED", "NONE"])
async def test_a_user_whose_rows_went_is_in_no_replay(feed: Feed, how: str) -> None:
    """After erasing or lowering, whoever reads the log again finds the others' rows alone."""
    start = await feed.cursor()
    for user in ("ann", "bob", "ann", "bob"):
        await feed.caller.record(**{**VIEW, "userId": user})
        await feed.caller.record(**{**FAVORITE, "userId": user})

    if how == "erase":
        assert (await erase(feed.caller, userId="ann", confirm=True))["removedInteractions"] == 3
    else:
        assert (await choose(feed.caller, userId="ann", level=how))["removedInteractions"] == 3

    events = await replayed(feed, FOLLOW, after=start)
    assert [line(event) for event in events] == [
        "RECORDED VIEW p",
        "RECORDED FAVORITE p",
        "RECORDED VIEW p",
    ]
    assert {event["interaction"]["userAlias"] for event in events} == {alias("bob")}
