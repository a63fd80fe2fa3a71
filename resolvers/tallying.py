"""What one interaction adds to every total and score it moves, and takes away when undone."""

from collections.abc import Iterator

from models.records import (
    ActivityChange,
    Changes,
    Known,
    Micros,
    MinuteKey,
    StoredInteraction,
    StoredScore,
    StoredTotal,
    Subject,
    TotalKey,
)
from models.vocabulary import ACTION_BY_CODE, Action, SubjectKind, subject_kind
from resolvers import decay
from resolvers.decay import Decayed

MINUTE: Micros = 60_000_000
_HALF_LIVES: dict[int, Micros] = {
    SubjectKind.USER: decay.USER_HALF_LIFE,
    SubjectKind.POST: decay.POST_HALF_LIFE,
}
_NOTHING = decay.encode(decay.ZERO)


def subjects(user_alias: str, action: Action, target_id: str) -> Iterator[Subject]:
    """Whom and what one interaction counts for: its user, and its target unless that is a text."""
    yield Subject(SubjectKind.USER, user_alias)
    kind = subject_kind(action.target_kind)
    if kind is not SubjectKind.QUERY:
        yield Subject(kind, target_id)


def half_life(subject: Subject) -> Micros | None:
    """The half-life of a subject's decayed counts; None where it has none, and no score."""
    return _HALF_LIVES.get(subject.kind)


def score_weight(subject: Subject, action: Action) -> float:
    """What one of these adds to the subject's score.

    A negative weight is about the content and counts nothing in the user's own score.
    """
    return max(action.weight, 0.0) if subject.kind == SubjectKind.USER else action.weight


def tally(known: Known, changes: Changes, row: StoredInteraction, sign: int) -> None:
    """Count an interaction in (`sign` 1) or out (-1), at the instant its row shows."""
    action = ACTION_BY_CODE[row.action]
    for subject in subjects(row.user_alias, action, row.target_id):
        total = _total(known, changes, subject, row.action)
        total.count += sign
        if sign > 0:
            total.last_at = max(total.last_at, row.occurred_at)
        if period := half_life(subject):
            once = decay.times(decay.occurrence(row.occurred_at, period), sign)
            total.decayed = decay.encode(decay.plus(decay.decode(total.decayed), once))
            _score(known, changes, subject, sign, once, score_weight(subject, action))
    minute = MinuteKey(row.occurred_at // MINUTE, row.action)
    changes.activity.setdefault(minute, ActivityChange(*minute, 0)).count += sign


def _total(known: Known, changes: Changes, subject: Subject, action: int) -> StoredTotal:
    key = TotalKey(subject.kind, subject.id, action)
    total = known.totals.get(key)
    if total is None:
        # Before the first one counted there is no last: the earliest instant there could be.
        total = known.totals[key] = StoredTotal(*key, last_at=-(2**63))
    changes.totals[key] = total
    return total


def _score(
    known: Known, changes: Changes, subject: Subject, sign: int, once: Decayed, weight: float
) -> None:
    score = known.scores.get(subject)
    if score is None:
        score = known.scores[subject] = StoredScore(*subject, 0, _NOTHING, _NOTHING, 0.0)
    score.count += sign
    positive, negative = decay.decode(score.positive), decay.decode(score.negative)
    moved = decay.times(once, abs(weight))
    if weight < 0:
        negative = decay.plus(negative, moved)
    else:
        positive = decay.plus(positive, moved)
    score.positive, score.negative = decay.encode(positive), decay.encode(negative)
    score.rank_key = decay.rank_key(decay.weighted(positive, negative))
    changes.scores[subject] = score
