"""Parts of preferences, as those who merge them look for them: how many, how large, and what."""

from collections.abc import Sequence

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.signal_records import PartKey

_PASSED = """
SELECT user_alias, count(*) FROM (
  SELECT user_alias FROM facet_parts WHERE user_alias > $1 ORDER BY user_alias LIMIT $2
) AS passed GROUP BY user_alias ORDER BY user_alias
"""


async def sizes_of(aliases: Sequence[str]) -> dict[str, dict[int, int]]:
    """How many bytes each part of some users has, by its number; in one query."""
    conditions = Conditions(dialect())
    rows = await fetch(
        "SELECT user_alias, number, length(entries) FROM facet_parts "
        f"WHERE user_alias {conditions.among(list(aliases), 'text')}",
        conditions.arguments,
    )
    found: dict[str, dict[int, int]] = {}
    for alias, number, size in map(tuple, rows):
        found.setdefault(alias, {})[number] = size
    return found


async def entries_of(alias: str, numbers: Sequence[int]) -> dict[PartKey, bytes]:
    """What some parts of a user hold; those that are gone are left out."""
    conditions = Conditions(dialect())
    among = conditions.among(list(numbers), "bigint")
    rows = await fetch(
        "SELECT number, entries FROM facet_parts "
        f"WHERE user_alias = {conditions.add(alias)} AND number {among}",
        conditions.arguments,
    )
    return {PartKey(alias, number): bytes(entries) for number, entries in map(tuple, rows)}


async def users_with_more(parts: int, after: str, rows: int) -> tuple[list[str], str]:
    """Those of the next users who have more parts than so many, and the alias to go on after.

    So many rows are looked at; the alias is empty at the end.
    """
    found = [tuple(row) for row in await fetch(_PASSED, (after, rows))]
    last = ""
    if sum(number for _, number in found) == rows:  # of the last one, some may lie beyond
        if len(found) > 1:
            found.pop()
        last = found[-1][0]
    return [alias for alias, number in found if number > parts], last
