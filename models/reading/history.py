"""Histories: keyset pages of interactions, newest first, for many users or targets in one query.

Each page is a walk along one index, whatever lies before it, and looks at no more rows than a bound
says: one that passes few of them ends early, and tells where. The statements ask for a limited page
per owner, by a lateral join on PostgreSQL and a correlated subquery on SQLite, which an ORM cannot
say.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from models.database.database import dialect
from models.reading.filters import EVERYTHING, Conditions, Filter
from models.reading.histories.rows import BRIEF, HistoryRow, HistoryRows, newest_first
from models.records import Micros, StoredInteraction
from models.replicas.fetching import fetch_current
from models.upserts import INTERACTIONS
from models.vocabulary import Status, SubjectKind

BOUND = 10_000
"""Rows of an index that one page looks at, if nothing says otherwise."""


ShownInteraction = StoredInteraction | HistoryRow


_ALL = ", ".join(f"i.{name}" for name in INTERACTIONS.columns)
_IS_SHOWN = f"i.status = {int(Status.SHOWN)}"
_POST = int(SubjectKind.POST)


class HistoryOwner(NamedTuple):
    """Whose history: by its `kind` a `user`'s alias, a `post`'s id, or `all`, whose id is empty."""

    kind: str
    id: str = ""


EVERYONE = HistoryOwner("all")


class HistoryCursor(NamedTuple):
    """Where a slice of a history begins or ends: at the interaction of this instant and number.

    Histories are ordered by instant and, on a tie, by number.
    """

    occurred_at: Micros
    id: int


@dataclass(frozen=True, slots=True)
class HistorySlice:
    """Which part of a history: at most `limit`, strictly older than `after` and newer than
    `before`; the newest of those, or, `backward`, the oldest. So many are passed over as `skip`
    says. No more rows of the index are looked at than `bound`, or than that takes of rows that all
    pass, where it is more. Of a `brief` one no more is read of each row than BRIEF."""

    limit: int
    after: HistoryCursor | None = None
    before: HistoryCursor | None = None
    backward: bool = False
    skip: int = 0
    bound: int = BOUND
    brief: bool = False

    @property
    def most(self) -> int:
        """The rows of the index that are looked at, at most."""
        return max(self.bound, self.skip + self.limit)


@dataclass(slots=True)
class Found:
    """What a slice of a history holds, newest first.

    Where its walk reached its bound before its limit, it ended at `ended_at`: nothing is known of
    what lies beyond.
    """

    rows: Sequence[HistoryRow] = ()
    ended_at: HistoryCursor | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """How many interactions a slice of a history has, and where its walk reached its bound."""

    count: int
    ended_at: HistoryCursor | None


async def histories(
    kind: str, ids: Sequence[str], filter: Filter, slice: HistorySlice
) -> dict[str, Found]:
    """A slice of the history of each owner of one kind, by id; in one query."""
    walk = _Walk(kind, filter, slice)
    read = await fetch_current(walk.pages(list(ids)), walk.arguments, walks=walk.passes_over)
    found = {id: Found() for id in ids}
    if walk.is_sqlite:
        rows: dict[str, list[HistoryRow]] = {id: [] for id in ids}
        for key, is_end, *columns in read:
            row = HistoryRow(*columns)
            if is_end:
                found[key].ended_at = HistoryCursor(row.occurred_at, row.id)
            else:
                rows[key].append(row)
        for key, each in rows.items():
            found[key].rows = newest_first(each)
        return found
    for key, ended_at, number, _, *columns in read:
        if columns[0] is not None:
            found[key].rows = newest_first(HistoryRows(columns, is_reversed=slice.backward))
        if number is not None:
            found[key].ended_at = HistoryCursor(ended_at, number)
    return found


async def sizes(
    kind: str, ids: Sequence[str], filter: Filter, slice: HistorySlice
) -> dict[str, Size]:
    """How many interactions a slice of each owner's history has; in one query."""
    walk = _Walk(kind, filter, slice)
    found = await fetch_current(walk.sizes(list(ids)), walk.arguments, walks=True)
    return {
        id: Size(count, None if number is None else HistoryCursor(at, number))
        for id, count, at, number in found
    }


