"""Count watching: subscribers learn that counts moved, also of those that no log row shows."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest

from models.reading.totals import CountVersion, count_versions
from models.records import Subject
from models.vocabulary import SubjectKind
from resolvers.feed.count_watcher import AT_ONCE, CountSubscriber, CountWatcher
from tests.support.durability.server import until
from tests.support.live.streams import soon
from tests.support.recording.tails import NoNotifications, tailing, views, write
from tests.support.sql import run

A, B = Subject(SubjectKind.POST, "a"), Subject(SubjectKind.POST, "b")
QUIET = "UPDATE log_head SET quiet_commits = quiet_commits + 1 WHERE id = 0"


@asynccontextmanager
async def watching(
    url: str, *subjects: Subject
) -> AsyncIterator[tuple[CountWatcher, CountSubscriber]]:
    """A watcher over a real log, and a subscriber to some posts on which something was done."""
    await write(url, views("a", "b"))
    async with tailing(url, NoNotifications()) as (tailer, _):
        watcher = CountWatcher(tailer, pause_s=0)
        await watcher.begin(subjects)
        subscriber = watcher.follow()
        for subject in subjects:
            subscriber.subscribe(subject)
        try:
            yield watcher, subscriber
        finally:
            subscriber.close()


async def count_unlogged(watcher: CountWatcher, url: str, post_id: str) -> None:
    """Move a post's count as a LIMITED user's input does, and have the tailer read that."""
    await run(url, f"UPDATE totals SET count = count + 1 WHERE subject_id = '{post_id}'")
    await run(url, QUIET)
    ((commits,),) = await run(url, "SELECT CAST(sum(quiet_commits) AS BIGINT) FROM log_head")
    watcher.tailer.notify()
    await until(lambda: watcher._unlogged_commits == commits)


async def test_counts_that_move_without_the_log_are_found(database_url: str) -> None:
    """Subscribers get only what has moved."""
    async with watching(database_url, A, B) as (watcher, subscriber):
        await count_unlogged(watcher, database_url, "b")
        assert await soon(subscriber.next()) == [B]

        await count_unlogged(watcher, database_url, "a")
        assert await soon(subscriber.next()) == [A]


async def test_what_moves_while_counts_are_read_comes_next(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last value always arrives, however late in a reading it came to be."""
    may_go_on, is_reading = asyncio.Event(), asyncio.Event()

    async def slow(subjects: Iterable[Subject]) -> dict[Subject, CountVersion]:
        found = await count_versions(subjects)
        is_reading.set()
        await may_go_on.wait()
        return found

    async with watching(database_url, A, B) as (watcher, subscriber):
        monkeypatch.setattr("resolvers.feed.count_watcher.count_versions", slow)
        await write(database_url, views("a"))
        watcher.tailer.notify()
        await soon(is_reading.wait())

        await count_unlogged(watcher, database_url, "b")
        may_go_on.set()

        assert await soon(subscriber.next()) == [A]
        assert await soon(subscriber.next()) == [B]


async def test_many_that_move_come_some_at_once(database_url: str) -> None:
    """So that what is executed for it holds up nobody."""
    subjects = [Subject(SubjectKind.POST, str(number)) for number in range(AT_ONCE + 1)]
    async with watching(database_url, *subjects) as (_, subscriber):
        for subject in subjects:
            subscriber.add_changed(subject)

        assert len(await soon(subscriber.next())) == AT_ONCE
        assert len(await soon(subscriber.next())) == 1


async def test_a_subject_that_could_not_be_shown_comes_again(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless nobody watches it by then."""
    monkeypatch.setattr("resolvers.feed.count_watcher.RETRY_S", 0.01)
    async with watching(database_url, A, B) as (_, subscriber):
        subscriber.retry(A)
        subscriber.retry(B)
        subscriber.unsubscribe(A)

        assert await soon(subscriber.next()) == [B]
