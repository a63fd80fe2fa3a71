"""Recounting: every total and score beside what its rows and aggregated parts say it should be."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from models.database.database import snapshot
from models.reading import recount
from models.reading.recount import TARGETS, USERS, Axis
from models.records import DAY_MINUTES, EARLIEST, Micros, SpanKey, Subject, TotalKey
from models.vocabulary import ACTION_BY_CODE
from resolvers.pacing.stretches import ALONE, Stretches
from resolvers.recording.counter_changes import SPANS
from resolvers.scoring import decay
from resolvers.scoring.ahead import at_most, is_ahead
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import UNRANKED, Scoring, rank_key, weighed

SUBJECTS_AT_ONCE = 100
"""Subjects of a chunk, whose totals, some thousand, are taken in at once."""

T = TypeVar("T")

_EARLIEST_MINUTE = -DAY_MINUTES * 2**26  # in microseconds, still a 64-bit number


@dataclass(slots=True)
class Sum:
    """A total: how many, how many of them archived, their decayed count, and the latest instant."""

    count: int = 0
    archived: int = 0
    decayed: Decayed = decay.ZERO
    last_at: Micros = EARLIEST
    aggregated_decayed: Decayed = decay.ZERO


@dataclass(slots=True)
class Weighed:
    """A score: over how many, what speaks for it and against it, and its rank key.

    Of who is yet to be ranked, the stored key counts as right.
    """

    count: int = 0
    positive: Decayed = decay.ZERO
    negative: Decayed = decay.ZERO
    rank_key: float = UNRANKED

    @property
    def score(self) -> tuple[int, Decayed, Decayed]:
        """All of it but the rank key."""
        return self.count, self.positive, self.negative


@dataclass(slots=True)
class Occurred:
    """Activity of a span of time: how often, and how many of those have no row."""

    count: int = 0
    aggregated: int = 0


@dataclass(slots=True)
class Pair(Generic[T]):
    """What is stored, and what should be."""

    stored: T
    right: T


@dataclass(slots=True)
class Chunk:
    """Some subjects' totals and scores, all read in one snapshot."""

    totals: dict[TotalKey, Pair[Sum]] = field(default_factory=dict)
    scores: dict[Subject, Pair[Weighed]] = field(default_factory=dict)
    pending: set[Subject] = field(default_factory=set)  # yet to be ranked


def drift(stored: float, right: float) -> float:
    """How far a stored score is from what it should be, in parts of that, if it is above one."""
    return abs(stored - right) / max(1.0, abs(right))


async def chunks(
    scoring: Scoring, now: Micros | None = None, stretches: Stretches = ALONE
) -> AsyncIterator[Chunk]:
    """All subjects, the users first, a hundred at a time, counted with the pauses of `stretches`.

    With `now`, what is aggregated and dated ahead of it is taken as dated now.
    """
    counting = Counting(scoring, now, stretches)
    for axis in (USERS, TARGETS):
        uncounted = await recount.uncounted_subjects(axis)
        last: Subject | None = None
        while True:
            async with snapshot():
                stored = await recount.subjects_after(axis, last, SUBJECTS_AT_ONCE)
                others = (each for each in uncounted if last is None or each > last)
                subjects = sorted({*stored, *others})[:SUBJECTS_AT_ONCE]
                if not subjects:
                    break
                chunk = await _chunk(axis, subjects, counting)
            yield chunk
            last = subjects[-1]


@dataclass(frozen=True, slots=True)
class Counting:
    """How subjects, and users' preferences, are counted: `stretches` are the pauses."""

    scoring: Scoring
    now: Micros | None
    stretches: Stretches


