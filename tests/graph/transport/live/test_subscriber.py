"""Subscribers of a channel: what waits for one, in which order, and when it is too much."""

import asyncio
import json
from dataclasses import replace

from graph.transport.answers import Answer
from graph.transport.live.subscriber import AT_ONCE, QueuedAnswer, Subscriber
from tests.support.live.streams import soon
from tests.support.live.ticking import Ticker

LIMIT = 100


def subscriber(start: int = 0, *, is_live: bool = True) -> Subscriber:
    """A subscriber that gets what lies after a sequence."""
    live = replace(Ticker().live("all", None), cursor=lambda sequence: f"at {sequence}")
    joined = Subscriber(live, LIMIT, lambda subscriber: None)
    joined.start = start
    if is_live:
        joined.go_live()
    return joined


def queued(number: int, key: str | None = None) -> QueuedAnswer:
    return QueuedAnswer(Answer(b"%d" % number), key or number, number, f"after {number}")


async def taken(subscriber: Subscriber, count: int) -> list[int]:
    """The next so many numbers."""
    found: list[int] = []
    while len(found) < count:
        found += [int(answer.content) for answer in await soon(subscriber.take())]
    return found


def _slow(answers: list[Answer]) -> str:
    """The cursor of the one answer that ends whoever is too slow."""
    (answer,) = answers
    assert answer.refused is not None
    (error,) = json.loads(answer.refused)
    assert error["extensions"]["code"] == "CONSUMER_TOO_SLOW"
    cursor: str = error["extensions"]["cursor"]
    return cursor


async def test_answers_are_taken_in_order() -> None:
    """Those that wait, some at a time; taking waits for the next."""
    one = subscriber()
    for number in range(1, LIMIT + 1):
        one.queue(queued(number))

    first = await soon(one.take())
    rest = await taken(one, LIMIT - len(first))
    waiting = asyncio.create_task(taken(one, 1))
    await asyncio.sleep(0)
    one.queue(queued(LIMIT + 1))

    assert len(first) == AT_ONCE
    assert [int(each.content) for each in first] + rest == list(range(1, LIMIT + 1))
    assert await waiting == [LIMIT + 1]
    assert one.given == f"after {LIMIT + 1}"


async def test_of_two_with_one_key_the_later_takes_the_earlier_one_s_place() -> None:
    """Values that replace each other never are too many."""
    one = subscriber()
    for number in range(1, 3 * LIMIT + 1):
        one.queue(queued(number, "even" if number % 2 == 0 else "odd"))

    assert await taken(one, 2) == [3 * LIMIT - 1, 3 * LIMIT]


async def test_one_more_than_may_wait_ends_it() -> None:
    """Whoever is up to date is told where to go on: after what was taken last."""
    one = subscriber()
    one.queue(queued(1))
    assert await taken(one, 1) == [1]
    for number in range(2, LIMIT + 3):
        one.queue(queued(number))
    one.queue(queued(LIMIT + 3))

    assert _slow(await soon(one.take())) == "after 1"


async def test_who_has_taken_nothing_goes_on_where_it_began() -> None:
    """The cursor is that of the sequence at which it joined."""
    one = subscriber(7)
    for number in range(8, LIMIT + 9):
        one.queue(queued(number))

    assert _slow(await soon(one.take())) == "at 7"


async def test_who_catches_up_lets_go_and_reads_up_to_there() -> None:
    """Its start moves behind what was too much, and what comes after that is told."""
    one = subscriber(5, is_live=False)
    for number in range(6, LIMIT + 7):
        one.queue(queued(number))
    assert one.start == LIMIT + 6

    one.queue(queued(LIMIT + 6))
    one.queue(queued(LIMIT + 7))
    one.go_live()

    assert await taken(one, 1) == [LIMIT + 7]


async def test_what_lies_before_its_start_is_not_answer() -> None:
    """Skipping drops what waits already, too."""
    one = subscriber(5)
    for number in (3, 5, 6, 7, 8):
        one.queue(queued(number))
    one.skip(7)
    one.skip(2)

    assert await taken(one, 1) == [8]


async def test_it_ends_after_what_waits_for_it() -> None:
    """The first reason counts, and nothing is told after it."""
    one = subscriber()
    one.queue(queued(1))
    first, another = Answer(b"the first"), Answer(b"another")
    one.end(first)
    one.end(another)
    one.queue(queued(2))

    assert await taken(one, 1) == [1]
    for _ in range(2):
        assert await soon(one.take()) == [first]
