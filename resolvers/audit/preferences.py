"""Recounting preferences: users' parts beside what their rows say, and putting right what differs.

What was folded has no rows, and is taken as it is stored.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from models.database.database import snapshot
from models.ledger.ledger import Judge
from models.reading.signals import recounted
from models.records import Changes, Known, Micros, Wanted
from models.signal_records import PartKey
from models.vocabulary import ACTION_BY_CODE
from resolvers.audit.recounting import Counting, drift
from resolvers.pacing.stretches import ALONE, Stretches
from resolvers.recording.facets import facets_of, new_parts
from resolvers.scoring.ahead import at_most
from resolvers.scoring.facet_parts import (
    Counted,
    Facet,
    FacetSums,
    code_of,
    is_folded,
    kind_and_value,
)
from resolvers.scoring.weights import Scoring
from resolvers.signals.preferences import preferences_in

USERS_AT_ONCE = 50
ATTEMPTS = 5

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]


@dataclass(slots=True)
class UserFacets:
    """What is stored of a user's facets and what should be, as of one snapshot.

    `parts` are those that were added up, and `row` is one of the rows that were counted.
    """

    alias: str
    stored: FacetSums
    right: FacetSums
    parts: set[PartKey] = field(default_factory=set)
    row: int | None = None

    def differences(self) -> Iterator[tuple[str, Counted, Counted]]:
        """What is counted otherwise than it should be: of what, what is stored, what is right."""
        for facet, code, _ in self.right.minus(self.stored):
            stored, right = self.stored.of(facet, code), self.right.of(facet, code)
            yield _name(self.alias, facet, code), stored, right

    def drift(self, scoring: Scoring, now: Micros) -> float:
        """The largest drift of a preference's score, both as of now; 0 where nothing differs."""
        if not (lacking := self.right.minus(self.stored)):
            return 0.0
        stored, right = (preferences_in(of, scoring, now) for of in (self.stored, self.right))
        kinds_and_values = {kind_and_value(facet) for facet, _, _ in lacking}
        return max(drift(stored.score(*each), right.score(*each)) for each in kinds_and_values)


async def users(
    scoring: Scoring, now: Micros | None = None, stretches: Stretches = ALONE
) -> AsyncIterator[UserFacets]:
    """All users that have anything, some at a time, counted with the pauses of `stretches`.

    With `now`, what is folded and dated ahead of it is taken as dated now.
    """
    last, counting = "", Counting(scoring, now, stretches)
    while True:
        async with snapshot():
            aliases = await recounted.users_after(last, USERS_AT_ONCE)
            found = await _of_users(aliases, counting) if aliases else {}
        async for each in stretches.each(found.values()):
            yield each
        if not aliases:
            return
        last = aliases[-1]


async def correct(
    commit: Commit, scoring: Scoring, now: Micros, stretches: Stretches = ALONE
) -> float:
    """Put right every user's facets, each in a short transaction, while others record.

    The answer is the largest drift of a preference's score, as it was found.
    """
    max_drift, counting = 0.0, Counting(scoring, now, stretches)
    async for user in users(scoring, now, stretches):
        max_drift = max(max_drift, user.drift(scoring, now))
        of: UserFacets | None = user
        for _ in range(ATTEMPTS):
            if of is None or await _is_corrected(commit, of):
                break
            async with snapshot():
                found = await _of_users([user.alias], counting)
            of = found.get(user.alias)
    return max_drift


async def _is_corrected(commit: Commit, user: UserFacets) -> bool:
    """Add what is lacking, unless what was read is gone by now; whether nothing is lacking.

    A difference between exact sums stays what it is whatever is counted meanwhile. But of a user
    who is removed, and of parts that were merged, it must be found anew.
    """
    lacking = user.right.minus(user.stored)
    if not lacking:
        return True
    entries = lacking.packed()

    def corrected(known: Known) -> tuple[Changes, bool]:
        changes = Changes(known.last_number, unlogged=True)
        is_there = known.parts >= user.parts and (user.row is None or user.row in known.rows)
        if is_there:
            changes.parts.update(new_parts({user.alias: entries}))
        return changes, is_there

    rows = set() if user.row is None else {user.row}
    return bool(await commit(Wanted(parts=set(user.parts), rows=rows), corrected))


async def _of_users(aliases: Sequence[str], counting: Counting) -> dict[str, UserFacets]:
    """Users who follow one another, in order, read within a snapshot."""
    half_life, now, stretches = counting.scoring.user_half_life, counting.now, counting.stretches
    found: dict[str, UserFacets] = {}

    def user(alias: str) -> UserFacets:
        if alias not in found:
            found[alias] = UserFacets(alias, FacetSums(half_life), FacetSums(half_life))
        return found[alias]

    async for part, entries in stretches.over(recounted.parts_between(aliases[0], aliases[-1])):
        user(part.user_alias).stored.add(entries)
        user(part.user_alias).parts.add(part)
    async for row in stretches.over(recounted.rows_of(aliases)):
        of = user(row.user_alias)
        of.row = row.id
        facets = facets_of(row.source, row.context, row.described)
        of.right.add_once(facets, code_of(row.action), row.occurred_at)
    async for of in stretches.each(found.values()):
        for facet, code, counted in of.stored:
            if is_folded(code):
                if now is not None:
                    as_of_now = at_most(counted.decayed, counted.number, now, half_life)
                    counted = Counted(counted.number, as_of_now)
                of.right.put(facet, code, counted)
    return found


def _name(alias: str, facet: Facet, code: int) -> str:
    kind, value = kind_and_value(facet)
    folded = " folded" if is_folded(code) else ""
    return f"USER {alias} {kind.name} {value} {ACTION_BY_CODE[code // 2].type}{folded}"
