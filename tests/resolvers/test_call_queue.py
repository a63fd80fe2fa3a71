"""Calls that wait for a batch: whole ones, in their order, in fair shares."""

import asyncio

import pytest

from resolvers.call_queue import Call, CallQueue, fair_share

Letters = Call[str, str]


def queued(*texts: str) -> CallQueue[Letters]:
    """A queue of calls, of which each letter is an item."""
    queue = CallQueue[Letters]()
    for text in texts:
        queue.add(Letters(text))
    return queue


def taken(queue: CallQueue[Letters], limit: int) -> list[str]:
    return [str(call.items) for call in queue.take(limit)]


async def test_a_batch_takes_whole_calls_up_to_its_limit() -> None:
    """Of 2, 1 and 3 items a batch of at most 5 takes 2 and 1, though 2 more would fit."""
    queue = queued("ab", "c", "def")

    assert taken(queue, 5) == ["ab", "c"]
    assert queue.size == 3
    assert taken(queue, 3) == ["def"]
    assert (queue.size, bool(queue)) == (0, False)


async def test_a_call_that_is_larger_than_a_batch_goes_whole() -> None:
    """Otherwise it would wait for ever; what follows it waits for the next batch."""
    queue = queued("abcdef", "g")

    assert taken(queue, 2) == ["abcdef"]
    assert taken(queue, 2) == ["g"]


async def test_calls_put_back_are_where_they_were() -> None:
    """They come before those that came after them, also before those that were put back earlier."""
    queue = queued("a", "b", "c", "d")
    first, second = queue.take(1), queue.take(2)

    queue.put_back(second)
    queue.put_back(first)

    assert queue.size == 4
    assert taken(queue, 9) == ["a", "b", "c", "d"]


async def test_clearing_takes_every_call() -> None:
    """Also those without items."""
    queue = queued("ab", "", "c")

    assert [call.items for call in queue.clear()] == ["ab", "", "c"]
    assert (queue.size, bool(queue)) == (0, False)


async def test_a_caller_hears_the_first_answer_alone() -> None:
    """A second answer, or an error after it, changes nothing and raises nothing."""
    call = Letters("a")

    call.succeed("first")
    call.succeed("second")
    call.fail(LookupError("third"))

    assert await call.answer == "first"


async def test_a_caller_that_has_left_is_not_answered() -> None:
    """A call whose caller was cancelled can be answered all the same."""
    call = Letters("a")
    call.answer.cancel()

    call.succeed("late")
    call.fail(LookupError("later"))

    with pytest.raises(asyncio.CancelledError):
        await call.answer


@pytest.mark.parametrize(
    ("items", "share"), [(0, 16), (31, 16), (32, 16), (33, 17), (100, 50), (101, 51)]
)
def test_a_share_is_even_and_worth_a_batch(items: int, share: int) -> None:
    """Each of two batches takes half, rounded up, but no fewer than 16."""
    assert fair_share(items, batches=2, least=16) == share
