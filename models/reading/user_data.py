"""User data: all that is stored about one user, read in short pages, so that no read is long."""

from collections.abc import Collection, Iterable
from typing import Any

from models.count_records import sums
from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.reading.history import HistoryCursor
from models.records import (
    EARLIEST,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    StoredScore,
    StoredSetting,
    StoredToken,
    StoredTotal,
)
from models.tables import PrivacySetting
from models.upserts import (
    EVENT_IDS,
    INTERACTIONS,
    REMOVALS,
    SCORES,
    SETTINGS,
    TOKENS,
    TOTALS,
    Upsert,
)
from models.values import short_key
from models.vocabulary import SubjectKind

BEGINNING = HistoryCursor(EARLIEST, -1)
_OF_SUBJECT = f"subject_kind = {int(SubjectKind.USER)} AND subject_id = $1"


async def rows_after(alias: str, cursor: HistoryCursor, limit: int) -> list[StoredInteraction]:
    """The user's next interactions of every status, oldest first."""
    of_user = Conditions(dialect()).of_user("$1", INTERACTIONS.table)
    condition = f"{of_user} AND (occurred_at, id) > ($2, $3)"
    order = f"ORDER BY occurred_at, id LIMIT {limit}"
    rows = await _rows(INTERACTIONS, f"{condition} {order}", alias, *cursor)
    return [StoredInteraction(*row) for row in rows]


async def event_ids_after(alias: str, last: int, limit: int) -> list[StoredEventId]:
    """The user's next idempotency ids, in order of their keys; the first follow EARLIEST."""
    condition = f"user_key = $1 AND event_key > $2 ORDER BY event_key LIMIT {limit}"
    rows = await _rows(EVENT_IDS, condition, short_key(alias), last)
    return [StoredEventId(*row) for row in rows]


async def totals_of(alias: str) -> list[StoredTotal]:
    """The user's own totals, in the order of the actions."""
    rows = await _rows(TOTALS, f"{_OF_SUBJECT} ORDER BY action", alias)
    return list(sums(StoredTotal(*row) for row in rows).values())


async def scores_of(alias: str) -> list[StoredScore]:
    """The user's own score, if there is one."""
    rows = await _rows(SCORES, _OF_SUBJECT, alias)
    return list(sums(StoredScore(*row) for row in rows).values())


async def tokens_of(owners: Collection[bytes]) -> list[StoredToken]:
    """The tokens of a user's owner digests, in no order."""
    if not owners:
        return []
    parameters = ", ".join(f"${number}" for number in range(1, len(owners) + 1))
    rows = await _rows(TOKENS, f"owner IN ({parameters})", *sorted(owners))
    return [StoredToken(*row) for row in rows]


async def tokens_before(day: int, limit: int) -> list[bytes]:
    """The keys of tokens made before a day, in no order."""
    statement = f"SELECT key FROM tokens WHERE day < $1 LIMIT {limit}"
    return [bytes(row[0]) for row in await fetch(statement, (day,))]


async def salts() -> dict[int, bytes]:
    """The living salts by their days."""
    return {row[0]: bytes(row[1]) for row in await fetch("SELECT day, salt FROM salts", ())}


async def settings_of(aliases: Iterable[str]) -> dict[str, StoredSetting]:
    """The setting of each user who chose a level."""
    found = PrivacySetting.filter(user_alias__in=list(aliases))
    rows = await found.values_list(*SETTINGS.columns)
    return {row[0]: StoredSetting(*row) for row in rows}


async def removals_of(alias: str) -> list[StoredRemoval]:
    """The user's removal, if one is pending."""
    return [StoredRemoval(*row) for row in await _rows(REMOVALS, "user_alias = $1", alias)]


async def removals() -> list[StoredRemoval]:
    """All removals that are pending, oldest first."""
    rows = await _rows(REMOVALS, "TRUE ORDER BY requested_at, user_alias")
    return [StoredRemoval(*row) for row in rows]


async def _rows(upsert: Upsert, condition: str, *arguments: Any) -> list[tuple[Any, ...]]:
    columns = ", ".join(upsert.columns)
    statement = f"SELECT {columns} FROM {upsert.table} WHERE {condition}"
    return [tuple(row) for row in await fetch(statement, arguments)]
