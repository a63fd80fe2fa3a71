"""The guard of pruning by itself: whether the clock can be trusted with deleting what it calls old.

A clock that was set wrong once would take all history.
"""

import logging
import time
from collections.abc import Callable

from models.database.database import Database
from models.database.metadata import get, put
from models.records import Micros
from resolvers.instants import format_instant
from resolvers.scoring.weights import DAY, HOUR

AHEAD: Micros = HOUR
"""How far wall time may run ahead of the time that has passed since the start."""

GAP: Micros = 7 * DAY
"""How far a round may be dated after the last one."""

WAIT_S = 24 * 3_600.0
"""How long a process must have run before it trusts a clock that has jumped."""

_LAST_ROUND = "last housekeeping round"

log = logging.getLogger(__name__)


class ClockGuard:
    """Compares the clock with the monotonic one of the process, and with the last stored round.

    Commits cannot be compared: they bear the same clock.
    """

    def __init__(
        self, database: Database, now: Micros, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin to compare; `now` is the clock's time at the start."""
        self._database = database
        self._monotonic = monotonic
        self._started = self._start_of(now)
        self._trusted_from: float | None = None  # by the monotonic clock

    async def trusts(self, now: Micros) -> bool:
        """Whether to prune in a round of this instant, which is stored if so.

        A process that finds the clock ahead says so in the log, and trusts it after 24 hours.
        While it does not, no round is stored: a process that starts meanwhile finds the same.
        """
        passed = self._monotonic()
        if self._trusted_from is None and (reason := await self._reason(now)):
            self._trusted_from = passed + WAIT_S
            log.warning("nothing is pruned until 24 hours from now: %s", reason)
        if self._trusted_from is not None:
            if passed < self._trusted_from:
                return False
            self._trusted_from, self._started = None, self._start_of(now)
        await put(self._database, _LAST_ROUND, str(now))
        return True

    async def _reason(self, now: Micros) -> str:
        """Why not to trust the clock; empty if nothing speaks against it."""
        if (ahead := self._start_of(now) - self._started) > AHEAD:
            return (
                f"the clock says {format_instant(now)}, {ahead // 1_000_000} seconds more than "
                "have passed since the start"
            )
        last = await get(self._database, _LAST_ROUND)
        if last is not None and now - int(last) > GAP:
            return (
                f"the clock says {format_instant(now)}, and the last round of housekeeping was at "
                f"{format_instant(int(last))}; run `trailmark prune` if both are right"
            )
        return ""

    def _start_of(self, now: Micros) -> Micros:
        """What the clock would have said when the monotonic one was at zero."""
        return now - round(self._monotonic() * 1_000_000)
