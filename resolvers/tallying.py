"""What each interaction adds to every total and score it moves, and takes away when undone."""

from dataclasses import dataclass

from models.records import (
    DAY_MINUTES,
    MINUTE,
    ActivityChange,
    Changes,
    Known,
    SpanKey,
    StoredInteraction,
    StoredScore,
    StoredTotal,
    Subject,
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

SPANS = (1, 60, DAY_MINUTES)
"""The stretches that activity is counted in, in minutes: a minute, an hour, a day."""

_USER = int(SubjectKind.USER)
_BARE = int(Status.BARE)
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
class _Running:
    """A total, and what the batch has moved it by."""

    record: StoredTotal
    is_scored: bool = False
    moved: int = 0
    added: Decayed = decay.ZERO


class Tallies:
    """The totals and scores of one batch while it is judged; `settle` makes them changes."""

    def __init__(self, known: Known, scoring: Scoring) -> None:
        self._known = known
        self._scoring = scoring
        self._half_lives = scoring.half_lives
        self._totals: dict[tuple[int, str, int], _Running] = {}
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
        action = row.action
        if not anonymous:
            self._move((_USER, row.user_alias, action), row, sign, folded)
        kind = _TARGETS[action]
        if kind is not None:
            self._move((kind, row.target_id, action), row, sign, folded)
        minute = (row.occurred_at // MINUTE, action)
        self._minutes[minute] = self._minutes.get(minute, 0) + sign
        if folded:
            self._folded[minute] = self._folded.get(minute, 0) + sign

    def _move(
        self, key: tuple[int, str, int], row: StoredInteraction, sign: int, folded: bool
    ) -> None:
        running, at, once = self._total(key), row.occurred_at, None
        total = running.record
        total.count += sign
        if row.status == _BARE:
            total.bare += sign
        if sign > 0 and at > total.last_at:
            total.last_at = at
        period = self._half_lives.get(key[0])
        if period is not None:
            once = decay.occurrence(at, period, sign)
            running.is_scored = True
            running.moved += sign
            running.added = decay.plus(running.added, once)
        if folded:
            _fold(total, sign, once)

    def fold(self, row: StoredInteraction) -> None:
        """Keep in totals and activity what they counted of an event whose row is going."""
        action, at = ACTION_BY_CODE[row.action], row.occurred_at
        for subject in subjects(row.user_alias, action, row.target_id):
            period = self._scoring.half_life(subject.kind)
            once = None if period is None else decay.occurrence(at, period)
            _fold(self._total((*subject, row.action)).record, 1, once)
        minute = (at // MINUTE, row.action)
        self._minutes.setdefault(minute, 0)
        self._folded[minute] = self._folded.get(minute, 0) + 1

    def bare(self, row: StoredInteraction) -> None:
        """Note in totals that history shows a state no more, which they go on counting."""
        for subject in subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id):
            self._total((*subject, row.action)).record.bare += 1

    def settle(self, changes: Changes) -> None:
        """Put every total, score and minute that was moved into the form that is stored."""
        scores: dict[tuple[int, str], _Sides] = {}
        weights = self._scoring.weights_for
        for key, running in self._totals.items():
            changes.totals[key] = total = running.record
            if not running.is_scored:
                continue
            kept = decay.decode(total.decayed)
            total.decayed = decay.encode(decay.plus(kept, running.added))
            kind, id, action = key
            sides = scores.get((kind, id)) or self._sides(scores, kind, id)
            sides.record.count += running.moved
            sides.positive, sides.negative = weighed(
                sides.positive, sides.negative, running.added, weights[kind == _USER, action]
            )
        for subject, sides in scores.items():
            score = changes.scores[subject] = sides.record
            score.positive = decay.encode(sides.positive)
            score.negative = decay.encode(sides.negative)
            score.rank_key = rank_key(score.count, sides.positive, sides.negative)
        self._settle_activity(changes)

    def _settle_activity(self, changes: Changes) -> None:
        for (minute, action), count in self._minutes.items():
            folded = self._folded.get((minute, action), 0)
            for span in SPANS:
                stretch = SpanKey(span, minute - minute % span, action)
                change = changes.activity.get(stretch)
                if change is None:
                    change = changes.activity[stretch] = ActivityChange(*stretch, 0)
                change.count += count
                change.folded += folded

    def _total(self, key: tuple[int, str, int]) -> _Running:
        running = self._totals.get(key)
        if running is None:
            record = self._known.totals.get(key) or StoredTotal(*key)
            running = self._totals[key] = _Running(record)
        return running

    def _sides(self, scores: "dict[tuple[int, str], _Sides]", kind: int, id: str) -> "_Sides":
        record = self._known.scores.get((kind, id)) or no_score(kind, id)
        sides = _Sides(record, decay.decode(record.positive), decay.decode(record.negative))
        scores[kind, id] = sides
        return sides


@dataclass(slots=True)
class _Sides:
    """A score, what speaks for it and what against."""

    record: StoredScore
    positive: Decayed
    negative: Decayed


def _fold(total: StoredTotal, sign: int, once: Decayed | None) -> None:
    total.folded += sign
    if once is not None:
        kept = decay.decode(total.folded_decayed)
        total.folded_decayed = decay.encode(decay.plus(kept, once))
