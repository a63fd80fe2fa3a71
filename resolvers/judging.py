"""Judging: what each submission of a batch does to what is stored, by the rules of recording.

Plain computation inside the ledger's transaction. Submissions are judged in order, each against
what those before it left, so a batch behaves as if its inputs had been sent one after another.

A state remembers the latest instants at which it was recorded and undone, and holds while the
first is later than the second (on a tie it is undone) and later than the latest record of the
state it excludes (on a tie between the two, whichever arrived last).
"""

from collections.abc import Sequence
from copy import copy

from models.records import (
    Changes,
    Known,
    Micros,
    StoredEventId,
    StoredInteraction,
    TotalKey,
    Wanted,
)
from models.vocabulary import ACTIONS, PrivacyLevel, Status, subject_kind
from resolvers.errors import InputError, InputErrorCode
from resolvers.submissions import Outcome, Submission, Verdict
from resolvers.tallying import half_life, subjects, tally

DAY: Micros = 86_400_000_000


def wanted(submissions: Sequence[Submission]) -> Wanted:
    """The keys of all that judging the submissions may read or move."""
    keys = Wanted()
    for submission in submissions:
        keys.aliases.add(submission.user_alias)
        if submission.event_key is not None:
            keys.event_ids.add(submission.event_key)
        actions = [submission.action]
        for state_key in (submission.state_key, submission.rival_key):
            if state_key is not None:
                keys.states.add(state_key)
        if submission.action.excludes is not None:
            actions.append(ACTIONS[submission.action.excludes])
        for action in actions:
            for subject in subjects(submission.user_alias, action, submission.target_id):
                keys.totals.add(TotalKey(*subject, action.code))
                if half_life(subject) is not None:
                    keys.scores.add(subject)
    return keys


def judge(
    submissions: Sequence[Submission],
    known: Known,
    retention: Micros | None,
) -> tuple[list[Verdict], Changes]:
    """The verdict on each submission, in order, and what they change together.

    `known` is used up: its records become those of the changes. A `retention` of None keeps
    everything; else what is dated before it, counted back from arrival, is rejected as TOO_OLD.
    """
    changes = Changes(known.last_number)
    verdicts = []
    for submission in submissions:
        level = known.levels.get(submission.user_alias, PrivacyLevel.FULL)
        if level is PrivacyLevel.FULL:
            verdicts.append(_judge_one(submission, known, changes, retention))
        else:
            verdicts.append(Verdict(Outcome.NOT_STORED, level))
    return verdicts, changes


def _judge_one(
    submission: Submission, known: Known, changes: Changes, retention: Micros | None
) -> Verdict:
    repeated = known.event_ids.get(submission.event_key or "")
    if repeated is not None:
        return _repeat(submission, repeated)
    if retention is not None and submission.occurred_at is not None:
        earliest = submission.arrived_at - retention
        if submission.occurred_at < earliest:
            return _too_old(retention)
    if submission.state_key is None:
        verdict = _add_event(submission, known, changes)
    else:
        verdict = _move_state(submission, submission.state_key, known, changes)
    if submission.event_key is not None:
        seen = StoredEventId(
            submission.event_key,
            submission.action.code,
            submission.target_id,
            submission.undo,
            verdict.interaction_id,
            submission.arrived_at,
        )
        known.event_ids[seen.key] = changes.event_ids[seen.key] = seen
    return verdict


def _repeat(submission: Submission, first: StoredEventId) -> Verdict:
    same = (submission.action.code, submission.target_id, submission.undo)
    if (first.action, first.target_id, first.undo) == same:
        return Verdict(Outcome.UNCHANGED, PrivacyLevel.FULL, interaction_id=first.interaction_id)
    message = (
        "this eventId already stands for another input of the same user; "
        "a new input needs an id of its own"
    )
    return _rejected(InputErrorCode.CONFLICT_ID, "eventId", message)


def _too_old(retention: Micros) -> Verdict:
    message = f"lies before the retention; allowed is within the last {retention // DAY} days"
    return _rejected(InputErrorCode.TOO_OLD, "occurredAt", message)