async def merged_size(kind: str, ids: Sequence[str], filter: Filter, bound: int) -> int | None:
    """How many interactions all these histories have together; None beyond `bound` rows of them."""
    walk = _Walk(kind, filter, HistorySlice(0, bound=bound + 1))
    statement = walk.merged_size(list(ids))
    ((walked, passed),) = await fetch_current(statement, walk.arguments, walks=True)
    return int(passed) if walked <= bound else None


async def by_numbers(numbers: Sequence[int]) -> dict[int, StoredInteraction]:
    """The stored interactions with these numbers, those taken back included."""
    conditions = Conditions(dialect())
    statement = (
        f"SELECT {_ALL} FROM interactions i WHERE i.id {conditions.among(numbers, 'bigint')} "
        f"AND i.status IN ({int(Status.SHOWN)}, {int(Status.UNDONE)})"
    )
    found = await fetch_current(statement, conditions.arguments)
    return {row[0]: StoredInteraction(*row) for row in found}


class _Walk(Conditions):
    """Statements that walk along the histories of owners of one kind, with their arguments.

    Within them `k` has a row for each owner, whose id is `k.value`, and `i` is an interaction.

    Each page is cut twice: the inner limit bounds the rows of the index that are looked at, the
    outer one those that pass. The outer query has no order of its own, so both databases take rows
    as the index has them, and stop once there are enough. A sort would have to read all of them.
    """

    def __init__(self, kind: str, filter: Filter, slice: HistorySlice) -> None:
        super().__init__(dialect())
        self._slice = slice
        held, rest = self._held_by_index(kind, filter)
        self._rows = f"interactions i WHERE {' AND '.join(held)}"
        direction = "ASC" if slice.backward else "DESC"
        self._order = f"ORDER BY i.occurred_at {direction}, i.id {direction}"
        self._passing = " AND ".join([_IS_SHOWN, *self.of(rest)])
        #: Whether many rows may be walked for few that pass.
        self.passes_over = rest != EVERYTHING

    def pages(self, ids: list[str]) -> str:
        """The page of every owner and, where it ended early, the row at which it did.

        On SQLite that is a row for each interaction: its owner's id, whether it is the end, and the
        columns. On PostgreSQL it is one row for each owner: its id, instant and number of the end,
        and an array for each column, which costs far less to take than rows.
        """
        if self.is_sqlite:
            columns = ", ".join(self._shown)
            page = f"SELECT json_group_array(i.id) AS numbers FROM ({self._page('i.id')}) i"
            end = f"json_insert(p.numbers, {self.add('$[#]')}, -({self._end('i.id')}))"
            is_short = f"json_array_length(p.numbers) < {self._limit}"
            found = f"SELECT CASE WHEN {is_short} THEN {end} ELSE p.numbers END FROM ({page}) p"
            return (
                f"SELECT k.value, n.value < 0, {columns} FROM {self.each(ids)} "
                f"CROSS JOIN json_each(({found})) n "
                "CROSS JOIN interactions i ON i.id = abs(n.value)"
            )
        is_short = f"count(*) < {self._limit} AS is_short"
        arrays = ", ".join(f"array_agg({column})" for column in self._shown)
        page = self._page(", ".join(self._shown))
        return (
            f"SELECT k.value, e.*, p.* FROM {self.each(ids)} CROSS JOIN LATERAL "
            f"(SELECT {is_short}, {arrays} FROM ({page}) i) p LEFT JOIN LATERAL "
            f"({self._end('i.occurred_at, i.id', 'p.is_short')}) e ON TRUE"
        )

    def sizes(self, ids: list[str]) -> str:
        """The size of every owner's page, and the instant and number of where it ended early."""
        size = f"(SELECT count(*) FROM ({self._page('1')}) p)"
        if self.is_sqlite:
            end = f"interactions e ON e.id = ({self._end('i.id')})"
        else:
            end = f"LATERAL ({self._end('i.occurred_at, i.id')}) e ON TRUE"
        each = self.each(ids)
        return f"SELECT k.value, {size}, e.occurred_at, e.id FROM {each} LEFT JOIN {end}"

    def merged_size(self, ids: list[str]) -> str:
        """How many rows there are, counted no further than the bound, and how many of them pass."""
        if self.is_sqlite:  # which has no lateral joins, and keeps the order of a cross join
            rows = self._rows
        else:
            rows = f"LATERAL (SELECT i.* FROM {self._rows} {self._order} LIMIT {self._bound}) i"
        walked = (
            f"SELECT {self._looked_at} FROM {self.each(ids)} CROSS JOIN {rows} LIMIT {self._bound}"
        )
        return f"SELECT count(*), count(*) FILTER (WHERE {self._passing}) FROM ({walked}) i"

    def _page(self, columns: str) -> str:
        """What passes of the rows that one owner's page may look at."""
        looked_at = self._looked_at if self.is_sqlite else "i.*"
        walked = f"SELECT {looked_at} FROM {self._rows} {self._order} LIMIT {self._bound}"
        skip = f" OFFSET {self.add(self._slice.skip)}" if self._slice.skip else ""
        return f"SELECT {columns} FROM ({walked}) i WHERE {self._passing} LIMIT {self._limit}{skip}"

    def _end(self, columns: str, condition: str = "TRUE") -> str:
        """The last of the rows that one owner's page may look at, if there are so many."""
        last = self.add(self._slice.most - 1)
        rows = f"{self._rows} AND {condition} {self._order}"
        return f"SELECT {columns} FROM {rows} LIMIT 1 OFFSET {last}"

    @property
    def _looked_at(self) -> str:
        """What the filter looks at, and the number: SQLite would read all columns in vain."""
        return ", ".join(sorted({"i.id", *re.findall(r"i\.\w+", self._passing)}))

    @property
    def _shown(self) -> list[str]:
        """The columns of what is read of each row."""
        return [f"i.{name}" for name in (BRIEF if self._slice.brief else HistoryRow._fields)]

    @cached_property
    def _limit(self) -> str:
        return self.add(self._slice.limit)

    @cached_property
    def _bound(self) -> str:
        return self.add(self._slice.most)

    def _held_by_index(self, kind: str, filter: Filter) -> tuple[list[str], Filter]:
        """The conditions that an index holds, and the filter of what a page has to look at.

        What one user did to one post has an index of its own.
        """
        owned, rest = self._of_owner(kind, filter)
        held = [owned]
        if filter != EVERYTHING:
            rest = replace(rest, since=None, until=None)
            held += self.of(Filter(since=filter.since, until=filter.until))
        for cursor, side in ((self._slice.after, "<"), (self._slice.before, ">")):
            if cursor is not None:
                at, number = self.add(cursor.occurred_at), self.add(cursor.id)
                held.append(f"(i.occurred_at, i.id) {side} ({at}, {number})")
        return held, rest

    def _of_owner(self, kind: str, filter: Filter) -> tuple[str, Filter]:
        """The condition that a row is of its owner's history, and what it leaves of the filter."""
        users, posts = filter.user_aliases, filter.post_ids
        if kind == "all":
            return "k.value = ''", filter  # names `k`: SQLite would read all of a walk without it
        if kind == "post":
            if users is None or len(users) != 1:
                return self.of_target(_POST, "k.value"), filter
            done = self.of_user_and_target(self.add(users[0]), _POST, "k.value")
            return done, replace(filter, user_aliases=None)
        if posts is None or len(posts) != 1:
            return self.of_user("k.value"), filter
        done = self.of_user_and_target("k.value", _POST, self.add(posts[0]))
        return done, replace(filter, post_ids=None)
