"""The queue of the writer: bounded, and its callers are told why they are turned away."""

import logging

import pytest

from models.errors import DatabaseUnavailable
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.writing.queueing import SubmissionQueue, SubmittedCall
from tests.support.durability.ledgers import view


def filled(limit: int, waiting: int) -> SubmissionQueue:
    """A queue in which one call of so many submissions waits, if any."""
    queue = SubmissionQueue(limit)
    if waiting:
        queue.add(SubmittedCall([view("p")] * waiting))
    return queue


@pytest.mark.parametrize(("waiting", "more"), [(0, 10), (0, 11), (9, 1), (1, 9)])
async def test_there_is_room_up_to_the_limit(waiting: int, more: int) -> None:
    """A call that finds nobody waiting may be of any size."""
    queue = filled(10, waiting)

    queue.check_room([view("p")] * more)


@pytest.mark.parametrize(("waiting", "more"), [(10, 1), (9, 2), (1, 10), (11, 1)])
async def test_beyond_the_limit_there_is_none(waiting: int, more: int) -> None:
    """The error says how many wait, and what to do."""
    queue = filled(10, waiting)

    with pytest.raises(Overloaded) as raised:
        queue.check_room([view("p")] * more)

    assert str(raised.value) == f"{waiting} inputs are waiting to be stored; try again shortly"
    assert queue.size == waiting


async def test_overload_is_logged_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    """However many are turned away, the log has one line."""
    queue = filled(10, 10)

    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            with pytest.raises(Overloaded):
                queue.check_room([view("p")])

    assert caplog.messages == ["10 inputs are waiting to be stored; more are turned away"]


@pytest.mark.parametrize(("unknown", "kind"), [(False, Overloaded), (True, OutcomeUnknown)])
async def test_a_call_that_is_refused_hears_whether_it_may_be_stored(
    unknown: bool, kind: type[Exception]
) -> None:
    """A commit whose answer was lost is told apart from one that did not happen."""
    call = SubmittedCall([view("p")])

    call.refuse(DatabaseUnavailable("away", outcome_unknown=unknown))

    with pytest.raises(kind):
        await call.answer
