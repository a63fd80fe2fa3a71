"""Packing: submissions and answers as plain tuples, which travel fast between processes.

The keys of a submission travel along: to work them out again would take longer.
"""

from collections.abc import Iterator, Sequence
from importlib import metadata
from operator import attrgetter
from typing import Any, TypeAlias

from models.errors import described
from models.records import StoredInteraction
from models.vocabulary import ACTION_BY_CODE
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.submissions import Submission, Verdict

Packed: TypeAlias = tuple[Any, ...]

_SUBMISSION = tuple(Submission.__slots__)
_VERDICT = tuple(Verdict.__slots__)
_VALUES = attrgetter(*("action.code" if name == "action" else name for name in _SUBMISSION))

FORMAT = repr((metadata.version("trailmark"), _SUBMISSION, _VERDICT, StoredInteraction.__slots__))
"""What two processes must have alike: a worker may be of another release than its successor."""

_ERRORS: dict[str, type[Exception]] = {"overloaded": Overloaded, "unknown": OutcomeUnknown}


class NotStorable(Exception):
    """Another process could not store an input; the text is what went wrong there."""


def packed_submissions(submissions: Sequence[Submission]) -> list[Packed]:
    return [_VALUES(each) for each in submissions]


def unpacked_submissions(rows: Sequence[Packed]) -> list[Submission]:
    return [_submission(row) for row in rows]


def packed_answers(answers: Sequence[Verdict | Exception]) -> list[Packed]:
    """Verdicts, and errors as their kind and text; what is no error of ours as a line about it."""
    return [
        packed_error(each) if isinstance(each, Exception) else _packed_verdict(each)
        for each in answers
    ]


def unpacked_answers(rows: Sequence[Packed]) -> Iterator[Verdict | Exception]:
    for row in rows:
        yield unpacked_error(row) if type(row[0]) is str else _verdict(row)


def packed_error(error: Exception) -> Packed:
    for kind, type_ in _ERRORS.items():
        if isinstance(error, type_):
            return kind, str(error)
    return "refused", described(error)


def unpacked_error(row: Packed) -> Exception:
    kind, text = row
    return _ERRORS.get(kind, NotStorable)(text)


def _submission(row: Packed) -> Submission:
    submission = object.__new__(Submission)  # its keys are there: none is to be worked out
    for name, value in zip(_SUBMISSION, row, strict=True):
        setattr(submission, name, value)
    submission.action = ACTION_BY_CODE[row[_SUBMISSION.index("action")]]
    return submission


def _packed_verdict(verdict: Verdict) -> Packed:
    row = None if verdict.row is None else StoredInteraction._fields(verdict.row)
    return (
        verdict.outcome,
        verdict.level,
        verdict.interaction_id,
        row,
        verdict.wrote,
        verdict.errors,
    )


def _verdict(packed: Packed) -> Verdict:
    outcome, level, interaction_id, row, wrote, errors = packed
    shown = None if row is None else StoredInteraction(*row)
    return Verdict(outcome, level, interaction_id, shown, wrote=wrote, errors=errors)
