"""Counts of recorded inputs: by action and outcome, and of rejections by their codes."""

from collections.abc import Sequence
from typing import Protocol

from models.vocabulary import ActionType
from resolvers.errors import InputError, InputErrorCode, OutcomeUnknown
from resolvers.recording.submissions import Outcome

UNSTORED = "UNSTORED"
"""The outcome of inputs that the database did not store; the same inputs may be sent again."""

UNKNOWN = "UNKNOWN"
"""The outcome of inputs of which nobody knows whether they are stored."""


class Recorded(Protocol):
    """What became of an input, as far as it is counted."""

    @property
    def outcome(self) -> Outcome: ...
    @property
    def errors(self) -> tuple[InputError, ...]: ...


class RecordingCounts:
    """What one process was asked to record, and what became of it."""

    def __init__(self) -> None:
        self.outcomes = dict[tuple[ActionType, str], int]()  # how many inputs, by action too
        #: Shown before there are any, so that alarms see the first.
        self.rejections = {str(code): 0 for code in InputErrorCode}  # errors, by code

    def add(self, action: ActionType, answer: "Recorded | Exception") -> None:
        """Count an input."""
        if isinstance(answer, Exception):
            outcome = UNKNOWN if isinstance(answer, OutcomeUnknown) else UNSTORED
            self._count(action, outcome)
            return
        self._count(action, answer.outcome)
        for error in answer.errors:
            self.rejections[error.code] = self.rejections.get(error.code, 0) + 1

    def add_unanswered(self, actions: Sequence[ActionType], error: Exception) -> None:
        """Count inputs that were refused together."""
        for action in actions:
            self.add(action, error)

    def _count(self, action: ActionType, outcome: str) -> None:
        key = action, outcome
        self.outcomes[key] = self.outcomes.get(key, 0) + 1
