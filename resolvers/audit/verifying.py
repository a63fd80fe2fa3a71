"""Verifying: every total and score, compared with what its rows say."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from models.records import Micros, SpanKey, Subject
from models.vocabulary import ACTION_BY_CODE, SubjectKind
from resolvers.audit.descriptions import WrongFacet, wrong_facets
from resolvers.audit.outcomes import name_of, outcome_days
from resolvers.audit.preferences import users
from resolvers.audit.recounting import Chunk, Occurred, Pair, activity_days, chunks
from resolvers.audit.setting_back import differences as ahead
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.facet_parts import Counted
from resolvers.scoring.weights import Scoring

DRIFT = 1e-9
SECOND: Micros = 1_000_000


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
    """How far verification has come; of how many the rank was yet to be made, and not looked at."""

    totals: int = 0
    pending: int = 0
    differences: int = 0


async def verify(
    found: Verification, scoring: Scoring, now: Micros | None = None
) -> AsyncIterator[Difference]:
    """Every difference, chunk by chunk, beside a live server; none on a healthy database.

    With `now`, what is dated ahead of it is a difference as well.
    """
    if now is not None:
        async for what, number in ahead(now):
            found.differences += 1
            yield Difference(what, number, 0)
    async for chunk in chunks(scoring, now):
        for difference in _differences(chunk, scoring):
            found.differences += 1
            yield difference
        found.totals += len(chunk.totals)
        found.pending += len(chunk.pending)
    async for user in users(scoring, now):
        for what, stored, right in user.differences():
            for difference in _preferred(what, stored, right, scoring.user_half_life):
                found.differences += 1
                yield difference
    async for day in activity_days():
        for key, pair in sorted(day.items()):
            for difference in _unlike(_span_name(key), pair):
                found.differences += 1
                yield difference
    async for outcomes in outcome_days():
        for outcome, counted in sorted(outcomes.items()):
            for difference in _unlike(name_of(outcome), counted):
                found.differences += 1
                yield difference
    async for wrong in wrong_facets():
        for facet in wrong:
            found.differences += 1
            yield _facet_difference(facet)


def _unlike(span: str, pair: Pair[Occurred]) -> Iterator[Difference]:
    if pair.stored.count != pair.right.count:
        yield Difference(f"{span} count", pair.stored.count, pair.right.count)
    if pair.stored.aggregated != pair.right.aggregated:
        yield Difference(f"{span} folded count", pair.stored.aggregated, pair.right.aggregated)


def _differences(chunk: Chunk, scoring: Scoring) -> Iterator[Difference]:
    for key, total in chunk.totals.items():
        name = f"{_name(Subject(key.kind, key.id))} {ACTION_BY_CODE[key.action].type}"
        stored, right = total.stored, total.right
        if stored.count != right.count:
            yield Difference(f"{name} count", stored.count, right.count)
        if stored.archived != right.archived:
            yield Difference(f"{name} bare count", stored.archived, right.archived)
        if half_life := scoring.half_life(key.kind):
            yield from _drift(f"{name} decayed", stored.decayed, right.decayed, half_life)
    for subject, score in chunk.scores.items():
        name, half_life = _name(subject), scoring.half_life(subject.kind) or 1
        if score.stored.count != score.right.count:
            yield Difference(f"{name} score's count", score.stored.count, score.right.count)
        positive = score.stored.positive, score.right.positive
        negative = score.stored.negative, score.right.negative
        yield from _drift(f"{name} score for", *positive, half_life)
        yield from _drift(f"{name} score against", *negative, half_life)
        if _is_apart(score.stored.rank_key, score.right.rank_key):
            yield Difference(f"{name} rank key", score.stored.rank_key, score.right.rank_key)


def _is_apart(stored: float, right: float) -> bool:
    """Whether rank keys differ; that of who has no rank is infinite."""
    return stored != right and not abs(stored - right) <= DRIFT


def _facet_difference(facet: WrongFacet) -> Difference:
    if facet.stored is None or facet.right is None:
        return Difference(str(facet), facet.stored is not None, facet.right is not None)
    return Difference(f"{facet} since", facet.stored, facet.right)


def _preferred(
    what: str, stored: Counted, right: Counted, half_life: Micros
) -> Iterator[Difference]:
    if stored.number != right.number:
        yield Difference(f"{what} count", stored.number, right.number)
    yield from _drift(f"{what} decayed", stored.decayed, right.decayed, half_life)


def _drift(what: str, stored: Decayed, right: Decayed, half_life: Micros) -> Iterator[Difference]:
    """A difference, where two counts are further apart than rounding can put them."""
    if stored == right:
        return
    top = max(floor + units.bit_length() for floor, units in (stored, right))
    moment = (top - 53) * half_life  # when the larger of the two is about one
    values = decay.value(stored, moment, half_life), decay.value(right, moment, half_life)
    if abs(values[0] - values[1]) > DRIFT * max(1.0, abs(values[1])):
        yield Difference(what, *values)


def _span_name(key: SpanKey) -> str:
    action = ACTION_BY_CODE[key.action].type
    return f"activity of {key.span} minutes from minute {key.start} {action}"


def _name(subject: Subject) -> str:
    return f"{SubjectKind(subject.kind).name} {subject.id}"
