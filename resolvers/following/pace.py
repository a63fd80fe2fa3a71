"""The pace of a follower: how often it follows, and how much time it leaves to others."""

import asyncio
from collections.abc import Callable
from time import monotonic

from resolvers.following.follower import Follower
from resolvers.following.lag import Lag

LONGEST_PAUSE_S = 0.5

WITHIN_S = 1.5
"""How old what is committed becomes as a rule while much is: the more there is, the less each row
costs that is followed together with others."""

PART = 10
"""What part of the time a follower takes, as long as nothing becomes older than that by it."""

BACKLOG = 50_000
"""From so many numbers behind on, as after an import, it leaves others as much time as it takes."""


async def keep_up(
    follower: Follower,
    notified: asyncio.Event,
    lag: Lag,
    *,
    least_s: float,
    may_write: Callable[[], bool],
) -> None:
    """Follow until there is nothing to follow, again at each notification, until cancelled.

    Between two rounds it rests, so that what is committed meanwhile makes one batch, and tidies up;
    for so many seconds at least.
    While it may not write, it waits for another notification, also in the middle of a round.
    """
    try:
        while True:
            await notified.wait()
            notified.clear()
            lag.note()  # what others commit is only looked for
            lag.begin()
            begun = monotonic()
            if await _follow_all(follower, may_write):
                lag.end()
            now = monotonic()
            rest_s = rest_after(now - begun, least_s)
            await _rest(follower, now + rest_s, notified, may_write, is_busy=rest_s > least_s)
    finally:
        follower.forget()


def rest_after(took_s: float, least_s: float) -> float:
    """How many seconds to rest after a round, by how long that took."""
    return max(least_s, min((PART - 1) * took_s, WITHIN_S - 2 * took_s))


async def _follow_all(follower: Follower, may_write: Callable[[], bool]) -> bool:
    """Follow until there is nothing to follow, or it may not write; whether all is followed."""
    while may_write():
        begun = monotonic()
        if not await follower.advance():
            return True
        took = monotonic() - begun
        await asyncio.sleep(took if follower.behind > BACKLOG else 0)
    return False


async def _rest(
    follower: Follower,
    until: float,
    notified: asyncio.Event,
    may_write: Callable[[], bool],
    *,
    is_busy: bool,
) -> None:
    """Wait until an instant, and tidy up: some in any case, and as long as there is time.

    After each bit it leaves as much time to others, and more while there is much to follow.
    """
    while may_write():
        begun = monotonic()
        if not await follower.tidy():
            break
        now = monotonic()
        took = now - begun
        pause = min((PART - 1) * took if is_busy else took, LONGEST_PAUSE_S)
        await asyncio.sleep(min(pause, until - now) if now < until else pause)
        if notified.is_set() and monotonic() >= until:
            break
    await asyncio.sleep(max(until - monotonic(), 0))
