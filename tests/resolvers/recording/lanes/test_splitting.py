"""Splitting calls by lanes, without a database."""

import asyncio

import pytest

from models.errors import DatabaseUnavailable
from models.partitions import lane_of
from models.vocabulary import ACTIONS, ActionType
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.lanes.splitting import split
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.recording.writing.queueing import SubmittedCall

LANES = 4
ALIASES = [f"u_{number:032x}" for number in range(20)]
AWAY = DatabaseUnavailable("away")
BROKEN = DatabaseUnavailable("broken", outcome_unknown=True)


def view(alias: str, target: str = "p") -> Submission:
    action = ACTIONS[ActionType.VIEW]
    return Submission(
        user_alias=alias,
        action=action,
        target_id=target,
        undo=False,
        occurred_at=None,
        arrived_at=0,
    )


def alias_in(lane: int) -> str:
    return next(alias for alias in ALIASES if lane_of(alias, LANES) == lane)


async def test_each_lane_gets_what_is_of_its_users_in_order() -> None:
    """Nothing is left out, and no lane gets what is another's."""
    submissions = [view(alias, f"p{time}") for time in range(3) for alias in ALIASES]

    parts = dict(split(SubmittedCall(submissions), LANES))

    assert sorted(parts) == list(range(LANES))
    for lane, part in parts.items():
        assert part.items == [
            each for each in submissions if lane_of(each.user_alias, LANES) == lane
        ]


@pytest.mark.parametrize("lanes", [1, LANES])
async def test_what_is_of_one_lane_is_not_split(lanes: int) -> None:
    """The call itself waits in that lane, and is answered by its writer."""
    alias = alias_in(3)
    call = SubmittedCall([view(alias), view(alias)])

    assert list(split(call, lanes)) == [(3 if lanes == LANES else 0, call)]


async def test_answers_are_joined_in_the_order_of_the_call() -> None:
    """The call is answered with the last of its parts, whichever that is."""
    call = SubmittedCall([view(alias) for alias in ALIASES])
    places = {each.user_alias: place for place, each in enumerate(call.items)}

    for _, part in reversed(list(split(call, LANES))):
        assert not call.answer.done()
        part.succeed(
            [Verdict(Outcome.CREATED, interaction_id=places[e.user_alias]) for e in part.items]
        )

    answers = await call.answer
    assert [each.interaction_id for each in answers if isinstance(each, Verdict)] == [*range(20)]


@pytest.mark.parametrize(
    ("failed", "error", "told"),
    [
        (LANES, AWAY, Overloaded),
        (1, AWAY, OutcomeUnknown),
        (LANES, BROKEN, OutcomeUnknown),
        (1, BROKEN, OutcomeUnknown),
    ],
)
async def test_of_a_call_that_fails_the_caller_is_told_whether_some_may_be_stored(
    failed: int, error: DatabaseUnavailable, told: type[Exception]
) -> None:
    """Nothing is stored only if no lane stored anything; else all is to be sent again."""
    call = SubmittedCall([view(alias) for alias in ALIASES])

    for lane, part in split(call, LANES):
        if lane < failed:
            part.refuse(error)
        else:
            part.succeed([Verdict(Outcome.CREATED) for _ in part.items])

    with pytest.raises(told) as raised:
        await call.answer
    if told is OutcomeUnknown:
        assert "send all of them again, with the same eventIds" in str(raised.value)


async def test_a_caller_that_left_is_not_told() -> None:
    """What it submitted is stored all the same, and nothing is raised to nobody."""
    call = SubmittedCall([view(alias) for alias in ALIASES])
    call.answer.cancel()

    for lane, part in split(call, LANES):
        part.refuse(AWAY) if lane else part.succeed([Verdict(Outcome.CREATED) for _ in part.items])
    await asyncio.sleep(0)

    assert call.answer.cancelled()


async def test_a_part_is_split_again_among_more_lanes() -> None:
    """As when the number of lanes changes while it waits: its call is answered all the same."""
    call = SubmittedCall([view(alias) for alias in ALIASES])

    for _, part in split(call, 2):
        for _, smaller in split(part, 8):
            smaller.succeed([Verdict(Outcome.CREATED) for _ in smaller.items])

    assert [str(getattr(each, "outcome", each)) for each in await call.answer] == ["CREATED"] * 20
