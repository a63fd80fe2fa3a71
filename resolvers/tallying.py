"""What each interaction adds to every total and score it moves, and takes away when undone."""

from dataclasses import dataclass

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
from resolvers.scoring import Scoring, no_score, rank_key, weighed

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


def subjects(user_alias: str, action: Action, target_id: str) -> list[Subject]:
    """Whom and what one interaction counts for: its user, and its target unless that is a text."""
    user = Subject(_USER, user_alias)
    kind = _TARGETS[action.code]
    return [user] if kind is None else [user, Subject(kind, target_id)]


@dataclass(slots=True)
class _RunningTotal:
    record: StoredTotal
    decayed: Decayed


@dataclass(slots=True)
class _RunningScore:
    record: StoredScore
    positive: Decayed
    negative: Decayed


class Tallies:
    """The totals and scores of one batch while it is judged; `settle` makes them changes."""

    def __init__(self, known: Known, scoring: Scoring) -> None:
        self._known = known
        self._scoring = scoring
        self._totals: dict[TotalKey, _RunningTotal] = {}
        self._scores: dict[Subject, _RunningScore] = {}
        self._minutes: dict[tuple[int, int], int] = {}
        self._folded: dict[tuple[int, int], int] = {}

    def count(
        self,
        row: StoredInteraction,
        sign: int,
        *,
        folded: bool = False,
        anonymous: bool = False,
    ) -> None:
        """Count an interaction in (`sign` 1) or out (-1), at the instant its row shows.

        What is `folded` counts for good and has no row to be counted by; what is `anonymous`
        counts for its target and as activity, and for no user.
        """
        action, at = ACTION_BY_CODE[row.action], row.occurred_at
        for subject in subjects(row.user_alias, action, row.target_id):
            if anonymous and subject.kind == _USER:
                continue
            running = self._total(TotalKey(subject.kind, subject.id, row.action))
            total = running.record
            total.count += sign
            if row.status == Status.BARE:
                total.bare += sign
            if sign > 0 and at > total.last_at:
                total.last_at = at
            period = self._scoring.half_life(subject.kind)
            once = None if period is None else decay.occurrence(at, period, sign)
            if once is not None:
                running.decayed = decay.plus(running.decayed, once)
                weight = self._scoring.weight_for(subject.kind, action)
                self._score(subject, sign, once, weight)
            if folded:
                _fold(total, sign, once)
        minute = (at // MINUTE, row.action)
        self._minutes[minute] = self._minutes.get(minute, 0) + sign
        if folded:
            self._folded[minute] = self._folded.get(minute, 0) + sign

    def fold(self, row: StoredInteraction) -> None:
        """Keep in totals and activity what they counted of an event whose row is going."""
        action, at = ACTION_BY_CODE[row.action], row.occurred_at
        for subject in subjects(row.user_alias, action, row.target_id):
            period = self._scoring.half_life(subject.kind)
            once = None if period is None else decay.occurrence(at, period)
            _fold(self._total(TotalKey(*subject, row.action)).record, 1, once)
        minute = (at // MINUTE, row.action)
        self._minutes.setdefault(minute, 0)
        self._folded[minute] = self._folded.get(minute, 0) + 1

    def bare(self, row: StoredInteraction) -> None:
        """Note in totals that history shows a state no more, which they go on counting."""
        for subject in subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id):
            self._total(TotalKey(*subject, row.action)).record.bare += 1

    def settle(self, changes: Changes) -> None:
        """Put every total, score and minute that was moved into the form that is stored."""
        for key, running in self._totals.items():
            if self._scoring.half_life(key.kind) is not None:
                running.record.decayed = decay.encode(running.decayed)
            changes.totals[key] = running.record
        for subject, each in self._scores.items():
            score = each.record
            score.positive = decay.encode(each.positive)
            score.negative = decay.encode(each.negative)
            score.rank_key = rank_key(score.count, each.positive, each.negative)
            changes.scores[subject] = score
        for (minute, action), count in self._minutes.items():
            folded = self._folded.get((minute, action), 0)
            for span in SPANS:
                stretch = SpanKey(span, minute - minute % span, action)
                change = changes.activity.get(stretch)
                if change is None:
                    change = changes.activity[stretch] = ActivityChange(*stretch, 0)
                change.count += count
                change.folded += folded

    def _total(self, key: TotalKey) -> _RunningTotal:
        running = self._totals.get(key)
        if running is None:
            record = self._known.totals.get(key) or StoredTotal(*key)
            running = self._totals[key] = _RunningTotal(record, decay.decode(record.decayed))
        return running

    def _score(self, subject: Subject, sign: int, once: Decayed, weight: float) -> None:
        running = self._scores.get(subject)
        if running is None:
            record = self._known.scores.get(subject) or no_score(subject)
            sides = decay.decode(record.positive), decay.decode(record.negative)
            running = self._scores[subject] = _RunningScore(record, *sides)
        running.record.count += sign
        sides = running.positive, running.negative
        running.positive, running.negative = weighed(*sides, once, weight)


def _fold(total: StoredTotal, sign: int, once: Decayed | None) -> None:
    total.folded += sign
    if once is not None:
        kept = decay.decode(total.folded_decayed)
        total.folded_decayed = decay.encode(decay.plus(kept, once))
