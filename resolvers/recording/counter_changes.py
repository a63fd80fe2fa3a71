"""What each interaction adds to every total and score it moves, and takes away when undone."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.partitions import ONE_LANE
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
    Wanted,
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
from resolvers.recording.facets import FacetChanges
from resolvers.recording.outcome_changes import OutcomeChanges
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.facet_parts import Facet
from resolvers.scoring.weights import SCORED, Scoring, no_score, weighed

SPANS = (1, 60, DAY_MINUTES)
"""The spans of time that activity is counted in, in minutes: a minute, an hour, a day."""

_USER = int(SubjectKind.USER)
_ARCHIVED = int(Status.ARCHIVED)
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


def want_counts(keys: Wanted, user_alias: str, action: int, target_id: str) -> None:
    """Add the keys of the totals and scores that one interaction, by its action's code, moves."""
    keys.totals.add((_USER, user_alias, action))
    keys.scores.add((_USER, user_alias))
    kind = _TARGETS[action]
    if kind is not None:
        keys.totals.add((kind, target_id, action))
        if kind in SCORED:
            keys.scores.add((kind, target_id))


@dataclass(slots=True)
class _RunningTotal:
    """A total while the batch is judged, and by how much its score changes."""

    record: StoredTotal
    is_scored: bool = False
    moved: int = 0
    added: Decayed = decay.ZERO


class CounterChanges:
    """The totals and scores of one batch while it is judged; `settle` makes them changes."""

    def __init__(self, known: Known, scoring: Scoring) -> None:
        self._known = known
        self._scoring = scoring
        self._half_lives = scoring.half_lives
        self.outcomes = OutcomeChanges(known)
        self._totals: dict[tuple[int, str, int], _RunningTotal] = {}
        self._minutes: dict[tuple[int, int], int] = {}
        self._aggregated: dict[tuple[int, int], int] = {}
        self._facets = FacetChanges()

    def count(
        self,
        row: StoredInteraction,
        sign: int,
        *,
        aggregated: bool = False,
        anonymous: bool = False,
        facets: Sequence[Facet] | None = None,
    ) -> None:
        """Count an interaction in (`sign` 1) or out (-1), at the instant its row shows.

        What is `aggregated` counts for good and has no row to be counted by; what is `anonymous`
        counts for its target and as activity, and for no user. Its facets are those of its row,
        unless they are given.
        """
        action = row.action
        if not anonymous:
            if facets is None or facets:
                self._facets.count(row, sign, facets, folded=aggregated)
            self._move((_USER, row.user_alias, action), row, sign, aggregated)
        kind = _TARGETS[action]
        if kind is not None:
            self._move((kind, row.target_id, action), row, sign, aggregated)
        self.outcomes.count(row, sign, aggregated=aggregated)
        minute = (row.occurred_at // MINUTE, action)
        self._minutes[minute] = self._minutes.get(minute, 0) + sign
        if aggregated:
            self._aggregated[minute] = self._aggregated.get(minute, 0) + sign

    def _move(
        self, key: tuple[int, str, int], row: StoredInteraction, sign: int, aggregated: bool
    ) -> None:
        running, at, occurrence = self._total(key), row.occurred_at, None
        total = running.record
        total.count += sign
        if row.status == _ARCHIVED:
            total.archived += sign
        if sign > 0 and at > total.last_at:
            total.last_at = at
        half_life = self._half_lives.get(key[0])
        if half_life is not None:
            occurrence = decay.occurrence(at, half_life, sign)
            running.is_scored = True
            running.moved += sign
            running.added = decay.plus(running.added, occurrence)
        if aggregated:
            _aggregate(total, sign, occurrence)

    def aggregate(self, row: StoredInteraction) -> None:
        """Note in totals and activity that an event which they count loses its row."""
        action, at = ACTION_BY_CODE[row.action], row.occurred_at
        for subject in subjects(row.user_alias, action, row.target_id):
            half_life = self._scoring.half_life(subject.kind)
            occurrence = None if half_life is None else decay.occurrence(at, half_life)
            _aggregate(self._total((*subject, row.action)).record, 1, occurrence)
        self.outcomes.aggregate(row)
        self._facets.fold(row)
        minute = (at // MINUTE, row.action)
        self._minutes.setdefault(minute, 0)
        self._aggregated[minute] = self._aggregated.get(minute, 0) + 1

    def archive(self, row: StoredInteraction) -> None:
        """Note in totals that a state, whose row has its context yet, leaves history."""
        for subject in subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id):
            self._total((*subject, row.action)).record.archived += 1
        self.outcomes.aggregate(row)
        self._facets.fold(row)

    def settle(self, changes: Changes) -> None:
        """Put every total, score and span of activity that changed into the form that is stored."""
        scores: dict[tuple[int, str], _RunningScore] = {}
        for key, running in self._totals.items():
            changes.totals[key] = total = running.record
            if running.is_scored:
                total.decayed = decay.grown(total.decayed, running.added)
                self._add_to_score(scores, key, running)
        # Where there were other lanes, the sum of all slots may be another's that is counted here.
        has_slots = self._known.layout != ONE_LANE
        for subject, running_score in scores.items():
            if running_score.settle() or has_slots:
                changes.ranked.add(subject)
            changes.scores[subject] = running_score.record
        self._settle_activity(changes)
        self.outcomes.settle(changes)
        self._facets.settle(changes)

    def _add_to_score(
        self,
        scores: "dict[tuple[int, str], _RunningScore]",
        key: tuple[int, str, int],
        total: _RunningTotal,
    ) -> None:
        """Add what a total was changed by to the score of its subject."""
        kind, id, action = key
        score = scores.get((kind, id))
        if score is None:
            record = self._known.scores.get((kind, id)) or no_score(kind, id)
            score = scores[kind, id] = _RunningScore(record, record.count != 0)
        weight = self._scoring.weights_for[kind == _USER, action]
        score.record.count += total.moved
        score.positive, score.negative = weighed(
            score.positive, score.negative, total.added, weight
        )

    def _settle_activity(self, changes: Changes) -> None:
        for (minute, action), count in self._minutes.items():
            aggregated = self._aggregated.get((minute, action), 0)
            for span in SPANS:
                span_key = SpanKey(span, minute - minute % span, action)
                change = changes.activity.get(span_key)
                if change is None:
                    change = changes.activity[span_key] = ActivityChange(*span_key, count=0)
                change.count += count
                change.aggregated += aggregated

    def _total(self, key: tuple[int, str, int]) -> _RunningTotal:
        running = self._totals.get(key)
        if running is None:
            record = self._known.totals.get(key) or StoredTotal(*key)
            running = self._totals[key] = _RunningTotal(record)
        return running


@dataclass(slots=True)
class _RunningScore:
    """A score while the batch is judged: what both its sides grow by, and if it counted before."""

    record: StoredScore
    counted: bool
    positive: Decayed = decay.ZERO
    negative: Decayed = decay.ZERO

    def settle(self) -> bool:
        """Put the score into the form that is stored; whether its rank may be another by that."""
        record = self.record
        before = record.positive, record.negative, self.counted
        if self.positive[1]:
            record.positive = decay.grown(record.positive, self.positive)
        if self.negative[1]:
            record.negative = decay.grown(record.negative, self.negative)
        return before != (record.positive, record.negative, record.count != 0)


def _aggregate(total: StoredTotal, sign: int, occurrence: Decayed | None) -> None:
    total.aggregated += sign
    if occurrence is not None:
        total.aggregated_decayed = decay.grown(total.aggregated_decayed, occurrence)