async def _chunk(axis: Axis, subjects: list[Subject], counting: Counting) -> Chunk:
    scoring, now, stretches = counting.scoring, counting.now, counting.stretches
    chunk, first, last = Chunk(), subjects[0], subjects[-1]
    async for row in stretches.over(recount.rows_of(axis, subjects)):
        right = _total(chunk, TotalKey(*row.subject, row.action)).right
        right.count += 1
        right.archived += row.archived
        right.last_at = max(right.last_at, row.occurred_at)
        if period := scoring.half_life(row.subject.kind):
            right.decayed = decay.plus(right.decayed, decay.occurrence(row.occurred_at, period))
    async for total in stretches.each(await recount.totals_between(axis, first, last)):
        pair = _total(chunk, TotalKey(total.subject_kind, total.subject_id, total.action))
        pair.stored = Sum(total.count, total.archived, decay.decode(total.decayed), total.last_at)
        pair.right.count += total.aggregated
        aggregated = decay.decode(total.aggregated_decayed)
        pair.stored.aggregated_decayed = pair.right.aggregated_decayed = aggregated
        pair.right.last_at = total.last_at
        if now is not None and is_ahead(total.last_at, now):
            pair.right.last_at = now
            if period := scoring.half_life(total.subject_kind):
                as_of_now = at_most(aggregated, total.aggregated, now, period)
                pair.right.aggregated_decayed = as_of_now
        pair.right.decayed = decay.plus(pair.right.decayed, pair.right.aggregated_decayed)
    async for key, pair in stretches.each(chunk.totals.items()):
        _weigh(chunk, key, pair.right, scoring)
    for score in await recount.scores_between(axis, first, last):
        sides = decay.decode(score.positive), decay.decode(score.negative)
        _score(chunk, score.key).stored = Weighed(score.count, *sides)
    for subject, rank in (await recount.ranks_between(axis, first, last)).items():
        _score(chunk, subject).stored.rank_key = rank
    chunk.pending = await recount.pending_between(axis, first, last)
    for subject, of in chunk.scores.items():
        if subject in chunk.pending:
            of.right.rank_key = of.stored.rank_key
        else:
            of.right.rank_key = rank_key(of.right.count, of.right.positive, of.right.negative)
    return chunk


def _total(chunk: Chunk, key: TotalKey) -> Pair[Sum]:
    return chunk.totals.setdefault(key, Pair(Sum(), Sum()))


def _score(chunk: Chunk, subject: Subject) -> Pair[Weighed]:
    return chunk.scores.setdefault(subject, Pair(Weighed(), Weighed()))


def _weigh(chunk: Chunk, key: TotalKey, total: Sum, scoring: Scoring) -> None:
    """Add a total to its subject's score."""
    if scoring.half_life(key.kind) is None:
        return
    right = _score(chunk, Subject(key.kind, key.id)).right
    right.count += total.count
    weight = scoring.weight_for(key.kind, ACTION_BY_CODE[key.action])
    sides = right.positive, right.negative
    right.positive, right.negative = weighed(*sides, total.decayed, weight)


async def activity_days(
    stretches: Stretches = ALONE,
) -> AsyncIterator[dict[SpanKey, Pair[Occurred]]]:
    """Activity day by day: minutes beside their rows, hours and days beside their minutes.

    It is counted with the pauses of `stretches`. The aggregated part of a minute is taken as it is
    stored, since it has no rows.
    """
    start: int | None = _EARLIEST_MINUTE
    while start is not None:
        async with snapshot():
            end = await recount.day_after(start)
            stored = await recount.activity_between(start, end)
            rows = await recount.minutes_of_rows(start, end)
        day: dict[SpanKey, Pair[Occurred]] = {}
        aggregated = [
            (each.start, each.action, each.aggregated) for each in stored if each.span == 1
        ]
        for minutes, is_aggregated in ((rows, False), (aggregated, True)):
            async for minute, action, count in stretches.each(minutes):
                _occurred(day, (minute, action), count, aggregated=is_aggregated)
        async for each in stretches.each(stored):
            pair = _activity(day, SpanKey(each.span, each.start, each.action))
            pair.stored = Occurred(each.count, each.aggregated)
        yield day
        start = end


def _occurred(
    day: dict[SpanKey, Pair[Occurred]], which: tuple[int, int], count: int, *, aggregated: bool
) -> None:
    """Add what occurred in a minute to it, its hour and its day."""
    minute, action = which
    for span in SPANS:
        right = _activity(day, SpanKey(span, minute - minute % span, action)).right
        right.count += count
        if aggregated:
            right.aggregated += count


def _activity(day: dict[SpanKey, Pair[Occurred]], key: SpanKey) -> Pair[Occurred]:
    return day.setdefault(key, Pair(Occurred(), Occurred()))
