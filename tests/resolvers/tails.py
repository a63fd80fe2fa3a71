"""The tail of a real log under test, those whom it tells, and writers whose ring it may lose."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from models.bells import Bell, Ring
from models.database import Database
from models.log import Stretch
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.submissions import Submission
from resolvers.tail import Tail
from tests.durability.ledgers import ANN, writing
from tests.durability.server import until


class NoBell:
    """Hears nothing."""

    async def listen(self, ring: Ring) -> None:
        await asyncio.Event().wait()


@dataclass(eq=False)
class Taker:
    """Remembers what the tail told it: the rows' targets in order, and the stretches' ends."""

    targets: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    missed: int = 0

    def take(self, stretch: Stretch) -> None:
        self.targets += [row.target_id for row in stretch.rows]
        self.places += [row.seq or 0 for row in stretch.rows]
        self.ends.append(stretch.end)

    def miss(self) -> None:
        self.missed += 1

    async def has(self, targets: Iterable[str]) -> None:
        """Return when it was told of so many rows, which must be these in this order."""
        expected = list(targets)
        await until(lambda: len(self.targets) >= len(expected))
        assert self.targets == expected
        assert self.places == sorted(set(self.places))


def views(*target_ids: str) -> list[Submission]:
    """Events, each a row."""
    return [
        Submission(ANN, ACTIONS[ActionType.VIEW], target_id, False, None, system_clock())
        for target_id in target_ids
    ]


async def write(url: str, submissions: list[Submission], at_once: int = 100) -> None:
    """Commit submissions, so many at once, as another process would."""
    async with writing(url) as (writer, _):
        for start in range(0, len(submissions), at_once):
            await writer.submit(submissions[start : start + at_once])


@asynccontextmanager
async def tailing(
    url: str, bell: Bell | None = None, poll_s: float = 3600
) -> AsyncIterator[tuple[Tail, Taker]]:
    """A tail at work on a log, and who it tells; it looks by itself only when it is to."""
    database = Database.at(url)
    async with database.reading():
        tail, taker = Tail(bell or database.bell(), poll_s), Taker()
        await tail.begin()
        tail.attach(taker)
        try:
            yield tail, taker
        finally:
            await tail.stop()
