"""Watching: who is told that counts have moved, also of those that the log does not tell."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest

from models.records import Subject
from models.totals import Mark, marks
from models.vocabulary import SubjectKind
from resolvers.watching import AT_ONCE, Watch, Watching
from tests.durability.server import until
from tests.graph.transport.streams import soon
from tests.resolvers.tails import NoBell, tailing, views, write
from tests.sql import run

A, B = Subject(SubjectKind.POST, "a"), Subject(SubjectKind.POST, "b")
QUIET = "UPDATE log_head SET quiet_commits = quiet_commits + 1"


@asynccontextmanager
async def watching(url: str, *subjects: Subject) -> AsyncIterator[tuple[Watch, Watching]]:
    """A watch over a real log, and one who watches some posts on which something was done."""
    await write(url, views("a", "b"))
    async with tailing(url, NoBell()) as (tail, _):
        watch = Watch(tail, pause_s=0)
        await watch.begin(subjects)
        one = watch.follow()
        for subject in subjects:
            one.wish(subject)
        try:
            yield watch, one
        finally:
            one.close()


async def counted_quietly(watch: Watch, url: str, post_id: str) -> None:
    """Move a post's count as a LIMITED user's input does, and have the tail read that."""
    await run(url, f"UPDATE totals SET count = count + 1 WHERE subject_id = '{post_id}'")
    ((commits,),) = await run(url, f"{QUIET} RETURNING quiet_commits")
    watch.tail.ring()
    await until(lambda: watch._quiet_commits == commits)


async def test_counts_that_move_without_the_log_are_found(database_url: str) -> None:
    """Only for what has moved is anything told."""
    async with watching(database_url, A, B) as (watch, one):
        await counted_quietly(watch, database_url, "b")
        assert await soon(one.next()) == [B]

        await counted_quietly(watch, database_url, "a")
        assert await soon(one.next()) == [A]


async def test_what_moves_while_counts_are_read_is_told_next(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last value always arrives, however late in a reading it came to be."""
    may_go_on, is_reading = asyncio.Event(), asyncio.Event()

    async def slow(subjects: Iterable[Subject]) -> dict[Subject, Mark]:
        found = await marks(subjects)
        is_reading.set()
        await may_go_on.wait()
        return found

    async with watching(database_url, A, B) as (watch, one):
        monkeypatch.setattr("resolvers.watching.marks", slow)
        await write(database_url, views("a"))
        watch.tail.ring()
        await soon(is_reading.wait())

        await counted_quietly(watch, database_url, "b")
        may_go_on.set()

        assert await soon(one.next()) == [A]
        assert await soon(one.next()) == [B]


async def test_much_that_moves_is_told_some_at_once(database_url: str) -> None:
    """So that what is executed for it holds up nobody."""
    subjects = [Subject(SubjectKind.POST, str(number)) for number in range(AT_ONCE + 1)]
    async with watching(database_url, *subjects) as (_, one):
        for subject in subjects:
            one.hold(subject)

        assert len(await soon(one.next())) == AT_ONCE
        assert len(await soon(one.next())) == 1


async def test_a_subject_that_could_not_be_shown_is_told_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless nobody watches it by then."""
    monkeypatch.setattr("resolvers.watching.RETRY_S", 0.01)
    async with watching(database_url, A, B) as (_, one):
        one.again(A)
        one.again(B)
        one.unwish(A)

        assert await soon(one.next()) == [B]
