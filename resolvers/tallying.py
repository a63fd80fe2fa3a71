"""What one interaction adds to every total and score it moves, and takes away when undone."""

from collections.abc import Iterator
from typing import NamedTuple

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

MINUTE: Micros = 60_000_000
_NOTHING = decay.encode(decay.ZERO)


class Counted(NamedTuple):
    """A subject that an action counts for; without a half-life its count does not decay."""

    subject: Subject
    half_life: Micros | None
    weight: float


def counted(user_alias: str, action: Action, target_id: str) -> Iterator[Counted]:
    """The subjects one interaction counts for: its user, and its target unless that is a text.

    A negative weight is about the content and counts nothing in the user's own score.
    """
    user = Subject(SubjectKind.USER, user_alias)
    yield Counted(user, decay.USER_HALF_LIFE, max(action.weight, 0.0))
    kind = subject_kind(action.target_kind)
    if kind is SubjectKind.POST:
        yield Counted(Subject(kind, target_id), decay.POST_HALF_LIFE, action.weight)
    elif kind is not SubjectKind.QUERY:
        yield Counted(Subject(kind, target_id), None, 0.0)


def tally(known: Known, changes: Changes, row: StoredInteraction, sign: int) -> None:
    """Count an interaction in (`sign` 1) or out (-1), at the instant its row shows."""
    action = ACTION_BY_CODE[row.action]
    for subject, half_life, weight in counted(row.user_alias, action, row.target_id):
        total = _total(known, changes, subject, row.action)
        total.count += sign
        if sign > 0:
            total.last_at = max(total.last_at, row.occurred_at)
        if half_life is not None:
            once = decay.times(decay.occurrence(row.occurred_at, half_life), sign)
            total.decayed = decay.encode(decay.plus(decay.decode(total.decayed), once))
            _score(known, changes, subject, sign, decay.times(once, weight), weight < 0)
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
    known: Known,
    changes: Changes,
    subject: Subject,
    sign: int,
    moved: decay.Decayed,
    against: bool,
) -> None:
    score = known.scores.get(subject)
    if score is None:
        score = known.scores[subject] = StoredScore(*subject, 0, _NOTHING, _NOTHING, 0.0)
    score.count += sign
    positive, negative = decay.decode(score.positive), decay.decode(score.negative)
    if against:
        negative = decay.plus(negative, decay.times(moved, -1.0))
    else:
        positive = decay.plus(positive, moved)
    score.positive, score.negative = decay.encode(positive), decay.encode(negative)
    score.rank_key = decay.rank_key(decay.weighted(positive, negative))
    changes.scores[subject] = score
