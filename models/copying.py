"""New rows on PostgreSQL by COPY, which costs both sides far less than an upsert of many."""

from dataclasses import dataclass, field, replace
from operator import attrgetter
from typing import TypeVar

import asyncpg

from models.records import Changes, Known, Wanted
from models.upserts import EVENT_IDS, INTERACTIONS, SCORES, TOTALS, Upsert

K = TypeVar("K")
V = TypeVar("V")

LARGE = 400
"""Interactions, or event ids, beyond which a commit copies."""


@dataclass(frozen=True, slots=True)
class Absent:
    """What was looked for under the lock and not found: its rows, if judging makes any, are new.

    Interactions are new beyond the last number that was given out.
    """

    last_number: int
    event_ids: set[str] = field(default_factory=set)
    totals: set[tuple[int, str, int]] = field(default_factory=set)  # TotalKeys
    scores: set[tuple[int, str]] = field(default_factory=set)

    @classmethod
    def of(cls, wanted: Wanted, known: Known) -> "Absent":
        """Note what is absent; judging uses up what is known.

        Where too little is wanted for a large commit, nothing is noted.
        """
        if len(wanted.totals) <= LARGE:
            return cls(known.last_number)
        return cls(
            known.last_number,
            wanted.event_ids - known.event_ids.keys(),
            wanted.totals - known.totals.keys(),
            wanted.scores - known.scores.keys(),
        )


def is_large(changes: Changes) -> bool:
    """Whether copying pays for its round trips, of which there is one a table."""
    return max(len(changes.interactions), len(changes.event_ids)) > LARGE


async def copy_new(
    connection: "asyncpg.Connection[asyncpg.Record]", changes: Changes, absent: Absent
) -> Changes:
    """Copy the rows that are new into their tables; return the changes that are left to upsert.

    Nobody else can make such rows before the commit, so nothing can be in their way.
    """

    async def left(upsert: Upsert, records: dict[K, V], absent: set[K]) -> dict[K, V]:
        new = records.keys() & absent
        if new:
            # The lock is held, so there is no deadlock that an order would keep from happening.
            rows = map(attrgetter(*upsert.columns), map(records.__getitem__, new))
            await connection.copy_records_to_table(
                upsert.table, records=rows, columns=list(upsert.columns)
            )
        return {key: record for key, record in records.items() if key not in new}

    numbers = {number for number in changes.interactions if number > absent.last_number}
    return replace(
        changes,
        interactions=await left(INTERACTIONS, changes.interactions, numbers),
        event_ids=await left(EVENT_IDS, changes.event_ids, absent.event_ids),
        totals=await left(TOTALS, changes.totals, absent.totals),
        scores=await left(SCORES, changes.scores, absent.scores),
    )
