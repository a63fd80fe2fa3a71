"""A tailer of a real log, a listener that remembers, and writers that send no notification."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from models.database.database import Database
from models.database.notifications.listening import CommitNotifications, Notify
from models.reading.log import LogPage, read_head
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.feed.log_tailer import LogTailer
from resolvers.recording.submissions import Submission
from tests.support.durability.ledgers import ANN, writing
from tests.support.durability.server import until


class NoNotifications:
    """Notifications that never come."""

    async def listen(self, notify: Notify) -> None:
        await asyncio.Event().wait()

    def bring_up(self) -> None:
        """Do nothing: lanes stay where they are."""


@dataclass(eq=False)
class Listener:
    """Remembers what it received: the rows' targets and sequences in order, the pages' ends."""

    targets: list[str] = field(default_factory=list)
    sequences: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    gaps: int = 0

    def receive(self, page: LogPage) -> None:
        self.targets += [row.target_id for row in page.rows]
        self.sequences += [row.seq or 0 for row in page.rows]
        self.ends.append(page.end.sequence)

    def receive_gap(self) -> None:
        self.gaps += 1

    async def has(self, targets: Iterable[str]) -> None:
        """Return when it has received so many rows, which must be these in this order."""
        expected = list(targets)
        await until(lambda: len(self.targets) >= len(expected))
        assert self.targets == expected
        assert self.sequences == sorted(set(self.sequences))


def views(*target_ids: str) -> list[Submission]:
    """Events, each a row."""
    return [
        Submission(
            user_alias=ANN,
            action=ACTIONS[ActionType.VIEW],
            target_id=target_id,
            undo=False,
            occurred_at=None,
            arrived_at=system_clock(),
        )
        for target_id in target_ids
    ]


async def write(url: str, submissions: list[Submission], at_once: int = 100) -> None:
    """Commit submissions, so many at once, as another process would."""
    async with writing(url) as (writer, _):
        for start in range(0, len(submissions), at_once):
            await writer.submit(submissions[start : start + at_once])


async def has_read(tailer: LogTailer) -> None:
    """Return when a tailer has read all that is there now; its database is being read."""
    end = (await read_head()).position
    await until(lambda: tailer.position == end)


@asynccontextmanager
async def tailing(
    url: str, notifications: CommitNotifications | None = None, poll_s: float = 3600
) -> AsyncIterator[tuple[LogTailer, Listener]]:
    """A tailer at work on a log, and its listener; it polls only as often as it is to."""
    database = Database.at(url)
    async with database.reading():
        tailer = LogTailer(notifications or database.notifications(), poll_s)
        listener = Listener()
        await tailer.begin()
        tailer.attach(listener)
        try:
            yield tailer, listener
        finally:
            await tailer.stop()
