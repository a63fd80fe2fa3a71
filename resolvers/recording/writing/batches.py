"""Batches: calls that are committed together."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property

from models.errors import DatabaseUnavailable
from models.records import Wanted
from models.vocabulary import PrivacyLevel
from resolvers.errors import OutcomeUnknown
from resolvers.recording.judging import wanted
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.answers import UNFORESEEN
from resolvers.recording.writing.queueing import SubmittedCall

LARGE_CALL = 100
"""Submissions of a call that is likely to be committed alone."""


@dataclass(frozen=True, eq=False)
class Batch:
    """Calls of one commit, and all their submissions; `default_level` is that of their users.

    `preferring` are the users whose preferences it adds to, as it was judged last.
    """

    calls: Sequence[SubmittedCall]
    submissions: Sequence[Submission]
    default_level: PrivacyLevel
    preferring: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, calls: Sequence[SubmittedCall], default_level: PrivacyLevel) -> "Batch":
        """The batch of some calls, at least one."""
        return cls(calls, [each for call in calls for each in call.items], default_level)

    @classmethod
    def alone(cls, submission: Submission, default_level: PrivacyLevel) -> "Batch":
        """A batch of one submission, whose caller is answered by somebody else."""
        return cls([], [submission], default_level)

    @cached_property
    def wanted(self) -> Wanted:
        """The keys of what the submissions may read or move."""
        keys = self.calls[0].wanted if len(self.calls) == 1 else None
        return keys or wanted(self.submissions, self.default_level)

    def __len__(self) -> int:
        return len(self.submissions)

    def is_behind(self, other: "Batch") -> bool:
        """Whether its callers came after those of another."""
        return bool(self.calls) and self.calls[0].number > other.calls[0].number

    def answer(self, answers: Sequence[Verdict | Exception]) -> None:
        """Tell each caller its part of the answers to all submissions."""
        start = 0
        for call in self.calls:
            end = start + len(call.items)
            call.succeed(list(answers[start:end]))
            start = end

    def refuse(self, error: DatabaseUnavailable) -> None:
        """Tell each caller that the database did not commit."""
        for call in self.calls:
            call.refuse(error)

    def fail(self) -> None:
        """Tell each caller that has no answer yet that nobody knows what became of its input."""
        for call in self.calls:
            call.fail(OutcomeUnknown(UNFORESEEN))


def work_out_keys(call: SubmittedCall, default_level: PrivacyLevel) -> None:
    """Work out the keys of a large call, which may be while others are committed."""
    if call.wanted is None:
        with suppress(Exception):  # its batch meets that again, and answers whose input it is
            call.wanted = wanted(call.items, default_level)
