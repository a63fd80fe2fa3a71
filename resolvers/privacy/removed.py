"""What is removed of a user: rows, what they added to counts, and what has no rows."""

from collections.abc import Sequence

from models.records import Changes, Known, StoredInteraction, StoredRemoval, Subject, Wanted
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    COUNTED,
    PrivacyLevel,
    Status,
    SubjectKind,
    TargetKind,
    subject_kind,
)
from resolvers.recording.counter_changes import CounterChanges, subjects
from resolvers.recording.salts import owners
from resolvers.scoring.weights import SCORED, Scoring

_CODES_BY_TARGET = {
    int(subject_kind(kind)): [each.code for each in ACTIONS.values() if each.target_kind is kind]
    for kind in TargetKind
}


def removed(known: Known, level: PrivacyLevel, scoring: Scoring) -> Changes:
    """Take out the known rows of a user who is at a level by now.

    What counted is taken out of the user's own totals and score. In those of its target and in
    activity it stays, aggregated; at NONE it is taken out of them too.
    """
    changes, counters = Changes(known.last_number, unlogged=True), CounterChanges(known, scoring)
    for row in known.rows.values():
        changes.gone.interactions.add(row.id)
        if row.status not in COUNTED:
            continue
        counters.count(row, -1)
        if level is PrivacyLevel.LIMITED:
            row.status = Status.SHOWN  # what has no row is not archived
            counters.count(row, 1, aggregated=True, anonymous=True)
    counters.settle(changes)
    return changes


def uncounted(known: Known) -> set[Subject]:
    """The targets of known rows, once these are taken out, that nothing is counted of any more.

    Their totals would name what nobody but this user has touched.
    """
    counted = {(kind, id) for (kind, id, _), total in known.totals.items() if total.count}
    counted |= {subject for subject, score in known.scores.items() if score.count}
    targets = {target for row in known.rows.values() for target in _subjects(row)[1:]}
    return {target for target in targets if target not in counted}


def uncounted_user(known: Known, removal: StoredRemoval) -> Changes:
    """Take out what is left of the user's own totals and score when all rows are gone."""
    changes = Changes(known.last_number, unlogged=True)
    changes.gone.subjects.add(Subject(SubjectKind.USER, removal.user_alias))
    return changes


def ended(known: Known, removal: StoredRemoval) -> Changes:
    """Take out what is left when nothing is counted any more, and the removal."""
    changes, alias = Changes(known.last_number, unlogged=True), removal.user_alias
    gone = changes.gone
    gone.removals.add(alias)
    gone.preferences.add(alias)
    if not any(total.count for total in known.totals.values()):
        gone.subjects.add(Subject(SubjectKind.PROFILE, alias))  # empty, but would name the user
    if removal.level == PrivacyLevel.NONE.value:
        gone.owners |= owners(alias, known.salts)  # of the tokens
    if removal.erase:
        gone.settings.add(alias)
    return changes


def wanted_of(rows: Sequence[StoredInteraction]) -> Wanted:
    """What has to be known to take rows out."""
    wanted = Wanted(rows={row.id for row in rows})
    for row in rows:
        for subject in _subjects(row):
            wanted.totals.add((*subject, row.action))
            if subject.kind in SCORED:
                wanted.scores.add(subject)
            else:  # it has no score to tell whether anything else is counted of it
                codes = _CODES_BY_TARGET[row.target_kind]
                wanted.totals.update((*subject, code) for code in codes)
    return wanted


def _subjects(row: StoredInteraction) -> list[Subject]:
    return subjects(row.user_alias, ACTION_BY_CODE[row.action], row.target_id)
