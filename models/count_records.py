"""Rows of the tables that count, as plain records.

Each lane counts in rows of its own, of the slot that has its number: what is counted is the sum of
all slots, whose parts may be negative. A record says nothing of slots: it is a row of one of them,
or the sum of all.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, Self, TypeAlias, TypeVar

from models.values import EARLIEST, Micros, Record, added, encode, kept_sum, stored_as

Place: TypeAlias = str
"""Where a row of a table on PostgreSQL is, as its `ctid` says, until it is written anew."""


class Subject(NamedTuple):
    """Whom or what a total or a score is about."""

    kind: int
    id: str


class TotalKey(NamedTuple):
    kind: int
    id: str
    action: int


class SpanKey(NamedTuple):
    """A range of time by its length and start, in minutes, and an action."""

    span: int
    start: int
    action: int


@dataclass(slots=True)
class StoredTotal(Record):
    """A row of `totals`."""

    subject_kind: int
    subject_id: str
    action: int
    count: int = 0
    aggregated: int = stored_as("folded", 0)
    archived: int = stored_as("bare", 0)
    decayed: bytes | None = None
    aggregated_decayed: bytes | None = stored_as("folded_decayed", None)
    last_at: Micros = EARLIEST

    @property
    def key(self) -> TotalKey:
        return TotalKey(self.subject_kind, self.subject_id, self.action)

    def add(self, others: Sequence[Self]) -> None:
        """Add what other slots count under the same key."""
        rows = [self, *others]
        self.count = sum(row.count for row in rows)
        self.aggregated = sum(row.aggregated for row in rows)
        self.archived = sum(row.archived for row in rows)
        self.decayed = kept_sum([row.decayed for row in rows])
        self.aggregated_decayed = kept_sum([row.aggregated_decayed for row in rows])
        self.last_at = max(row.last_at for row in rows)


@dataclass(slots=True)
class StoredScore(Record):
    """A row of `scores`."""

    subject_kind: int
    subject_id: str
    count: int
    positive: bytes
    negative: bytes

    @property
    def key(self) -> Subject:
        return Subject(self.subject_kind, self.subject_id)

    def add(self, others: Sequence[Self]) -> None:
        """Add what other slots count for the same subject."""
        rows = [self, *others]
        self.count = sum(row.count for row in rows)
        self.positive = encode(added(row.positive for row in rows))
        self.negative = encode(added(row.negative for row in rows))


@dataclass(slots=True)
class ActivityChange:
    """What a commit adds to a row of `activity`; either number may be negative."""

    span: int
    start: int
    action: int
    count: int
    aggregated: int = stored_as("folded", 0)


class _Counted(Protocol):
    @property
    def key(self) -> Any: ...

    def add(self, others: Any) -> None: ...


C = TypeVar("C", bound=_Counted)
R = TypeVar("R")


def sums(records: Iterable[C]) -> dict[Any, C]:
    """Records of all slots as one for each key, in the order in which these come first."""
    found: dict[Any, C] = {}
    others: dict[Any, list[C]] = {}
    for record in records:
        key = record.key
        if found.setdefault(key, record) is not record:
            others.setdefault(key, []).append(record)
    for key, more in others.items():
        found[key].add(more)
    return found


def of_one_slot(
    record: Callable[..., R], width: int, columns: Sequence[Sequence[Any]]
) -> tuple[dict[Any, R], dict[Any, Place | None]]:
    """The rows of columns by their keys, which are as wide, and the places, the last column."""
    if not columns:
        return {}, {}
    *values, places = columns
    keys = list(zip(*values[:width], strict=True))
    return dict(zip(keys, map(record, *values), strict=True)), dict(zip(keys, places, strict=True))


def of_all_slots(record: type[C], rows: Iterable[tuple[Any, ...]]) -> tuple[dict[Any, C], set[Any]]:
    """The sums of rows that have their slot at the end, and the keys that slots but 0 have."""
    made = [(record(*row[:-1]), row[-1]) for row in rows]
    return sums(one for one, _ in made), {one.key for one, slot in made if slot}
