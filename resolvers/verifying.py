"""Verifying: every total and score, recounted from the rows and the folded parts behind it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from models import recount
from models.records import Micros, StoredScore, StoredTotal, Subject, TotalKey
from models.recount import TARGETS, USERS, Axis
from models.vocabulary import ACTION_BY_CODE, SubjectKind
from resolvers import decay
from resolvers.decay import Decayed
from resolvers.tallying import half_life, score_weight

SUBJECTS_AT_ONCE = 500
MINUTES_AT_ONCE = 5_000
DRIFT = 1e-9
_NOTHING = decay.encode(decay.ZERO)
_EARLIEST_MINUTE = -(2**37)  # in microseconds, still a 64-bit number


@dataclass(frozen=True, slots=True)
class Difference:
    """A number that is not what its rows say."""

    what: str
    stored: float
    recounted: float

    def __str__(self) -> str:
        return f"{self.what}: stored {self.stored:g}, recounted {self.recounted:g}"


@dataclass(slots=True)
class Progress:
    """How far verification has come."""

    subjects: int = 0
    differences: int = 0


async def verify(progress: Progress) -> AsyncIterator[Difference]:
    """Every difference, chunk by chunk, beside a live server; none on a healthy database."""
    for axis in (USERS, TARGETS):
        last: Subject | None = None
        while True:
            async with recount.snapshot():
                subjects = await recount.subjects_after(axis, last, SUBJECTS_AT_ONCE)
                found = await _subjects(axis, subjects) if subjects else []
            for difference in found:
                progress.differences += 1
                yield difference
            progress.subjects += len(subjects)
            if len(subjects) < SUBJECTS_AT_ONCE:
                break
            last = subjects[-1]
    async for difference in _activity():
        progress.differences += 1
        yield difference


@dataclass(slots=True)
class _Recounted:
    count: int = 0
    bare: int = 0
    decayed: Decayed = decay.ZERO


async def _subjects(axis: Axis, subjects: list[Subject]) -> list[Difference]:
    first, last = subjects[0], subjects[-1]
    recounted: dict[TotalKey, _Recounted] = {}
    async for row in recount.rows_between(axis, first, last):
        each = recounted.setdefault(TotalKey(*row.subject, row.action), _Recounted())
        each.count += 1
        each.bare += row.bare
        if period := half_life(row.subject):
            each.decayed = decay.plus(each.decayed, decay.occurrence(row.occurred_at, period))
    totals = {
        TotalKey(each.subject_kind, each.subject_id, each.action): each
        for each in await recount.totals_between(axis, first, last)
    }
    for key, total in totals.items():
        each = recounted.setdefault(key, _Recounted())
        each.count += total.folded
        each.decayed = decay.plus(each.decayed, decay.decode(total.folded_decayed))
    scores = {
        Subject(each.subject_kind, each.subject_id): each
        for each in await recount.scores_between(axis, first, last)
    }
    return _total_differences(totals, recounted) + _score_differences(scores, recounted)


def _total_differences(
    totals: dict[TotalKey, StoredTotal], recounted: dict[TotalKey, _Recounted]
) -> list[Difference]:
    differences = []
    for key, expected in recounted.items():
        total = totals.get(key) or StoredTotal(*key)
        name = f"{_name(Subject(key.kind, key.id))} {ACTION_BY_CODE[key.action].type}"
        for what, stored, right in (
            ("count", total.count, expected.count),
            ("bare count", total.bare, expected.bare),
        ):
            if stored != right:
                differences.append(Difference(f"{name} {what}", stored, right))
        if period := half_life(Subject(key.kind, key.id)):
            stored_decayed = decay.decode(total.decayed)
            differences += _drift(f"{name} decayed", stored_decayed, expected.decayed, period)
    return differences


def _score_differences(
    scores: dict[Subject, StoredScore], recounted: dict[TotalKey, _Recounted]
) -> list[Difference]:
    expected: dict[Subject, tuple[int, Decayed, Decayed]] = dict.fromkeys(
        scores, (0, decay.ZERO, decay.ZERO)
    )
    for key, each in recounted.items():
        subject = Subject(key.kind, key.id)
        if half_life(subject) is None:
            continue
        weight = score_weight(subject, ACTION_BY_CODE[key.action])
        count, positive, negative = expected.get(subject, (0, decay.ZERO, decay.ZERO))
        part = decay.times(each.decayed, abs(weight))
        if weight < 0:
            negative = decay.plus(negative, part)
        else:
            positive = decay.plus(positive, part)
        expected[subject] = (count + each.count, positive, negative)
    differences = []
    for subject, (count, positive, negative) in expected.items():
        score = scores.get(subject) or StoredScore(*subject, 0, _NOTHING, _NOTHING, 0.0)
        period = half_life(subject) or decay.POST_HALF_LIFE
        name = _name(subject)
        if score.count != count:
            differences.append(Difference(f"{name} score's count", score.count, count))
        differences += _drift(f"{name} score for", decay.decode(score.positive), positive, period)
        against = decay.decode(score.negative)
        differences += _drift(f"{name} score against", against, negative, period)
        rank_key = decay.rank_key(decay.weighted(positive, negative))
        if abs(score.rank_key - rank_key) > DRIFT:
            differences.append(Difference(f"{name} rank key", score.rank_key, rank_key))
    return differences


def _drift(what: str, stored: Decayed, right: Decayed, period: Micros) -> list[Difference]:
    """A difference, where two counts are further apart than rounding can put them."""
    top = max(stored.floor + stored.units.bit_length(), right.floor + right.units.bit_length())
    moment = (top - 53) * period  # when the larger of the two is about one
    values = decay.value(stored, moment, period), decay.value(right, moment, period)
    if abs(values[0] - values[1]) <= DRIFT * max(1.0, abs(values[1])):
        return []
    return [Difference(what, *values)]


async def _activity() -> AsyncIterator[Difference]:
    start: int | None = _EARLIEST_MINUTE
    while start is not None:
        async with recount.snapshot():
            end = await recount.minute_after(start, MINUTES_AT_ONCE)
            stored = await recount.activity_between(start, end)
            rows = await recount.minutes_of_rows(start, end)
        recounted = {(minute, action): count for minute, action, count in rows}
        counts = {(minute, action): count for minute, action, count, _ in stored}
        for minute, action, _, folded in stored:
            key = (minute, action)
            recounted[key] = recounted.get(key, 0) + folded
        for key, right in sorted(recounted.items()):
            if counts.get(key, 0) != right:
                name = f"activity minute {key[0]} {ACTION_BY_CODE[key[1]].type} count"
                yield Difference(name, counts.get(key, 0), right)
        start = end


def _name(subject: Subject) -> str:
    return f"{SubjectKind(subject.kind).name} {subject.id}"
