"""The state machine of recording: what each submission does to what those before it left.

Time decides, not arrival. A state keeps the latest instants at which it was recorded and undone.
It holds while the first is later than the second; on a tie it is undone. The first must also be
later than the latest record of its opposite, the state that it excludes; on a tie between the two
the later arrival wins.
"""

from collections.abc import Sequence

from models.records import (
    EARLIEST,
    Changes,
    Known,
    Micros,
    StoredEventId,
    StoredInteraction,
)
from models.signal_records import StoredUnloggedChange
from models.values import EventKey
from models.vocabulary import COUNTED, PrivacyLevel, Status, subject_kind
from resolvers.errors import InputError, InputErrorCode, shown
from resolvers.instants import format_instant
from resolvers.recording.counter_changes import CounterChanges
from resolvers.recording.facets import facets_described, facets_of
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.scoring.facet_parts import Facet
from resolvers.scoring.weights import DAY

# Looked up here once: until Python 3.12 each look at a member takes as long as a function call.
_FULL = PrivacyLevel.FULL
_CREATED, _REACTIVATED = Outcome.CREATED, Outcome.REACTIVATED
_UNDONE, _UNCHANGED = Outcome.UNDONE, Outcome.UNCHANGED
_SHOWN, _ARCHIVED = Status.SHOWN, Status.ARCHIVED
_WAS_UNDONE, _NEVER_HELD = Status.UNDONE, Status.NEVER_HELD
_WITH_CONTEXT = (_SHOWN, _WAS_UNDONE)


