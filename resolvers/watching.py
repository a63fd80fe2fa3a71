"""Watching: word of posts and users for whom something counts anew, at most ten times a second."""

import asyncio
import logging
import time
from collections.abc import Collection

from models.bells import RETRY_S
from models.errors import is_unavailable
from models.log import Stretch, read_head
from models.records import StoredInteraction, Subject
from models.totals import Mark, marks
from models.vocabulary import ACTION_BY_CODE
from resolvers.tail import Tail
from resolvers.tallying import subjects

log = logging.getLogger(__name__)

PAUSE_S = 0.1
AT_ONCE = 50


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
        self._looked_at_commits = 0  # how many there were when all was looked at last
        self._news = asyncio.Event()
        self._telling: asyncio.Task[None] | None = None

    async def begin(self, watched: Collection[Subject]) -> None:
        """Be ready for `follow` and for wishes, which must be made before anything is awaited."""
        new = [subject for subject in watched if subject not in self._marks]
        if not watched:
            return
        quiet_commits = (await read_head()).quiet_commits
        found = await marks(new)
        await self.tail.begin()
        if self._telling is None:
            self._quiet_commits = self._looked_at_commits = quiet_commits
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
        self._quiet_commits = stretch.head.quiet_commits
        if self._touched or self._quiet_commits != self._looked_at_commits:
            self._news.set()

    def miss(self) -> None:
        self._touched.update(self._watchings)
        self._news.set()

    async def _tell_always(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            begun = time.monotonic()
            try:
                await self._tell()
            except Exception as error:
                if is_unavailable(error):
                    log.warning("counts cannot be read now; whoever watches waits: %s", error)
                else:
                    log.exception("counts cannot be read; whoever watches waits")
                self._news.set()
                await asyncio.sleep(RETRY_S)
            await asyncio.sleep(max(self._pause_s, time.monotonic() - begun))

    async def _tell(self) -> None:
        """Tell of what was touched, and of what else has moved since it was last looked at."""
        quiet_commits = self._quiet_commits
        looks_at_all = quiet_commits != self._looked_at_commits
        looked_at = set(self._watchings) if looks_at_all else set(self._touched)
        found = await marks(looked_at)
        self._looked_at_commits = quiet_commits  # there may be more by now
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

    def again(self, subject: Subject) -> None:
        """Hold a subject again a little later: its news could not be read."""
        asyncio.get_running_loop().call_later(RETRY_S, self._hold_again, subject)

    async def next(self) -> list[Subject]:
        """Subjects that have news, some at once; waits until there are any."""
        while not self._held:
            self._news.clear()
            await self._news.wait()
        taken = list(self._held)[:AT_ONCE]
        for subject in taken:
            del self._held[subject]
        return taken

    def _hold_again(self, subject: Subject) -> None:
        if subject in self._subjects:
            self.hold(subject)


def _counting(row: StoredInteraction) -> list[Subject]:
    return subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id)
