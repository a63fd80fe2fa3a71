"""Watching: word of posts and users for whom something counts anew, at most ten times a second."""

import asyncio
import logging
import time
from collections.abc import Iterable

from models.bells import RETRY_S
from models.log import Stretch, read_head
from models.records import StoredInteraction, Subject
from models.totals import Mark, marks
from models.vocabulary import ACTION_BY_CODE
from resolvers.tail import Tail
from resolvers.tallying import subjects

log = logging.getLogger(__name__)

PAUSE_S = 0.1


class Watch:
    """All that is watched in a process, and by whom.

    The log tells for whom a row counts. Where counts move that it does not tell, such as those of
    LIMITED users, all that is watched is looked at.
    """

    def __init__(self, tail: Tail, pause_s: float = PAUSE_S) -> None:
        self.tail = tail
        self._pause_s = pause_s
        self._watchings: dict[Subject, set[Watching]] = {}
        self._marks: dict[Subject, Mark | None] = {}
        self._touched = set[Subject]()
        self._quiet_commits = 0
        self._looks_at_all = False
        self._news = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    async def begin(self, watched: Iterable[Subject]) -> None:
        """Be ready for `follow` and for wishes, which must be made before anything is awaited."""
        new = [subject for subject in watched if subject not in self._marks]
        quiet_commits = (await read_head()).quiet_commits
        found = await marks(new)
        await self.tail.begin()
        if self._telling is None:
            self._quiet_commits = quiet_commits
        for subject in new:
            self._marks.setdefault(subject, found.get(subject))

    def follow(self) -> "Watching":
        """A new watching, of nothing yet."""
        return Watching(self)

    def add(self, watching: "Watching", subject: Subject) -> None:
        self._watchings.setdefault(subject, set()).add(watching)
        if self._telling is None:
            self.tail.attach(self)
            self._telling = asyncio.create_task(self._tell_always(), name="watch")

    def remove(self, watching: "Watching", subject: Subject) -> None:
        among = self._watchings.get(subject, set())
        among.discard(watching)
        if not among:
            self._watchings.pop(subject, None)
            self._marks.pop(subject, None)
        if not self._watchings and self._telling is not None:
            self._telling.cancel()
            self._telling = None
            self.tail.detach(self)

    def take(self, stretch: Stretch) -> None:
        for row in stretch.rows:
            self._touched.update(each for each in _counting(row) if each in self._watchings)
        if stretch.head.quiet_commits != self._quiet_commits:
            self._quiet_commits = stretch.head.quiet_commits
            self._looks_at_all = True
        if self._touched or self._looks_at_all:
            self._news.set()

    def miss(self) -> None:
        self._looks_at_all = True
        self._news.set()

    async def _tell_always(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            begun = time.monotonic()
            try:
                await self._tell()
            except Exception:
                log.exception("counts cannot be read now; whoever watches them waits")
                self._news.set()
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(max(self._pause_s, time.monotonic() - begun))

    async def _tell(self) -> None:
        """Tell of what was touched, and of what else has moved since it was last looked at."""
        looked_at = set(self._watchings) if self._looks_at_all else set(self._touched)
        found = await marks(looked_at)
        self._looks_at_all = False
        told, self._touched = self._touched, set()
        for subject in looked_at & self._watchings.keys():
            mark = found.get(subject)
            if self._marks.get(subject) != mark:
                told.add(subject)
            self._marks[subject] = mark
        for subject in told:
            for watching in self._watchings.get(subject, ()):
                watching.hold(subject)


class Watching:
    """One watcher of posts and users; it holds each that has news once, until it is asked for."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._subjects = set[Subject]()
        self._held: dict[Subject, None] = {}
        self._news = asyncio.Event()

    #: There is no place before which it tells nothing.
    position = -1

    def wish(self, subject: Subject) -> None:
        """Watch a subject."""
        self._subjects.add(subject)
        self._watch.add(self, subject)

    def unwish(self, subject: Subject) -> None:
        """Watch it no more."""
        self._subjects.discard(subject)
        self._held.pop(subject, None)
        self._watch.remove(self, subject)

    def close(self) -> None:
        """Watch nothing."""
        for subject in tuple(self._subjects):
            self.unwish(subject)

    def hold(self, subject: Subject) -> None:
        """Keep in mind that a subject has news."""
        self._held[subject] = None
        self._news.set()

    async def next(self) -> list[Subject]:
        """The subjects that have news; waits until there are some."""
        while not self._held:
            self._news.clear()
            await self._news.wait()
        taken, self._held = list(self._held), {}
        return taken


def _counting(row: StoredInteraction) -> list[Subject]:
    return subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id)
