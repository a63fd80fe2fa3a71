"""Judging: what each submission of a batch does to what is stored, by the rules of recording.

Plain computation inside the ledger's transaction. Submissions are judged in order, each against
what those before it left, so a batch behaves as if its inputs had been sent one after another:
those of FULL users by the state machine, those of LIMITED users by its anonymous variant, and those
of NONE not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.records import Changes, Known, Micros, Wanted, WantedTokens
from models.vocabulary import ACTIONS, PrivacyLevel
from resolvers.recording.counter_changes import CounterChanges, want_counts
from resolvers.recording.outcome_changes import wanted_names
from resolvers.recording.salts import new_salt
from resolvers.recording.state_machine import StateMachine
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.recording.token_store import TokenStore, limited, token_keys
from resolvers.scoring.weights import Scoring

_FULL = PrivacyLevel.FULL


@dataclass(frozen=True, slots=True)
class Rules:
    """What judging goes by beside the vocabulary.

    A `retention` of None keeps everything; else what is dated before it, counted back from
    arrival, is rejected as TOO_OLD. `default_level` is that of users who chose none, and
    `new_salt` makes a day's random salt.
    """

    retention: Micros | None = None
    scoring: Scoring = field(default_factory=Scoring)
    default_level: PrivacyLevel = PrivacyLevel.FULL
    new_salt: Callable[[], bytes] = new_salt


def wanted(
    submissions: Sequence[Submission], default_level: PrivacyLevel = PrivacyLevel.FULL
) -> Wanted:
    """The keys of all that judging the submissions may read or move."""
    keys, counted = Wanted(), list[tuple[str, int, str]]()
    keys.aliases.update(submission.user_alias for submission in submissions)
    for submission in submissions:
        user_alias, action = submission.user_alias, submission.action
        target_id = submission.target_id
        counted.append((user_alias, action.code, target_id))
        if submission.event_key is not None:
            keys.event_ids.add(submission.event_key)
        if submission.source is not None or submission.variant is not None:
            keys.variants.update(wanted_names(submission))
        if action.is_state:
            keys.states.add(submission.state_key)
        if action.excludes is not None:
            keys.states.add(submission.opposite_key)
            counted.append((user_alias, ACTIONS[action.excludes].code, target_id))
        if submission.is_describable:
            keys.posts.add(target_id)
    want_counts(keys, counted)
    keys.tokens = WantedTokens(
        are_among=lambda levels: bool(limited(submissions, levels, default_level)),
        keys=lambda known: token_keys(submissions, known, default_level),
    )
    return keys


def judge(
    submissions: Sequence[Submission], known: Known, rules: Rules
) -> tuple[Changes, list[Verdict]]:
    """What the submissions change together, and the verdict on each, in order.

    `known` is used up: its records become those of the changes.

    Raises:
        NoSalt: something of a LIMITED user is to be remembered, and today has no salt yet.
    """
    counters = CounterChanges(known, rules.scoring)
    machine = StateMachine(known, counters, rules.retention)
    anonymous: _AnonymousStateMachine | None = None
    verdicts: list[Verdict] = []
    for submission in submissions:
        level = known.levels.get(submission.user_alias, rules.default_level)
        if level is _FULL:
            verdicts.append(machine.judge(submission))
        elif level is PrivacyLevel.NONE:
            verdicts.append(Verdict(Outcome.NOT_STORED, level))
        else:
            anonymous = anonymous or _AnonymousStateMachine(submissions, known, counters, rules)
            verdicts.append(anonymous.judge(submission))
    counters.settle(machine.changes)
    if anonymous is not None:
        anonymous.keep(machine.changes)
    return machine.changes, verdicts


class _AnonymousStateMachine:
    """Where LIMITED users' submissions are judged: by the same rules, over what tokens remember."""

    def __init__(
        self,
        submissions: Sequence[Submission],
        known: Known,
        counters: CounterChanges,
        rules: Rules,
    ) -> None:
        self._store = TokenStore(limited(submissions, known.levels, rules.default_level), known)
        self._machine = StateMachine(self._store.known, counters, rules.retention, anonymous=True)

    def judge(self, submission: Submission) -> Verdict:
        verdict = self._machine.judge(submission)
        counted = verdict.outcome in (Outcome.CREATED, Outcome.REACTIVATED)
        outcome = Outcome.AGGREGATED if counted else verdict.outcome
        return Verdict(outcome, PrivacyLevel.LIMITED, errors=verdict.errors)

    def keep(self, changes: Changes) -> None:
        changes.unlogged |= self._machine.changes.unlogged
        self._store.keep(self._machine.changes, changes)
