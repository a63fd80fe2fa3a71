"""Committing one by one: one that is refused fails alone, and what came later waits."""

import asyncio

from models.errors import DatabaseUnavailable
from models.vocabulary import PrivacyLevel
from resolvers.call_queue import CallQueue
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.recording.writing.batches import Batch
from resolvers.recording.writing.isolating import Isolation, one_by_one
from resolvers.recording.writing.queueing import SubmittedCall
from tests.support.durability.ledgers import view


class Refusing:
    """Takes submissions, but raises an error for those about one target."""

    def __init__(self, target_id: str, error: Exception) -> None:
        self.tried: list[str] = []
        self._target_id = target_id
        self._error = error

    async def commit(self, submission: Submission) -> Verdict:
        self.tried.append(submission.target_id)
        if submission.target_id == self._target_id:
            raise self._error
        return Verdict(Outcome.CREATED)


def batches(*targets: str) -> list[Batch]:
    """A batch for each target, in the order in which their callers came."""
    queue = CallQueue[SubmittedCall]()
    for target in targets:
        queue.add(SubmittedCall([view(target)]))
    return [Batch.of([call], PrivacyLevel.FULL) for call in queue.clear()]


async def test_one_that_is_refused_fails_alone() -> None:
    """The others, before and after it, have their verdicts in order."""
    error = ValueError("says no")
    refusing = Refusing("bad", error)

    answers = await one_by_one([view("a"), view("bad"), view("b")], refusing.commit)

    assert answers == [Verdict(Outcome.CREATED), error, Verdict(Outcome.CREATED)]
    assert refusing.tried == ["a", "bad", "b"]


async def test_once_the_database_is_away_the_rest_is_not_tried() -> None:
    """Only of the one that was tried the outcome is unknown; the rest is not stored."""
    refusing = Refusing("b", DatabaseUnavailable("gone", outcome_unknown=True))

    answers = await one_by_one([view(target) for target in "abcd"], refusing.commit)

    assert answers[0] == Verdict(Outcome.CREATED)
    assert [type(answer) for answer in answers[1:]] == [OutcomeUnknown, Overloaded, Overloaded]
    assert refusing.tried == ["a", "b"]


async def test_only_what_came_later_is_held_back() -> None:
    """What came before is not, nor is what is committed alone; and afterwards nothing is."""
    before, isolated, behind = batches("a", "b", "c")
    alone = Batch.alone(view("b"), PrivacyLevel.FULL)
    isolation = Isolation()

    with isolation.of(isolated):
        held = [isolation.holds_back(each) for each in (before, isolated, behind, alone)]

    assert held == [False, False, True, False]
    assert not isolation.holds_back(behind)


async def test_waiting_ends_with_the_isolation() -> None:
    """It returns at once where no batch is isolated, also after one that failed."""
    (batch,) = batches("a")
    isolation = Isolation()
    await isolation.over()

    with isolation.of(batch):
        waiting = asyncio.create_task(isolation.over())
        await asyncio.sleep(0)
        assert not waiting.done()

    await asyncio.wait_for(waiting, 5)