def _rejected(code: InputErrorCode, field: str, message: str) -> Verdict:
    errors = (InputError(code, (field,), message),)
    return Verdict(Outcome.REJECTED, PrivacyLevel.FULL, errors=errors)


def _add_event(submission: Submission, known: Known, changes: Changes) -> Verdict:
    at = submission.arrived_at if submission.occurred_at is None else submission.occurred_at
    row = _new_row(submission, changes, at)
    _show(row, submission, changes, at)
    tally(known, changes, row, 1)
    return _answer(Outcome.CREATED, row)


def _move_state(
    submission: Submission, state_key: bytes, known: Known, changes: Changes
) -> Verdict:
    row = known.states.get(state_key)
    rival = known.states.get(submission.rival_key or b"")
    at = submission.occurred_at
    if at is None:
        at = max(submission.arrived_at, _latest(row) + 1, _latest(rival) + 1)
    if row is None:
        row = known.states[state_key] = _new_row(submission, changes, at)
        row.state_key = state_key
    changes.interactions[row.id] = row
    held, was = _counts(row), Status(row.status)
    if submission.undo:
        row.last_undo_at = _later(row.last_undo_at, at)
    else:
        row.last_record_at = _later(row.last_record_at, at)
        if rival is not None and rival.last_record_at == at:
            rival.last_record_at = at - 1  # the later arrival wins the tie
            changes.interactions[rival.id] = rival
        if rival is not None and _counts(rival) and not _holds(rival, row):
            _take_back(rival, known, changes)
    if not held and _holds(row, rival):
        _show(row, submission, changes, at)
        tally(known, changes, row, 1)
        first = was is Status.NEVER_HELD
        return _answer(Outcome.CREATED if first else Outcome.REACTIVATED, row)
    if held and not _holds(row, rival):
        _take_back(row, known, changes)
        return _answer(Outcome.UNDONE, row)
    return _answer(Outcome.UNCHANGED, row)


def _holds(row: StoredInteraction, rival: StoredInteraction | None) -> bool:
    recorded = row.last_record_at
    if recorded is None or (row.last_undo_at is not None and recorded <= row.last_undo_at):
        return False
    return rival is None or rival.last_record_at is None or recorded > rival.last_record_at


def _counts(row: StoredInteraction) -> bool:
    return row.status in (Status.SHOWN, Status.BARE)


def _latest(row: StoredInteraction | None) -> Micros:
    instants = (None, None) if row is None else (row.last_record_at, row.last_undo_at)
    return max((at for at in instants if at is not None), default=-(2**63))


def _later(known: Micros | None, at: Micros) -> Micros:
    return at if known is None else max(known, at)


def _next(changes: Changes) -> int:
    changes.last_number += 1
    return changes.last_number


def _new_row(submission: Submission, changes: Changes, at: Micros) -> StoredInteraction:
    return StoredInteraction(
        id=_next(changes),
        seq=None,
        user_alias=submission.user_alias,
        action=submission.action.code,
        target_kind=subject_kind(submission.action.target_kind),
        target_id=submission.target_id,
        occurred_at=at,
        recorded_at=submission.arrived_at,
        status=Status.NEVER_HELD,
    )


def _show(row: StoredInteraction, submission: Submission, changes: Changes, at: Micros) -> None:
    """Make the row one that holds or happened, at the log's end, as this submission tells it."""
    row.status = Status.SHOWN
    row.occurred_at, row.recorded_at = at, submission.arrived_at
    row.source, row.recommended = submission.source, submission.recommended
    row.context = submission.context
    row.seq = row.id if row.seq is None and row.id == changes.last_number else _next(changes)
    changes.interactions[row.id] = row


def _take_back(row: StoredInteraction, known: Known, changes: Changes) -> None:
    tally(known, changes, row, -1)
    row.status = Status.UNDONE
    row.seq = _next(changes)
    changes.interactions[row.id] = row


def _answer(outcome: Outcome, row: StoredInteraction) -> Verdict:
    if row.status in (Status.SHOWN, Status.UNDONE):
        # A copy: a later submission of the batch may move the row on.
        return Verdict(outcome, PrivacyLevel.FULL, row.id, copy(row))
    return Verdict(outcome, PrivacyLevel.FULL)
