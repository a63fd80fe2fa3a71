"""Histories: keyset pages of interactions, newest first, for many users or targets in one query.

Each page is a short range of one index, whatever lies before it: the statements ask for a limited
page per key, by a lateral join on PostgreSQL and a correlated subquery on SQLite, which an ORM
cannot say.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import NamedTuple

from models.database import dialect, fetch
from models.filters import Conditions, Filter
from models.records import Micros, StoredInteraction
from models.tables import Interaction
from models.upserts import INTERACTIONS
from models.vocabulary import Status, SubjectKind

_COLUMNS = ", ".join(f"i.{name}" for name in INTERACTIONS.columns)
_ARRAYS = ", ".join(f"array_agg(p.{name})" for name in INTERACTIONS.columns)
_PLACE = attrgetter("occurred_at", "id")
_OWNERS = {
    "user": "i.user_alias = k.value",
    "post": f"i.target_kind = {int(SubjectKind.POST)} AND i.target_id = k.value",
    "all": "TRUE",
}


class Place(NamedTuple):
    """A place between interactions, ordered by instant and, on a tie, by number."""

    occurred_at: Micros
    id: int


@dataclass(frozen=True, slots=True)
class Slice:
    """Which stretch of a history: at most `limit`, strictly older than `after` and newer than
    `before`; the newest of those, or, `backward`, the oldest. So many are passed over as `skip`
    says, each at the price of reading it in the index."""

    limit: int
    after: Place | None = None
    before: Place | None = None
    backward: bool = False
    skip: int = 0


async def histories(
    owner: str, keys: Sequence[str], filter: Filter, slice: Slice
) -> dict[str, list[StoredInteraction]]:
    """A slice of each key's history, newest first; one query however many keys.

    `owner` says what the keys are: `user` aliases, `post` ids, or `all`, whose only key is "".
    """
    query = _Query(dialect())
    page = query.page(owner, filter, slice)
    rows = await fetch(query.over(list(keys), page), query.arguments)
    found: dict[str, list[StoredInteraction]] = {key: [] for key in keys}
    if query.is_sqlite:
        for key, *columns in rows:
            found[key].append(StoredInteraction(*columns))
    else:
        for key, *columns in rows:
            if columns[0] is not None:
                found[key] = [StoredInteraction(*row) for row in zip(*columns, strict=True)]
    for records in found.values():
        records.sort(key=_PLACE, reverse=True)
    return found


async def counts(owner: str, keys: Sequence[str], filter: Filter, limit: int) -> dict[str, int]:
    """How many interactions each key's history has, counted no further than `limit`."""
    query = _Query(dialect())
    page = query.page(owner, filter, Slice(limit))
    rows = await fetch(query.counting(list(keys), page), query.arguments)
    return dict(map(tuple, rows))


async def merged_size(owner: str, keys: Sequence[str], filter: Filter, limit: int) -> int:
    """How many interactions the keys' histories have together, counted no further than `limit`."""
    query = _Query(dialect())
    (row,) = await fetch(query.counting_merged(list(keys), owner, filter, limit), query.arguments)
    size: int = row[0]
    return size


async def by_numbers(numbers: Sequence[int]) -> dict[int, StoredInteraction]:
    """The stored interactions with these numbers, those taken back included."""
    statuses = (Status.SHOWN, Status.UNDONE)
    found = Interaction.filter(id__in=list(numbers), status__in=statuses)
    return {row[0]: StoredInteraction(*row) for row in await found.values_list(*_NAMES)}


_NAMES = tuple(INTERACTIONS.columns)


class _Query(Conditions):
    """A statement under construction, with its arguments."""

    def page(self, owner: str, filter: Filter, slice: Slice) -> str:
        """The conditions, order and limit of one key's page, where `k.value` is the key."""
        conditions = self._conditions(owner, filter)
        for place, side in ((slice.after, "<"), (slice.before, ">")):
            if place is not None:
                at, number = self.add(place.occurred_at), self.add(place.id)
                conditions.append(f"(i.occurred_at, i.id) {side} ({at}, {number})")
        order = "ASC" if slice.backward else "DESC"
        limit = self.add(slice.limit)
        offset = f" OFFSET {self.add(slice.skip)}" if slice.skip else ""
        return (
            f"FROM interactions i WHERE {' AND '.join(conditions)} "
            f"ORDER BY i.occurred_at {order}, i.id {order} LIMIT {limit}{offset}"
        )

    def over(self, keys: list[str], page: str) -> str:
        """The page of every key: a row for each of its rows or, on PostgreSQL, one for all.

        There each column is an array, which costs far less to take than rows.
        """
        if self.is_sqlite:
            inner = f"JOIN interactions i ON i.id IN (SELECT i.id {page})"
            return f"SELECT k.value, {_COLUMNS} FROM {self._each(keys)} {inner}"
        inner = f"CROSS JOIN LATERAL (SELECT {_ARRAYS} FROM (SELECT {_COLUMNS} {page}) p) a"
        return f"SELECT k.value, a.* FROM {self._each(keys)} {inner}"

    def counting(self, keys: list[str], page: str) -> str:
        """The size of every key's page."""
        size = f"(SELECT count(*) FROM (SELECT 1 {page}) p)"
        return f"SELECT k.value, {size} FROM {self._each(keys)}"

    def counting_merged(self, keys: list[str], owner: str, filter: Filter, limit: int) -> str:
        """The size of all keys' histories together: none is read once there are enough."""
        if self.is_sqlite:  # which has no lateral joins, and keeps the order of a cross join
            conditions = " AND ".join(self._conditions(owner, filter))
            rows = f"interactions i WHERE {conditions}"
        else:
            rows = f"LATERAL (SELECT 1 {self.page(owner, filter, Slice(limit))}) p"
        merged = f"SELECT 1 FROM {self._each(keys)} CROSS JOIN {rows} LIMIT {self.add(limit)}"
        return f"SELECT count(*) FROM ({merged}) m"

    def _conditions(self, owner: str, filter: Filter) -> list[str]:
        return [_OWNERS[owner], f"i.status = {int(Status.SHOWN)}", *self.of(filter)]

    def _each(self, keys: list[str]) -> str:
        """The keys as rows `k` with a column `value`."""
        if self.is_sqlite:
            return f"json_each({self.add(json.dumps(keys))}) k"
        return f"unnest({self.add(keys)}::text[]) k(value)"
