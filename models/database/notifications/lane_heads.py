"""The heads of lanes: those that stand still are brought up, so that the log is read beyond them.

The log is read up to the least head. A lane in which nobody records would hold all readers up.
"""

from time import monotonic

from models.database.postgres import Connection

STANDS_STILL_S = 1.0
"""After how long a reader takes a head that holds it up for one that nobody else brings up."""

_BROUGHT_UP = """
WITH heads AS MATERIALIZED (SELECT id, last_number FROM log_head),
idle AS MATERIALIZED (
    SELECT h.id FROM log_head h
        JOIN unnest($1::int[], $2::bigint[]) seen(id, last_number)
        ON seen.id = h.id AND seen.last_number = h.last_number
    WHERE h.last_number < (SELECT max(last_number) FROM heads)
    FOR UPDATE OF h SKIP LOCKED),
raised AS (
    UPDATE log_head h SET last_number = (SELECT max(last_number) FROM heads)
    FROM idle WHERE idle.id = h.id RETURNING h.id, h.last_number)
SELECT heads.id, coalesce(raised.last_number, heads.last_number), raised.id IS NOT NULL
FROM heads LEFT JOIN raised ON raised.id = heads.id"""


class LaneHeads:
    """The heads as they were seen last, which tell by the next look what has stood still since."""

    def __init__(self) -> None:
        self._seen: dict[int, int] = {}

    @property
    def least(self) -> int:
        """The least head: up to there the log can be read."""
        return min(self._seen.values(), default=0)

    @property
    def highest(self) -> int:
        """The highest head: up to there something was committed."""
        return max(self._seen.values(), default=0)

    async def bring_up(self, connection: Connection) -> int:
        """Set those heads that have not moved since the last look to the highest; how many it set.

        It waits for nobody: a lane that is being written moves by itself. No head is lowered, and
        who writes a lane after this does so with numbers beyond its head. No commit is made known:
        each lane keeps its commit id.
        """
        rows = await connection.fetch(_BROUGHT_UP, list(self._seen), list(self._seen.values()))
        self._seen = {lane: head for lane, head, _ in rows}
        return sum(is_raised for _, _, is_raised in rows)


async def bring_up_now(connection: Connection) -> None:
    """Bring up all heads but those of lanes that are being written at this moment."""
    heads = LaneHeads()
    await heads.bring_up(connection)
    await heads.bring_up(connection)


class StandStill:
    """Tells a reader when the least head has held it up for so long that it must act itself."""

    def __init__(self) -> None:
        self._least = 0
        self._since: float | None = None

    def note(self, least: int, highest: int) -> bool:
        """Take note of heads that were read; whether the least one has stood still below others.

        Whoever is told so once is told so again after as long.
        """
        now = monotonic()
        if least >= highest:
            self._since = None
        elif self._since is None or least != self._least:
            self._least, self._since = least, now
        elif now - self._since >= STANDS_STILL_S:
            self._since = now
            return True
        return False
