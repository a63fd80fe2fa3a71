"""Merging: the many parts of users' preferences added up into few, behind those who record.

A part never changes under its number. So parts are added up without the lock; under it, it is only
made sure that all of them are still there before one takes their place.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from random import randrange
from typing import Any

from models.errors import OUTAGE, is_unavailable
from models.ledger.ledger import Judge
from models.reading.signals import parts
from models.records import Changes, Known, Micros, Wanted
from models.signal_records import PartKey
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.facets import new_parts
from resolvers.scoring.facet_parts import FacetSums
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

MANY = 32
"""Parts that a user may have; of one with more, some are merged."""

PARTS_AT_ONCE = 500
BYTES_AT_ONCE = 32 * 1024 * 1024
"""What is merged at once of one user, and no more parts than the limit above."""

USERS_AT_ONCE = 50
"""Users of one transaction."""

ONE_IN = 32
"""Of so many new parts one has its user's parts looked at."""

PAUSE_S = 0.1
"""The least pause between two transactions: while it lasts, more users are gathered."""

WAITING_LIMIT = 10_000
"""Users that wait to be looked at; of those beyond, the next inputs tell again."""

PASSED_AT_ONCE = 100_000
"""Parts that a round of housekeeping looks at."""

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]
ByLane = Callable[[Sequence[str]], Iterable[tuple[Commit, Sequence[str]]]]
"""What commits for each of some users, and for whom it does."""


async def merge(commit: Commit, aliases: Sequence[str], half_life: Micros) -> list[str]:
    """Merge what users have too many parts of; those of whom there may still be too many.

    Raises:
        DatabaseUnavailable: it was not committed.
    """
    found: dict[str, dict[PartKey, bytes]] = {}
    left: list[str] = []
    for alias, sizes in (await parts.sizes_of(aliases)).items():
        if numbers := chosen(sizes):
            found[alias] = await parts.entries_of(alias, numbers)
            left += [alias] if len(sizes) - len(numbers) >= MANY else []
    if found:
        merged = await asyncio.to_thread(_merged, found, half_life)
        replaced = {part for entries in found.values() for part in entries}
        await commit(Wanted(parts=set(replaced)), _replacing(replaced, merged))
    return left


def _merged(found: Mapping[str, Mapping[PartKey, bytes]], half_life: Micros) -> dict[str, bytes]:
    """The sum of the parts of each user that there is something left of."""
    sums = {alias: FacetSums(half_life, entries.values()) for alias, entries in found.items()}
    return {alias: each.packed() for alias, each in sums.items() if each}


def chosen(sizes: Mapping[int, int]) -> list[int]:
    """The numbers of the parts to merge, by the bytes of all: none where there are few.

    They are the smallest, and each that is no larger than all before it. So a part is merged again
    only with as much as it holds, and those that stay grow as powers of two do.
    """
    if len(sizes) <= MANY:
        return []
    found: list[int] = []
    total = 0
    for number, size in sorted(sizes.items(), key=lambda item: item[1]):
        is_small = len(found) < MANY // 2 or size <= total
        is_full = len(found) == PARTS_AT_ONCE or total + size > BYTES_AT_ONCE
        if is_full or not is_small:
            break
        found.append(number)
        total += size
    return found if len(found) > 1 else []


def _replacing(replaced: set[PartKey], merged: Mapping[str, bytes]) -> Judge[None]:
    """Put merged parts in the place of those they are the sum of, where all of a user's are there.

    Where some are not, another has merged them, or the user is gone.
    """

    def judged(known: Known) -> tuple[Changes, None]:
        changes = Changes(known.last_number)
        missing = {part.user_alias for part in replaced - known.parts}
        changes.gone.parts.update(part for part in replaced if part.user_alias not in missing)
        packed = {alias: each for alias, each in merged.items() if alias not in missing}
        changes.parts.update(new_parts(packed))
        return changes, None

    return judged


class PartMerger:
    """Merges the parts of those who record, one in so many of whom it is told.

    Nothing is lost if it never hears of a user: the next inputs tell again.
    """

    def __init__(self, half_life: Micros) -> None:
        self._half_life = half_life
        self._waiting: dict[str, None] = {}
        self._is_due = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self, by_lane: ByLane) -> None:
        """Begin to merge; call in the running loop."""
        self._task = asyncio.create_task(self._run(by_lane), name="merging parts")

    async def stop(self) -> None:
        """Stop; what was to be merged is so later."""
        if self._task is not None:
            await cancel([self._task])

    def sample(self, aliases: Sequence[str]) -> None:
        """Take note of some of the users who have one part more."""
        if aliases:
            for alias in aliases[randrange(ONE_IN) :: ONE_IN]:  # noqa: S311 (not a secret)
                self.ask(alias)

    def ask(self, alias: str) -> None:
        """Have a user's parts looked at."""
        if len(self._waiting) < WAITING_LIMIT:
            self._waiting[alias] = None
            self._is_due.set()

    async def _run(self, by_lane: ByLane) -> None:
        while True:
            await self._is_due.wait()
            begun, aliases = time.monotonic(), list(self._waiting)[:USERS_AT_ONCE]
            for alias in aliases:
                del self._waiting[alias]
            if not self._waiting:
                self._is_due.clear()
            try:
                for commit, some in by_lane(aliases):
                    for alias in await merge(commit, some, self._half_life):
                        self.ask(alias)
            except Exception as error:
                _note(error)
            await asyncio.sleep(max(time.monotonic() - begun, PAUSE_S))


class Sweeper:
    """Looks for users with many parts in rounds, as an import leaves them; a bit in each."""

    def __init__(self, half_life: Micros) -> None:
        self._half_life = half_life
        self._after = ""

    async def sweep(self, commit: Commit) -> int:
        """Merge what the next parts tell of; how many users that were.

        Raises:
            DatabaseUnavailable: a step was not committed; the next round goes on.
        """
        aliases, last = await parts.users_with_more(MANY, self._after, PASSED_AT_ONCE)
        for alias in aliases:
            while await merge(commit, [alias], self._half_life):
                pass
        self._after = last
        return len(aliases)


def _note(error: Exception) -> None:
    if isinstance(error, Overloaded | OutcomeUnknown) or is_unavailable(error):
        log.warning("parts of preferences are merged later: %s", error, extra=OUTAGE)
    else:
        log.error("parts of preferences are merged later", exc_info=error)
