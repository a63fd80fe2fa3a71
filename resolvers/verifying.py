"""Verifying: every total and score, held against what its rows say, and each difference told."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from models import recount
from models.records import ActivityChange, Micros, SpanKey, Subject
from models.vocabulary import ACTION_BY_CODE, SubjectKind
from resolvers import decay
from resolvers.decay import Decayed
from resolvers.recounting import Chunk, chunks
from resolvers.scoring import Scoring
from resolvers.tallying import SPANS

DRIFT = 1e-9
_EARLIEST_MINUTE = -1440 * 2**26  # in microseconds, still a 64-bit number


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what its rows say."""

    what: str
    stored: float
    recounted: float

    def __str__(self) -> str:
        return f"{self.what}: stored {self.stored:.12g}, recounted {self.recounted:.12g}"


@dataclass(slots=True)
class Progress:
    """How far a walk over all subjects has come."""

    subjects: int = 0
    differences: int = 0


async def verify(progress: Progress, scoring: Scoring) -> AsyncIterator[Difference]:
    """Every difference, chunk by chunk, beside a live server; none on a healthy database."""
    async for chunk in chunks(scoring):
        for difference in _differences(chunk, scoring):
            progress.differences += 1
            yield difference
        progress.subjects += len(chunk.subjects)
    async for difference in _activity():
        progress.differences += 1
        yield difference


def _differences(chunk: Chunk, scoring: Scoring) -> Iterator[Difference]:
    for key, total in chunk.totals.items():
        name = f"{_name(Subject(key.kind, key.id))} {ACTION_BY_CODE[key.action].type}"
        stored, right = total.stored, total.right
        if stored.count != right.count:
            yield Difference(f"{name} count", stored.count, right.count)
        if stored.bare != right.bare:
            yield Difference(f"{name} bare count", stored.bare, right.bare)
        if period := scoring.half_life(key.kind):
            yield from _drift(f"{name} decayed", stored.decayed, right.decayed, period)
    for subject, score in chunk.scores.items():
        name, period = _name(subject), scoring.half_life(subject.kind) or 1
        if score.stored.count != score.right.count:
            yield Difference(f"{name} score's count", score.stored.count, score.right.count)
        for side, kept, recounted in (
            ("for", score.stored.positive, score.right.positive),
            ("against", score.stored.negative, score.right.negative),
        ):
            yield from _drift(f"{name} score {side}", kept, recounted, period)
        if abs(score.stored.rank_key - score.right.rank_key) > DRIFT:
            yield Difference(f"{name} rank key", score.stored.rank_key, score.right.rank_key)


def _drift(what: str, stored: Decayed, right: Decayed, period: Micros) -> Iterator[Difference]:
    """A difference, where two counts are further apart than rounding can put them."""
    if stored == right:
        return
    top = max(stored.floor + stored.units.bit_length(), right.floor + right.units.bit_length())
    moment = (top - 53) * period  # when the larger of the two is about one
    values = decay.value(stored, moment, period), decay.value(right, moment, period)
    if abs(values[0] - values[1]) > DRIFT * max(1.0, abs(values[1])):
        yield Difference(what, *values)


async def _activity() -> AsyncIterator[Difference]:
    """Day by day: minutes against their rows, hours and days against their minutes."""
    start: int | None = _EARLIEST_MINUTE
    while start is not None:
        async with recount.snapshot():
            end = await recount.day_after(start)
            stored = await recount.activity_between(start, end)
            rows = await recount.minutes_of_rows(start, end)
        for difference in _activity_differences(stored, rows):
            yield difference
        start = end


def _activity_differences(
    stored: list[ActivityChange], rows: list[tuple[int, int, int]]
) -> list[Difference]:
    recounted: Counter[SpanKey] = Counter()
    counts: Counter[SpanKey] = Counter()
    folded = [(each.start, each.action, each.folded) for each in stored if each.span == 1]
    for minute, action, count in rows + folded:
        for span in SPANS:
            recounted[SpanKey(span, minute - minute % span, action)] += count
    for each in stored:
        counts[SpanKey(each.span, each.start, each.action)] = each.count
    return [
        Difference(
            f"activity of {key.span} minutes from minute {key.start} "
            f"{ACTION_BY_CODE[key.action].type} count",
            counts[key],
            recounted[key],
        )
        for key in sorted(counts | recounted)
        if counts[key] != recounted[key]
    ]


def _name(subject: Subject) -> str:
    return f"{SubjectKind(subject.kind).name} {subject.id}"
