"""Count watching: tells of posts and users whose counts moved, at most ten times a second."""

import asyncio
import logging
import time
from collections.abc import Collection
from contextvars import Context

from models.database.notifications.listening import RETRY_S
from models.errors import OUTAGE, described, is_unavailable
from models.reading.log import LogPage, read_head
from models.reading.totals import CountVersion, count_versions
from models.records import StoredInteraction, Subject
from models.vocabulary import ACTION_BY_CODE
from resolvers.feed.log_tailer import LogTailer
from resolvers.recording.counter_changes import subjects

log = logging.getLogger(__name__)

PAUSE_S = 0.1
AT_ONCE = 50


class CountWatcher:
    """All subjects that are watched in a process, with their subscribers.

    The rows of the log say which subjects changed. Some counts move without the log, such as those
    of LIMITED users: then the versions of all watched subjects are compared.
    """

    def __init__(self, tailer: LogTailer, pause_s: float = PAUSE_S) -> None:
        self.tailer = tailer
        self._pause_s = pause_s
        self._subscribers: dict[Subject, set[CountSubscriber]] = {}
        self._versions: dict[Subject, CountVersion | None] = {}
        self._changed = set[Subject]()
        self._unlogged_commits = 0
        self._compared_commits = 0  # how many there were when all versions were last compared
        self._has_news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def begin(self, watched: Collection[Subject]) -> None:
        """Prepare `follow` and subscribing, which must be done before anything is awaited."""
        new = [subject for subject in watched if subject not in self._versions]
        if not watched:
            return
        unlogged_commits = (await read_head()).unlogged_commits
        found = await count_versions(new)
        await self.tailer.begin()
        if self._task is None:
            self._unlogged_commits = self._compared_commits = unlogged_commits
        for subject in new:
            self._versions.setdefault(subject, found.get(subject))

    def follow(self) -> "CountSubscriber":
        """A new subscriber, to no subject yet."""
        return CountSubscriber(self)

    def add(self, subscriber: "CountSubscriber", subject: Subject) -> None:
        self._subscribers.setdefault(subject, set()).add(subscriber)
        if self._task is None:
            self.tailer.attach(self)
            watching = self._watch()
            self._task = asyncio.create_task(watching, name="count watcher", context=Context())

    def remove(self, subscriber: "CountSubscriber", subject: Subject) -> None:
        among = self._subscribers.get(subject, set())
        among.discard(subscriber)
        if not among:
            self._subscribers.pop(subject, None)
            self._versions.pop(subject, None)
        if not self._subscribers and self._task is not None:
            self._task.cancel()
            self._task = None
            self.tailer.detach(self)

    def receive(self, page: LogPage) -> None:
        for row in page.rows:
            self._changed.update(each for each in _counted(row) if each in self._subscribers)
        self._unlogged_commits = page.head.unlogged_commits
        if self._changed or self._unlogged_commits != self._compared_commits:
            self._has_news.set()

    def receive_gap(self) -> None:
        self._changed.update(self._subscribers)
        self._has_news.set()

    async def _watch(self) -> None:
        while True:
            await self._has_news.wait()
            self._has_news.clear()
            begun = time.monotonic()
            try:
                await self._pass_on()
            except Exception as error:
                if is_unavailable(error):
                    message = "counts cannot be read now; their subscribers wait: %s"
                    log.warning(message, described(error), extra=OUTAGE)
                else:
                    log.exception("counts cannot be read; their subscribers wait")
                self._has_news.set()
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(max(self._pause_s, time.monotonic() - begun))

    async def _pass_on(self) -> None:
        """Tell subscribers what the log says changed, and what else has a new version."""
        unlogged_commits = self._unlogged_commits
        compares_all = unlogged_commits != self._compared_commits
        compared = set(self._subscribers) if compares_all else set(self._changed)
        found = await count_versions(compared)
        self._compared_commits = unlogged_commits  # there may be more by now
        changed, self._changed = self._changed, set()
        for subject in compared & self._subscribers.keys():
            version = found.get(subject)
            if self._versions.get(subject) != version:
                changed.add(subject)
            self._versions[subject] = version
        for subject in changed:
            for subscriber in self._subscribers.get(subject, ()):
                subscriber.add_changed(subject)


class CountSubscriber:
    """One subscriber to posts and users; it keeps each that changed once, until asked for it."""

    def __init__(self, watcher: CountWatcher) -> None:
        self._watcher = watcher
        self._subjects = set[Subject]()
        self._changed: dict[Subject, None] = {}
        self._has_news = asyncio.Event()

    #: Changes have no order, so there is none to begin after.
    position = -1

    def subscribe(self, subject: Subject) -> None:
        """Watch a subject."""
        self._subjects.add(subject)
        self._watcher.add(self, subject)

    def unsubscribe(self, subject: Subject) -> None:
        """Watch it no more."""
        self._subjects.discard(subject)
        self._changed.pop(subject, None)
        self._watcher.remove(self, subject)

    def close(self) -> None:
        """Watch nothing."""
        for subject in tuple(self._subjects):
            self.unsubscribe(subject)

    def add_changed(self, subject: Subject) -> None:
        """Keep a subject that changed until it is asked for."""
        self._changed[subject] = None
        self._has_news.set()

    def retry(self, subject: Subject) -> None:
        """Add a subject again a little later: its counts could not be read."""
        asyncio.get_running_loop().call_later(RETRY_S, self._add_again, subject)

    async def next(self) -> list[Subject]:
        """Subjects that changed, some at once; waits until there are any."""
        while not self._changed:
            self._has_news.clear()
            await self._has_news.wait()
        taken = list(self._changed)[:AT_ONCE]
        for subject in taken:
            del self._changed[subject]
        return taken

    def _add_again(self, subject: Subject) -> None:
        if subject in self._subjects:
            self.add_changed(subject)


def _counted(row: StoredInteraction) -> list[Subject]:
    return subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id)
