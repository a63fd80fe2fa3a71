"""Batches: each caller gets the answers to what it submitted."""

import pytest

from models.errors import DatabaseUnavailable
from models.vocabulary import PrivacyLevel
from resolvers.errors import Overloaded
from resolvers.recording.judging import wanted
from resolvers.recording.submissions import Outcome, Verdict
from resolvers.recording.writing.batches import Batch
from resolvers.recording.writing.queueing import SubmittedCall
from tests.support.durability.ledgers import view


def calls(*sizes: int) -> list[SubmittedCall]:
    return [SubmittedCall([view("p")] * size) for size in sizes]


def verdicts(count: int) -> list[Verdict]:
    """Verdicts that can be told apart."""
    return [Verdict(Outcome.CREATED, interaction_id=number) for number in range(count)]


async def test_each_caller_gets_its_part_of_the_answers() -> None:
    """In order; a caller that has left in between moves nobody's."""
    first, left, last = calls(2, 1, 3)
    batch, answers = Batch.of([first, left, last], PrivacyLevel.FULL), verdicts(6)
    left.answer.cancel()

    batch.answer(answers)

    assert len(batch) == 6
    assert await first.answer == answers[:2]
    assert await last.answer == answers[3:]


async def test_each_caller_is_refused_with_an_error_of_its_own() -> None:
    """An error that several tasks raise would gather the traces of all."""
    first, second = calls(1, 1)

    Batch.of([first, second], PrivacyLevel.FULL).refuse(DatabaseUnavailable("away"))

    raised = [call.answer.exception() for call in (first, second)]
    assert [type(error) for error in raised] == [Overloaded] * 2
    assert raised[0] is not raised[1]


@pytest.mark.parametrize(("together", "is_reused"), [(1, True), (2, False)])
async def test_keys_that_were_worked_out_are_those_of_a_call_alone(
    together: int, is_reused: bool
) -> None:
    """With another call beside it, the keys of both are wanted."""
    large, small = SubmittedCall([view("p")]), SubmittedCall([view("q")])
    large.wanted = wanted(large.items)

    batch = Batch.of([large, small][:together], PrivacyLevel.FULL)

    assert (batch.wanted is large.wanted) == is_reused
    targets = {subject_id for _, subject_id, _ in batch.wanted.totals}
    assert ("q" in targets) != is_reused
