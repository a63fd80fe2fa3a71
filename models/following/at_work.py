"""At work: which process follows, as PostgreSQL knows it, and what that tells of its work.

The session that holds a lock of followers is named by what is told. So it ends with its process,
and nothing is written for it.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from models.database.advisory_locks import AdvisoryLock
from models.database.database import fetch
from models.database.process_locks import PROOF_S, Work

_LOCKS: Mapping[int, Work] = {
    AdvisoryLock.FOLLOWING: "following",
    AdvisoryLock.RANKING: "ranking",
}
_HOLDERS = """
SELECT lock.classid::bigint * 4294967296 + lock.objid::bigint, session.application_name,
  coalesce(extract(epoch FROM clock_timestamp() - session.state_change), 0)::float8
FROM pg_locks lock LEFT JOIN pg_stat_activity session USING (pid)
WHERE lock.locktype = 'advisory' AND lock.granted AND lock.objsubid = 1
  AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
_NAME = "trailmark {} "
SILENT_S = 2 * PROOF_S
"""After which a session that says nothing belongs to a process that stands still."""


class Told(NamedTuple):
    """What a process tells of its work in numbers, and how many seconds ago it did."""

    numbers: tuple[float, ...]
    age_s: float

    @property
    def is_silent(self) -> bool:
        """Whether it should have said more by now."""
        return self.age_s > SILENT_S


def telling(work: Work, numbers: Iterable[float]) -> str:
    """How the session is named that does this work and tells these numbers, to a tenth."""
    return _NAME.format(work) + " ".join(f"{number:.1f}" for number in numbers)


async def at_work() -> dict[Work, Told]:
    """What those tell that follow now; works that nobody is at are left out. Of PostgreSQL alone.

    Who is not allowed to see another role's sessions sees that there is one, and no numbers.
    """
    rows = map(tuple, await fetch(_HOLDERS, ()))
    return {
        _LOCKS[number]: Told(_numbers(_LOCKS[number], name), age_s)
        for number, name, age_s in rows
        if number in _LOCKS
    }


def _numbers(work: Work, name: str | None) -> tuple[float, ...]:
    """The numbers that a session's name tells; none before it has told any."""
    prefix = _NAME.format(work)
    if name is None or not name.startswith(prefix):
        return ()
    return tuple(map(float, name.removeprefix(prefix).split()))
