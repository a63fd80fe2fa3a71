"""Verifying: every total and score, held against what its rows say, and each difference told."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from models.records import Micros, SpanKey, Subject
from models.vocabulary import ACTION_BY_CODE, SubjectKind
from resolvers import decay
from resolvers.decay import Decayed
from resolvers.recounting import Chunk, Occurred, Pair, activity_days, chunks
from resolvers.scoring import Scoring

DRIFT = 1e-9


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what its rows say."""

    what: str
    stored: float
    recounted: float

    def __str__(self) -> str:
        return f"{self.what}: stored {self.stored:.12g}, recounted {self.recounted:.12g}"


@dataclass(slots=True)
class Verification:
    """How far verification has come."""

    totals: int = 0
    differences: int = 0


async def verify(found: Verification, scoring: Scoring) -> AsyncIterator[Difference]:
    """Every difference, chunk by chunk, beside a live server; none on a healthy database."""
    async for chunk in chunks(scoring):
        for difference in _differences(chunk, scoring):
            found.differences += 1
            yield difference
        found.totals += len(chunk.totals)
    async for day in activity_days():
        for key, pair in sorted(day.items()):
            for difference in _unlike(_stretch(key), pair):
                found.differences += 1
                yield difference


def _unlike(stretch: str, pair: Pair[Occurred]) -> Iterator[Difference]:
    if pair.stored.count != pair.right.count:
        yield Difference(f"{stretch} count", pair.stored.count, pair.right.count)
    if pair.stored.folded != pair.right.folded:
        yield Difference(f"{stretch} folded count", pair.stored.folded, pair.right.folded)


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
    top = max(floor + units.bit_length() for floor, units in (stored, right))
    moment = (top - 53) * period  # when the larger of the two is about one
    values = decay.value(stored, moment, period), decay.value(right, moment, period)
    if abs(values[0] - values[1]) > DRIFT * max(1.0, abs(values[1])):
        yield Difference(what, *values)


def _stretch(key: SpanKey) -> str:
    action = ACTION_BY_CODE[key.action].type
    return f"activity of {key.span} minutes from minute {key.start} {action}"


def _name(subject: Subject) -> str:
    return f"{SubjectKind(subject.kind).name} {subject.id}"