class StateMachine:
    """Judges the submissions of a batch in order; each changes what is known to the next.

    What moves totals and scores goes to `counters`, everything else to `changes`. In an `anonymous`
    one events have no rows, and all that counts is aggregated and counts for no user.
    """

    def __init__(
        self,
        known: Known,
        counters: CounterChanges,
        retention: Micros | None,
        *,
        anonymous: bool = False,
    ) -> None:
        self.known = known
        self.changes = Changes(known.last_number)
        self.counters = counters
        self.retention = retention
        self.anonymous = anonymous

    def judge(self, submission: Submission) -> Verdict:
        """The verdict on the next submission, which changes what is known and what is written."""
        key = submission.event_key
        if key is not None and key in self.known.event_ids:
            return self._repeat(submission, self.known.event_ids[key])
        too_old = self._is_too_old(submission)
        if too_old and not submission.imported:
            return _too_old(submission, self.retention or 0)
        if submission.action.is_state:
            verdict = self._move_state(submission, archived=too_old and not self.anonymous)
        elif too_old or self.anonymous:
            verdict = self._aggregate_event(submission)
        else:
            verdict = self._add_event(submission)
        if key is not None:
            self._remember(key, submission, verdict)
        return verdict

    def _repeat(self, submission: Submission, first: StoredEventId) -> Verdict:
        """The verdict on an input whose id is known; a state is shown as it is by now."""
        same = (submission.action.code, submission.target_id, submission.undo)
        if (first.action, first.target_id, first.undo) != same:
            return _conflicting(submission)
        row = self.known.states.get(submission.state_key)
        if row is not None and row.id == first.interaction_id:
            # Each input arrives at an instant of its own, and leaves it on what it writes.
            wrote = not submission.undo and row.recorded_at == first.seen_at
            return _answer(_UNCHANGED, row, submission, wrote=wrote)
        is_event = not submission.action.is_state
        return Verdict(_UNCHANGED, _FULL, interaction_id=first.interaction_id, wrote=is_event)

    def _is_too_old(self, submission: Submission) -> bool:
        at = submission.occurred_at
        if at is None or self.retention is None:
            return False
        return at < submission.arrived_at - self.retention

    def _remember(self, key: EventKey, submission: Submission, verdict: Verdict) -> None:
        what = submission.action.code, submission.target_id, submission.undo
        fields = (*key, *what, verdict.interaction_id, submission.arrived_at)
        seen = StoredEventId(*fields)
        self.known.event_ids[key] = seen
        if verdict.row is None or submission.action.is_state:
            self.changes.event_ids[key] = seen
        else:
            verdict.row.event_key = key.event_key
            self.changes.row_event_ids[key] = seen

    def _add_event(self, submission: Submission) -> Verdict:
        at = submission.arrived_at if submission.occurred_at is None else submission.occurred_at
        row = self._new_row(submission, at)
        row.seq, row.status = None if submission.imported else row.id, _SHOWN
        self._take_context(row, submission)
        self.changes.interactions[row.id] = row
        self._count(row, 1, submission)
        return Verdict(_CREATED, _FULL, row.id, row, wrote=True)

    def _aggregate_event(self, submission: Submission) -> Verdict:
        """Count an event for good, without a row that pruning would take at once."""
        at = submission.arrived_at if submission.occurred_at is None else submission.occurred_at
        row = self._new_row(submission, at)
        self._take_context(row, submission)
        self._count(row, 1, submission, aggregated=True)
        return Verdict(_CREATED, _FULL)

    def _move_state(self, submission: Submission, *, archived: bool) -> Verdict:
        row = self.known.states.get(submission.state_key)
        opposite = self.known.states.get(submission.opposite_key)
        at = submission.occurred_at
        if at is None:
            at = max(submission.arrived_at, _latest(row) + 1, _latest(opposite) + 1)
        if row is None:
            row = self.known.states[submission.state_key] = self._new_row(submission, at)
            row.state_key = submission.state_key
        held, first = row.status in COUNTED, row.status == _NEVER_HELD
        self.changes.interactions[row.id] = row
        if submission.undo:
            row.last_undo_at = _later(row.last_undo_at, at)
        else:
            row.last_record_at = _later(row.last_record_at, at)
            if opposite is not None:
                self._oppose(opposite, row, at, submission)
        # An undo may find that the opposite, which kept the state from holding, was forgotten.
        if not held and not submission.undo and _holds(row, opposite):
            self._show(row, submission, at, archived=archived)
            return _answer(_CREATED if first else _REACTIVATED, row, submission, wrote=True)
        if held and not _holds(row, opposite):
            self._undo(row, submission)
            return _answer(_UNDONE, row, submission)
        return _answer(_UNCHANGED, row, submission)

    def _oppose(
        self,
        opposite: StoredInteraction,
        row: StoredInteraction,
        at: Micros,
        submission: Submission,
    ) -> None:
        """Recording a state is an undo of its opposite, in the same commit."""
        if opposite.last_record_at == at:
            opposite.last_record_at = at - 1  # the later arrival wins the tie
            self.changes.interactions[opposite.id] = opposite
        if opposite.status in COUNTED and not _holds(opposite, row):
            self._undo(opposite, submission)

    def _new_row(self, submission: Submission, at: Micros) -> StoredInteraction:
        fields = (  # in the record's order: by names it takes twice as long
            self._next_number(),
            None,
            submission.user_alias,
            submission.action.code,
            subject_kind(submission.action.target_kind),
            submission.target_id,
            at,
            submission.arrived_at,
            _NEVER_HELD,
        )
        return StoredInteraction(*fields)

    def _show(
        self, row: StoredInteraction, submission: Submission, at: Micros, *, archived: bool = False
    ) -> None:
        """Have a row hold or have happened, as the submission says, at the end of the log."""
        if not submission.imported:
            is_last = row.id == self.changes.last_number > self.known.last_number
            row.seq = row.id if is_last and row.seq is None else self._next_number()
        else:
            self._note_unlogged(row)
        row.status = _ARCHIVED if archived else _SHOWN
        row.occurred_at, row.recorded_at = at, submission.arrived_at
        self._take_context(row, submission)
        self.changes.interactions[row.id] = row
        self._count(row, 1, submission)
        if archived:
            forget_context(row)

    def _take_context(self, row: StoredInteraction, submission: Submission) -> None:
        row.source, row.recommended = submission.source, submission.recommended
        row.context, row.described = submission.context, self._described(submission)
        row.variant = self.counters.outcomes.counted_under(submission, row.occurred_at)

    def _undo(self, row: StoredInteraction, submission: Submission) -> None:
        self._count(row, -1, submission)
        row.status = _WAS_UNDONE
        if not submission.imported:
            row.seq = self._next_number()
        else:
            self._note_unlogged(row)
        self.changes.interactions[row.id] = row

    def _note_unlogged(self, row: StoredInteraction) -> None:
        """Tell followers of a row that an import changes, unless they are yet to come to it."""
        if row.id <= self.known.last_number and not self.anonymous:
            number = self._next_number()
            self.changes.unlogged_changes[number] = StoredUnloggedChange(number, row.id)

    def _count(
        self, row: StoredInteraction, sign: int, submission: Submission, *, aggregated: bool = False
    ) -> None:
        anonymous = self.anonymous
        self.changes.unlogged |= anonymous or submission.imported
        self.counters.count(
            row,
            sign,
            aggregated=aggregated or anonymous,
            anonymous=anonymous,
            facets=_facets(row, submission) if sign > 0 else None,
        )

    def _described(self, submission: Submission) -> str | None:
        """What the description of its post gives an interaction that lacks it, as JSON."""
        post = self.known.posts.get(submission.target_id)
        if post is None or not submission.is_describable:
            return None
        return facets_described(post, submission.facets)

    def _next_number(self) -> int:
        self.changes.last_number += self.known.step
        return self.changes.last_number


