"""Sizes of batches: when the next begins, and how many it may take."""

import asyncio
from collections.abc import Sequence

import pytest

from resolvers.recording.writing.queueing import SubmissionQueue, SubmittedCall
from resolvers.recording.writing.sizing import LARGE_BATCH, BatchSizing
from resolvers.tasks import cancel
from tests.support.durability.ledgers import view

LIMIT = 1000


def test_while_nothing_is_under_way_whatever_waits_begins_a_batch() -> None:
    """The writer waits for nothing more: one is enough, and none is not."""
    sizing = BatchSizing(LIMIT)

    assert not sizing.is_enough(0)
    assert sizing.is_enough(1)
    assert sizing.limit(1, overlaps=True) == LIMIT


@pytest.mark.parametrize(("size", "enough"), [(1, 1), (3, 1), (4, 2), (100, 50)])
def test_while_one_is_under_way_the_next_is_half_as_large(size: int, enough: int) -> None:
    """Small batches would cost more each, and waiting for large ones takes time."""
    sizing = BatchSizing(LIMIT)
    sizing.begun(range(size))

    assert sizing.is_enough(enough)
    assert not sizing.is_enough(enough - 1)


def test_when_the_newest_ends_whatever_waits_begins_a_batch() -> None:
    """That an older one ends changes nothing: the newest still gathers."""
    sizing, older, newest = BatchSizing(LIMIT), range(8), range(10)
    sizing.begun(older)
    sizing.begun(newest)

    assert not sizing.ended(older)
    assert not sizing.is_enough(4)
    assert sizing.ended(newest)
    assert sizing.is_enough(1)


def test_while_processors_are_short_only_a_large_batch_begins_beside_another() -> None:
    """What is enough otherwise waits until that one ends, and is then one batch, however small."""
    short = True
    sizing, batch = BatchSizing(LIMIT, lambda: short), range(20)
    sizing.begun(batch)

    assert not sizing.is_enough(LARGE_BATCH - 1)
    assert sizing.is_enough(LARGE_BATCH)
    short = False
    assert sizing.is_enough(10)
    short = True
    sizing.ended(batch)
    assert sizing.is_enough(1)


def test_a_large_batch_is_still_half_of_the_one_under_way() -> None:
    """Beside one of 1000 the next has 500, whether processors are short or not."""
    sizing = BatchSizing(LIMIT, lambda: True)
    sizing.begun(range(1000))

    assert not sizing.is_enough(499)
    assert sizing.is_enough(500)


def test_a_batch_that_overlaps_takes_half_of_all() -> None:
    """Of 40 under way and 100 that wait it takes 70; without overlapping there is no share."""
    sizing = BatchSizing(LIMIT)
    sizing.begun(range(40))

    assert sizing.limit(100, overlaps=True) == 70
    assert sizing.limit(100, overlaps=False) == LIMIT


def test_a_share_is_within_bounds() -> None:
    """No fewer than are worth a batch, no more than one may have."""
    sizing = BatchSizing(LIMIT)
    sizing.begun(range(10))

    assert sizing.limit(1, overlaps=True) == 16
    assert sizing.limit(5000, overlaps=True) == LIMIT


def test_what_has_ended_has_no_part_in_a_share() -> None:
    """With 20 under way and 60 that wait a batch takes 40, whatever was committed before."""
    sizing, older, newest = BatchSizing(LIMIT), range(500), range(20)
    sizing.begun(older)
    sizing.begun(newest)
    sizing.ended(older)

    assert sizing.limit(60, overlaps=True) == 40


async def test_while_processors_are_short_a_batch_gathers_what_the_loop_has_at_hand() -> None:
    """Others have the processors meanwhile. It begins once two turns in a row bring nothing."""
    queue, sizing = waiting(1), BatchSizing(LIMIT, lambda: True)
    coming = asyncio.create_task(come(queue, [1, 0, 1, 2, 0, 0, 1]))

    await sizing.gather(queue)

    assert queue.size == 1 + 4
    await coming


async def test_a_batch_that_is_large_gathers_no_more() -> None:
    """Where more comes in each turn, it begins all the same."""
    queue, sizing = waiting(1), BatchSizing(LIMIT, lambda: True)
    coming = asyncio.create_task(come(queue, [1] * LIMIT))

    await sizing.gather(queue)

    assert queue.size == LARGE_BATCH
    await cancel([coming])


async def test_where_processors_are_free_a_batch_begins_at_once() -> None:
    """Whatever the loop has at hand is of the next one."""
    queue, sizing = waiting(1), BatchSizing(LIMIT)
    coming = asyncio.create_task(come(queue, [1]))

    await sizing.gather(queue)

    assert queue.size == 1
    await coming


def waiting(calls: int) -> SubmissionQueue:
    """A queue of so many calls, of one submission each."""
    queue = SubmissionQueue(LIMIT)
    for _ in range(calls):
        queue.add(SubmittedCall([view("p")]))
    return queue


async def come(queue: SubmissionQueue, turns: Sequence[int]) -> None:
    """Have so many calls more wait in each turn of the loop."""
    for calls in turns:
        for _ in range(calls):
            queue.add(SubmittedCall([view("p")]))
        await asyncio.sleep(0)
