"""New rows on PostgreSQL by COPY, which costs both sides far less than an upsert of many."""

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, TypeVar

from models.records import Changes, Known, Wanted
from models.upserts import EVENT_IDS, FACET_PARTS, INTERACTIONS, SCORES, TOTALS, Upsert
from models.values import EventKey

K = TypeVar("K")
V = TypeVar("V")

LARGE = 400
"""Interactions, or event ids, beyond which a commit copies."""


@dataclass(frozen=True, slots=True)
class Absent:
    """What was looked for and not found: its rows, if judging makes any, are new.

    The transaction before, which may not be committed yet, makes none of them. Interactions are
    new beyond the last number that was given out.
    """

    last_number: int
    event_ids: set[EventKey] = field(default_factory=set)
    totals: set[tuple[int, str, int]] = field(default_factory=set)  # TotalKeys
    scores: set[tuple[int, str]] = field(default_factory=set)

    @classmethod
    def of(cls, wanted: Wanted, known: Known) -> "Absent":
        """Note what is absent; judging uses up what is known."""
        return cls(
            known.last_number,
            wanted.event_ids - known.event_ids.keys(),
            wanted.totals - known.totals.keys(),
            wanted.scores - known.scores.keys(),
        )


def is_large(changes: Changes) -> bool:
    """Whether copying pays for its round trips, of which there is one a table."""
    return max(len(changes.interactions), len(changes.event_ids)) > LARGE


class Copied(NamedTuple):
    """Rows that go into a table by COPY."""

    table: str
    columns: list[str]
    rows: list[tuple[Any, ...]]


def divided(changes: Changes, absent: Absent, slot: int) -> tuple[list[Copied], Changes]:
    """What of the changes is new and can be copied, counts to a slot, and what is left to upsert.

    Nobody else can make such rows before the commit, so nothing can be in their way.
    """
    copies: list[Copied] = []

    def left(upsert: Upsert, records: dict[K, V], absent: set[K]) -> dict[K, V]:
        new, others = list[V](), dict[K, V]()
        for key, record in records.items():
            if key in absent:
                new.append(record)
            else:
                others[key] = record
        if new:
            # In the order in which they were made, numbers and instants fill the last page of their
            # indexes, and then the next. In any other they split pages, which stay two thirds full.
            rows, columns = list(map(upsert.values, new)), list(upsert.columns)
            if upsert.has_slots:
                rows, columns = [(*row, slot) for row in rows], [*columns, "slot"]
            copies.append(Copied(upsert.table, columns, rows))
        return others

    numbers = {number for number in changes.interactions if number > absent.last_number}
    return copies, replace(
        changes,
        interactions=left(INTERACTIONS, changes.interactions, numbers),
        event_ids=left(EVENT_IDS, changes.event_ids, absent.event_ids),
        totals=left(TOTALS, changes.totals, absent.totals),
        scores=left(SCORES, changes.scores, absent.scores),
        parts=left(FACET_PARTS, changes.parts, set(changes.parts)),
    )
