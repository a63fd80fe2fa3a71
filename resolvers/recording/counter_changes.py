"""What each interaction adds to every total and score it moves, and takes away when undone."""

from collections.abc import Iterable, Mapping, Sequence
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
from resolvers.scoring.weights import SCORED, Scoring, no_score

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


def want_counts(keys: Wanted, counted: Iterable[tuple[str, int, str]]) -> None:
    """Add the keys of the totals and scores that interactions move.

    Each is given by its user, its action's code and its target.
    """
    totals, scores = keys.totals.add, keys.scores.add
    for user_alias, action, target_id in counted:
        totals((_USER, user_alias, action))
        scores((_USER, user_alias))
        kind = _TARGETS[action]
        if kind is not None:
            totals((kind, target_id, action))
            if kind in SCORED:
                scores((kind, target_id))


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
        totals, grown, scores = changes.totals, decay.grown, _ScoreChanges()
        for key, running in self._totals.items():
            totals[key] = total = running.record
            if running.is_scored:
                total.decayed = grown(total.decayed, running.added)
        scores.add(self._totals, self._scoring)
        scores.settle(self._known, changes)
        self._settle_activity(changes)
        self.outcomes.settle(changes)
        self._facets.settle(changes)

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


class _ScoreChanges:
    """By how much the totals of a batch change the scores of their subjects.

    No subject has an object of its own: in a large batch most have one total.
    """

    def __init__(self) -> None:
        self._moved: dict[tuple[int, str], int] = {}
        self._positive: dict[tuple[int, str], Decayed] = {}
        self._negative: dict[tuple[int, str], Decayed] = {}

    def add(self, totals: Mapping[tuple[int, str, int], _RunningTotal], scoring: Scoring) -> None:
        """Add what totals were changed by, each to the side that its action weighs on."""
        moved, positive, negative = self._moved, self._positive, self._negative
        weights, plus = scoring.exact_weights, decay.plus
        for (kind, id, action), running in totals.items():
            if not running.is_scored:
                continue
            subject = kind, id
            moved[subject] = moved.get(subject, 0) + running.moved
            floor, units = running.added
            factor, bits = weights[kind == _USER, action]
            if units and factor:
                side = positive if factor > 0 else negative
                more, before = (floor - bits, units * abs(factor)), side.get(subject)
                side[subject] = more if before is None else plus(before, more)

    def settle(self, known: Known, changes: Changes) -> None:
        """Put the scores into the form that is stored, and note whose ranks may be others."""
        scores, changed, grown = known.scores, changes.scores, decay.grown
        # Where there were other lanes, the sum of all slots may be another's that is counted here.
        has_slots = known.layout != ONE_LANE
        for subject, moved in self._moved.items():
            record = changed[subject] = scores.get(subject) or no_score(*subject)
            is_ranked = has_slots or (not record.count) != (not record.count + moved)
            record.count += moved
            more, less = self._positive.get(subject), self._negative.get(subject)
            if more is not None and more[1]:
                before, record.positive = record.positive, grown(record.positive, more)
                is_ranked = is_ranked or before != record.positive
            if less is not None and less[1]:
                before, record.negative = record.negative, grown(record.negative, less)
                is_ranked = is_ranked or before != record.negative
            if is_ranked:
                changes.ranked.add(subject)


def _aggregate(total: StoredTotal, sign: int, occurrence: Decayed | None) -> None:
    total.aggregated += sign
    if occurrence is not None:
        total.aggregated_decayed = decay.grown(total.aggregated_decayed, occurrence)