def _facets(row: StoredInteraction, submission: Submission) -> Sequence[Facet]:
    """What a row counts for that has just taken its context from a submission."""
    if row.described is None:
        return submission.facets
    return [*submission.facets, *facets_of(None, row.described)]


def forget_context(row: StoredInteraction) -> None:
    """Make a row that of an archived state, of which nothing is stored that came with it."""
    row.source, row.recommended = None, False
    row.context = row.described = row.variant = None


def _conflicting(submission: Submission) -> Verdict:
    message = (
        f"got {shown(submission.event_id or '')}, which stands for another input of the same "
        "user; allowed is an id that the user has not sent, or the same input again"
    )
    return _rejected(InputErrorCode.CONFLICT_ID, "eventId", message)


def _too_old(submission: Submission, retention: Micros) -> Verdict:
    got = format_instant(submission.occurred_at or 0)
    message = f"got {got}, before the retention; allowed are the last {retention // DAY} days"
    return _rejected(InputErrorCode.TOO_OLD, "occurredAt", message)


def _rejected(code: InputErrorCode, field: str, message: str) -> Verdict:
    errors = (InputError(code, (field,), message),)
    return Verdict(Outcome.REJECTED, _FULL, errors=errors)


def _answer(
    outcome: Outcome, row: StoredInteraction, submission: Submission, *, wrote: bool = False
) -> Verdict:
    """The verdict on a state; its row is a copy, since a later submission may change the row.

    Nobody shows what is imported.
    """
    if row.status in _WITH_CONTEXT:
        shown = None if submission.imported else row.copy()
        return Verdict(outcome, _FULL, row.id, shown, wrote=wrote)
    return Verdict(outcome, _FULL)


def _holds(row: StoredInteraction, opposite: StoredInteraction | None) -> bool:
    """Whether a state holds, by the latest instants of both alone: so a late undo wins."""
    recorded = row.last_record_at
    if recorded is None or (row.last_undo_at is not None and recorded <= row.last_undo_at):
        return False
    return opposite is None or opposite.last_record_at is None or recorded > opposite.last_record_at


def _latest(row: StoredInteraction | None) -> Micros:
    instants = (None, None) if row is None else (row.last_record_at, row.last_undo_at)
    return max((at for at in instants if at is not None), default=EARLIEST)


def _later(known: Micros | None, at: Micros) -> Micros:
    return at if known is None else max(known, at)
