"""Rows of histories: kept column by column as they were read, and made when they are asked for."""

from collections.abc import Iterator, Sequence
from operator import attrgetter, gt
from typing import Any, NamedTuple, overload

from models.records import Micros


class HistoryRow(NamedTuple):
    """What histories show of a row of `interactions`: reading less of it is faster.

    Where only BRIEF was read, the others are as they are here.
    """

    id: int
    action: int
    target_kind: int
    target_id: str
    occurred_at: Micros
    user_alias: str = ""
    recorded_at: Micros = 0
    source: str | None = None
    recommended: bool = False
    context: str | None = None


BRIEF = HistoryRow._fields[:5]
"""What most readers want of an interaction."""

_ORDER = attrgetter("occurred_at", "id")
_OCCURRED_AT = HistoryRow._fields.index("occurred_at")


class HistoryRows(Sequence[HistoryRow]):
    """Rows of a history by their `columns`: all that a row has, or what is BRIEF.

    Most pages are shown column by column, and of few a row is ever made.
    """

    __slots__ = ("columns",)

    def __init__(self, columns: Sequence[Sequence[Any]], *, is_reversed: bool = False) -> None:
        self.columns = [column[::-1] for column in columns] if is_reversed else columns

    def __len__(self) -> int:
        return len(self.columns[0])

    @overload
    def __getitem__(self, at: int) -> HistoryRow: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[HistoryRow]: ...

    def __getitem__(self, at: int | slice) -> HistoryRow | Sequence[HistoryRow]:
        cut: list[Any] = [column[at] for column in self.columns]
        return HistoryRows(cut) if isinstance(at, slice) else HistoryRow(*cut)

    def __iter__(self) -> Iterator[HistoryRow]:
        return map(HistoryRow, *self.columns)


def newest_first(rows: Sequence[HistoryRow]) -> Sequence[HistoryRow]:
    """Rows by their instants and, on a tie, their numbers; they mostly come so."""
    if isinstance(rows, HistoryRows):
        instants = rows.columns[_OCCURRED_AT]
        if all(map(gt, instants, instants[1:])):
            return rows
    return sorted(rows, key=_ORDER, reverse=True)


def columns_of(rows: Sequence[HistoryRow]) -> Sequence[Sequence[Any]]:
    """The columns of rows, of which there are some."""
    return rows.columns if isinstance(rows, HistoryRows) else [*zip(*rows, strict=True)]
