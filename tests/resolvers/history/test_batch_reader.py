"""Reads: what many ask for at once is read together, as fresh as if each had been alone."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from models.database.database import Database
from models.errors import DatabaseUnavailable
from models.reading.filters import Filter
from models.reading.history import HistorySlice
from models.records import Subject
from models.vocabulary import SubjectKind
from resolvers.clock import system_clock
from resolvers.history.batch_reader import KEYS_AT_ONCE, WORTH, BatchReader, BatchReaders
from resolvers.scoring.weights import Scoring
from tests.support.durability.ledgers import ANN
from tests.support.durability.server import until
from tests.support.live.streams import soon
from tests.support.recording.tails import views, write


@dataclass
class Shelf:
    """Something that is read by keys when a test lets it."""

    asked: list[list[str]] = field(default_factory=list)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)
    value: int = 0

    async def read(self, keys: Sequence[str]) -> dict[str, int]:
        self.asked.append(list(keys))
        found = dict.fromkeys(keys, self.value)
        await self.may_answer.wait()
        if "missing" in keys:
            raise LookupError("missing")
        if "away" in keys:
            raise DatabaseUnavailable("away")
        return found


async def test_what_is_asked_for_during_a_read_is_read_by_the_next() -> None:
    """However many ask, each is answered by a read that began after it asked."""
    shelf = Shelf()
    together = BatchReader(shelf.read)
    first = asyncio.create_task(together.of(["a"]))
    await until(lambda: shelf.asked != [])
    shelf.value = 1  # what is written before someone asks is seen by whoever does

    rest = [asyncio.create_task(together.of(keys)) for keys in (["a"], ["b", "c"], ["c"])]
    await asyncio.sleep(0)
    shelf.may_answer.set()

    assert (await soon(first))["a"] == 0
    answers = await soon(asyncio.gather(*rest))
    assert [answer[key] for answer, key in zip(answers, "abc", strict=True)] == [1, 1, 1]
    assert shelf.asked == [["a"], ["a", "b", "c"]]


async def test_a_read_has_a_bounded_number_of_keys() -> None:
    """What is too much for one read is left to the next; a call is never split."""
    shelf = Shelf()
    together = BatchReader(shelf.read)
    calls = [[f"{call}-{key}" for key in range(KEYS_AT_ONCE // 2)] for call in range(3)]
    large = [f"large-{key}" for key in range(KEYS_AT_ONCE + 1)]
    shelf.may_answer.set()

    await soon(asyncio.gather(*(together.of(keys) for keys in (*calls, large))))

    assert shelf.asked == [calls[0] + calls[1], calls[2], large]


async def test_what_many_ask_for_at_once_is_divided_among_queries() -> None:
    """While one is answered the database has another; few keys are not worth that."""
    shelf = Shelf()
    together = BatchReader(shelf.read)
    keys = [f"{number}" for number in range(3 * WORTH)]
    asking = [asyncio.create_task(together.of([key])) for key in keys]
    await until(lambda: len(shelf.asked) == 2)
    few, half = keys[1:WORTH], len(keys) // 2
    later = [asyncio.create_task(together.of([key])) for key in few]
    await asyncio.sleep(0)
    assert shelf.asked == [keys[:half], keys[half:]]
    shelf.may_answer.set()

    await soon(asyncio.gather(*asking, *later))

    assert shelf.asked[2:] == [few]


async def test_no_more_queries_are_under_way_than_may_be() -> None:
    """However much waits, it waits for one of them to end."""
    shelf = Shelf()
    together = BatchReader(shelf.read)
    asking = list[asyncio.Task[Mapping[str, int]]]()
    for size in (1, WORTH, 5 * WORTH):
        keys = [f"{size}-{number}" for number in range(size)]
        asking += [asyncio.create_task(together.of([key])) for key in keys]
        for _ in range(3):
            await asyncio.sleep(0)
    assert [len(keys) for keys in shelf.asked] == [1, WORTH]
    shelf.may_answer.set()

    await soon(asyncio.gather(*asking))

    assert sum(map(len, shelf.asked)) == 1 + 6 * WORTH


async def test_who_asks_for_nothing_reads_nothing() -> None:
    shelf = Shelf()
    assert await soon(BatchReader(shelf.read).of([])) == {}
    assert shelf.asked == []


async def test_one_that_cannot_be_read_fails_alone() -> None:
    """Those who asked with it are read again without it."""
    shelf = Shelf()
    together = BatchReader(shelf.read)
    asking = [asyncio.create_task(together.of([key])) for key in ("a", "missing", "b")]
    await asyncio.sleep(0)
    shelf.may_answer.set()

    done, _ = await asyncio.wait(asking, timeout=5)

    assert len(done) == 3
    assert [each.exception() is None for each in asking] == [True, False, True]
    assert shelf.asked == [["a", "missing", "b"], ["a"], ["missing"], ["b"]]


async def test_while_the_database_is_away_nobody_is_tried_one_by_one() -> None:
    """All who asked are told."""
    shelf = Shelf()
    together = BatchReader(shelf.read)
    asking = [asyncio.create_task(together.of([key])) for key in ("a", "away")]
    await asyncio.sleep(0)
    shelf.may_answer.set()

    for each in asking:
        with pytest.raises(DatabaseUnavailable):
            await soon(each)
    assert len(shelf.asked) == 1


async def test_who_leaves_takes_nothing_with_it() -> None:
    """The read goes on for the others, and a kind of read that nobody waits for is forgotten."""
    shelf, rested = Shelf(), list[bool]()
    together = BatchReader(shelf.read, lambda: rested.append(True))
    leaving, staying = (asyncio.create_task(together.of([key])) for key in "ab")
    await until(lambda: shelf.asked != [])
    leaving.cancel()
    await asyncio.sleep(0)
    shelf.may_answer.set()

    assert (await soon(staying))["b"] == 0
    assert rested == [True]


async def test_histories_and_totals_are_those_of_the_database(database_url: str) -> None:
    """Callers who ask at once each get their own, by one query of each kind."""
    await write(database_url, views("a", "b", "a"))
    async with Database.at(database_url).reading():
        reads = BatchReaders(Scoring(), system_clock)
        posts = [Subject(SubjectKind.POST, id) for id in ("a", "b", "none")]

        answers = await asyncio.gather(*(reads.subject_totals([post]) for post in posts))
        pages = await asyncio.gather(
            *(reads.histories("post", [post.id], Filter(), HistorySlice(10)) for post in posts),
            reads.histories("user", [ANN], Filter(), HistorySlice(2)),
        )

    found = [[each.count for each in told[post]] for told, post in zip(answers, posts, strict=True)]
    assert found == [[2], [1], []]
    assert [len(page[post.id].rows) for page, post in zip(pages, posts, strict=False)] == [2, 1, 0]
    assert [row.target_id for row in pages[3][ANN].rows] == ["a", "b"]
    assert reads._histories == {}
