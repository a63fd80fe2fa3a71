"""Judging: what each submission of a batch does to what is stored, by the rules of recording.

Plain computation inside the ledger's transaction. Submissions are judged in order, each against
what those before it left, so a batch behaves as if its inputs had been sent one after another:
those of FULL users on one bench, those of LIMITED users aside, and those of NONE not at all.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.records import Changes, Known, Micros, Wanted
from models.vocabulary import ACTIONS, PrivacyLevel
from resolvers.bench import Bench
from resolvers.salts import new_salt
from resolvers.scoring import SCORED, Scoring
from resolvers.submissions import Outcome, Submission, Verdict
from resolvers.tallying import Tallies, subjects
from resolvers.tokens import Memory, limited, token_keys

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
    keys = Wanted()
    for submission in submissions:
        keys.aliases.add(submission.user_alias)
        if submission.event_key is not None:
            keys.event_ids.add(submission.event_key)
        actions = [submission.action]
        if submission.action.is_state:
            keys.states.add(submission.state_key)
        if submission.action.excludes is not None:
            keys.states.add(submission.rival_key)
            actions.append(ACTIONS[submission.action.excludes])
        for action in actions:
            for subject in subjects(submission.user_alias, action, submission.target_id):
                keys.totals.add((*subject, action.code))
                if subject[0] in SCORED:
                    keys.scores.add(subject)
    keys.limited = lambda levels: bool(limited(submissions, levels, default_level))
    keys.tokens = lambda known: token_keys(submissions, known, default_level)
    return keys


def judge(
    submissions: Sequence[Submission], known: Known, rules: Rules
) -> tuple[list[Verdict], Changes]:
    """The verdict on each submission, in order, and what they change together.

    `known` is used up: its records become those of the changes.
    """
    tallies = Tallies(known, rules.scoring)
    bench = Bench(known, tallies, rules.retention)
    aside: _Aside | None = None
    verdicts: list[Verdict] = []
    for submission in submissions:
        level = known.levels.get(submission.user_alias, rules.default_level)
        if level is _FULL:
            verdicts.append(bench.judge(submission))
        elif level is PrivacyLevel.NONE:
            verdicts.append(Verdict(Outcome.NOT_STORED, level))
        else:
            aside = aside or _Aside(submissions, known, tallies, rules)
            verdicts.append(aside.judge(submission))
    tallies.settle(bench.changes)
    if aside is not None:
        aside.keep(bench.changes)
    return verdicts, bench.changes


class _Aside:
    """Where LIMITED users' submissions are judged: by the same rules, over what tokens remember."""

    def __init__(
        self, submissions: Sequence[Submission], known: Known, tallies: Tallies, rules: Rules
    ) -> None:
        self._memory = Memory(limited(submissions, known.levels, rules.default_level), known)
        self._bench = Bench(self._memory.known, tallies, rules.retention, anonymous=True)
        self._new_salt = rules.new_salt

    def judge(self, submission: Submission) -> Verdict:
        verdict = self._bench.judge(submission)
        counted = verdict.outcome in (Outcome.CREATED, Outcome.REACTIVATED)
        outcome = Outcome.AGGREGATED if counted else verdict.outcome
        return Verdict(outcome, PrivacyLevel.LIMITED, errors=verdict.errors)

    def keep(self, changes: Changes) -> None:
        changes.quiet |= self._bench.changes.quiet
        self._memory.keep(self._bench.changes, changes, self._new_salt)
