"""What each interaction adds to every total and score it moves, and takes away when undone."""

from models.records import (
    ActivityChange,
    Changes,
    Known,
    Micros,
    SpanKey,
    StoredInteraction,
    StoredScore,
    StoredTotal,
    Subject,
    TotalKey,
)
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    Action,
    Status,
    SubjectKind,
    TargetKind,
    subject_kind,
)
from resolvers import decay
from resolvers.decay import Decayed
from resolvers.scoring import UNRANKED, Scoring, rank_key

MINUTE: Micros = 60_000_000
SPANS = (1, 60, 1440)
"""The stretches that activity is counted in, in minutes: a minute, an hour, a day."""

_USER = int(SubjectKind.USER)
_TARGETS: dict[int, int | None] = {
    action.code: None
    if action.target_kind is TargetKind.QUERY
    else int(subject_kind(action.target_kind))
    for action in ACTIONS.values()
}
_NOTHING = decay.encode(decay.ZERO)


def subjects(user_alias: str, action: Action, target_id: str) -> list[Subject]:
    """Whom and what one interaction counts for: its user, and its target unless that is a text."""
    user = Subject(_USER, user_alias)
    kind = _TARGETS[action.code]
    return [user] if kind is None else [user, Subject(kind, target_id)]


class Tallies:
    """The totals and scores of one batch while it is judged; `settle` makes them changes."""

    def __init__(self, known: Known, changes: Changes, scoring: Scoring) -> None:
        self._known = known
        self._scoring = scoring
        self._changes = changes
        self._decayed: dict[TotalKey, Decayed] = {}
        self._for: dict[Subject, Decayed] = {}
        self._against: dict[Subject, Decayed] = {}
        self._minutes: dict[tuple[int, int], int] = {}
        self._folded: dict[tuple[int, int], int] = {}

    def count(self, row: StoredInteraction, sign: int, *, folded: bool = False) -> None:
        """Count an interaction in (`sign` 1) or out (-1), at the instant its row shows.

        What is `folded` counts for good and has no row to be counted by.
        """
        action = ACTION_BY_CODE[row.action]
        for subject in subjects(row.user_alias, action, row.target_id):
            key = TotalKey(subject.kind, subject.id, row.action)
            total = self._total(key)
            total.count += sign
            total.bare += sign if row.status == Status.BARE else 0
            total.folded += sign if folded else 0
            if sign > 0 and row.occurred_at > total.last_at:
                total.last_at = row.occurred_at
            if period := self._scoring.half_life(subject.kind):
                once = decay.occurrence(row.occurred_at, period, sign)
                self._decayed[key] = decay.plus(self._decayed[key], once)
                if folded:
                    kept = decay.decode(total.folded_decayed)
                    total.folded_decayed = decay.encode(decay.plus(kept, once))
                weight = self._scoring.weight_for(subject.kind, action)
                self._score(subject, sign, once, weight)
        minute = (row.occurred_at // MINUTE, row.action)
        self._minutes[minute] = self._minutes.get(minute, 0) + sign
        if folded:
            self._folded[minute] = self._folded.get(minute, 0) + sign

    def settle(self) -> None:
        """Put every decayed count and score that was moved into the form that is stored."""
        for key, total in self._changes.totals.items():
            if key in self._decayed:
                total.decayed = decay.encode(self._decayed[key])
        for subject, score in self._changes.scores.items():
            positive, negative = self._for[subject], self._against[subject]
            score.positive, score.negative = decay.encode(positive), decay.encode(negative)
            score.rank_key = rank_key(score.count, positive, negative)

        for (minute, action), count in self._minutes.items():
            folded = self._folded.get((minute, action), 0)
            for span in SPANS:
                stretch = SpanKey(span, minute - minute % span, action)
                change = self._changes.activity.get(stretch)
                if change is None:
                    change = self._changes.activity[stretch] = ActivityChange(*stretch, 0)
                change.count += count
                change.folded += folded

    def _total(self, key: TotalKey) -> StoredTotal:
        total = self._changes.totals.get(key)
        if total is None:
            # Before the first one counted there is no last: the earliest instant there could be.
            total = self._known.totals.get(key) or StoredTotal(*key, last_at=-(2**63))
            self._changes.totals[key] = total
            if self._scoring.half_life(key.kind) is not None:
                self._decayed[key] = decay.decode(total.decayed)
        return total

    def _score(self, subject: Subject, sign: int, once: Decayed, weight: float) -> None:
        score = self._changes.scores.get(subject)
        if score is None:
            score = self._known.scores.get(subject)
            score = score or StoredScore(*subject, 0, _NOTHING, _NOTHING, UNRANKED)
            self._changes.scores[subject] = score
            self._for[subject] = decay.decode(score.positive)
            self._against[subject] = decay.decode(score.negative)
        score.count += sign
        if weight:
            side = self._for if weight > 0 else self._against
            side[subject] = decay.plus(side[subject], decay.times(once, abs(weight)))
