"""What pruning finds: old rows and event ids, page by page, outside of any lock."""

from collections.abc import AsyncIterator, Sequence

from models.database.database import fetch
from models.records import EARLIEST, Micros, StoredInteraction
from models.upserts import INTERACTIONS
from models.values import EventKey
from models.vocabulary import Status

ROWS_AT_ONCE = 1_000
_CAME_WITH = ("source", "recommended", "context", "described", "variant", "event_key")
"""What nobody looks at when it goes."""

_NAMES = ", ".join(name for name in INTERACTIONS.columns if name not in _CAME_WITH)
_ROWS = f"""
SELECT {_NAMES} FROM interactions WHERE (occurred_at, id) > ($1, $2) AND occurred_at < $3
ORDER BY occurred_at, id LIMIT {ROWS_AT_ONCE}
"""
_EVENT_IDS = f"""
SELECT seen_at, user_key, event_key FROM event_ids
WHERE (seen_at, user_key, event_key) > ($1, $2, $3) AND seen_at < $4
ORDER BY seen_at, user_key, event_key LIMIT {ROWS_AT_ONCE}
"""


async def size(until: Micros) -> int:
    """How many rows are dated before an instant."""
    rows = await fetch("SELECT count(*) FROM interactions WHERE occurred_at < $1", (until,))
    return int(rows[0][0])


async def share(until: Micros) -> tuple[int, int]:
    """How many rows that history may show are dated before an instant, and how many there are."""
    statement = (
        "SELECT count(*) FILTER (WHERE occurred_at < $1), count(*) FROM interactions "
        f"WHERE status <> {int(Status.ARCHIVED)}"
    )
    ((going, stored),) = await fetch(statement, (until,))
    return int(going), int(stored)


async def rows_between(since: Micros, until: Micros) -> AsyncIterator[list[StoredInteraction]]:
    """Pages of the rows dated from one instant on and before another, oldest first.

    Each is read anew and from a short range of the index, whatever lies before it; the rows lack
    what came with them.
    """
    last = (since, -1)
    while True:
        rows = [StoredInteraction(*row) for row in await fetch(_ROWS, (*last, until))]
        if rows:
            yield rows
        if len(rows) < ROWS_AT_ONCE:
            return
        last = (rows[-1].occurred_at, rows[-1].id)


async def event_ids_before(until: Micros) -> AsyncIterator[list[EventKey]]:
    """Pages of the keys of event ids that were seen before an instant, oldest first."""
    last = (EARLIEST, EARLIEST, EARLIEST)
    while True:
        rows = await fetch(_EVENT_IDS, (*last, until))
        if rows:
            yield [EventKey(row[1], row[2]) for row in rows]
        if len(rows) < ROWS_AT_ONCE:
            return
        last = tuple(rows[-1])


async def last_records(state_keys: Sequence[bytes]) -> dict[bytes, Micros | None]:
    """The latest instants at which these states were recorded."""
    if not state_keys:
        return {}
    among = ", ".join(f"${number}" for number in range(1, len(state_keys) + 1))
    statement = f"SELECT state_key, last_record_at FROM interactions WHERE state_key IN ({among})"
    return {bytes(row[0]): row[1] for row in await fetch(statement, state_keys)}
