"""Packing: what another worker gets is equal to what was packed, of every kind."""

import pickle
from dataclasses import replace
from itertools import product

import pytest

from models.records import Known
from models.vocabulary import ACTIONS, ActionType, PrivacyLevel
from resolvers.errors import InputError, InputErrorCode, OutcomeUnknown, Overloaded
from resolvers.recording.affinity.packing import (
    NotStorable,
    packed_answers,
    packed_submissions,
    unpacked_answers,
    unpacked_submissions,
)
from resolvers.recording.judging import Rules, judge
from resolvers.recording.submissions import Outcome, Submission, Verdict
from tests.support.durability.ledgers import view


def submissions() -> list[Submission]:
    """Of every action, with all that may come with it and without."""
    bare = [replace(view("t"), action=action) for action in ACTIONS.values()]
    full = [
        replace(
            each,
            event_id=f"event {number}",
            source="home",
            recommended=True,
            context='{"hashtags":["ants"],"authorAlias":"u_0123456789abcdef"}',
            variant="trailmark",
            occurred_at=1_000_000 + number,
        )
        for number, each in enumerate(bare)
    ]
    return [*bare, *full, replace(view("t"), imported=True)]


def test_submissions_come_with_their_keys() -> None:
    """They are equal in all fields, and so is what they are found and counted by."""
    sent = submissions()

    packed = pickle.dumps(packed_submissions(sent))

    assert unpacked_submissions(pickle.loads(packed)) == sent  # noqa: S301 (made above)


def test_verdicts_come_with_their_rows() -> None:
    """As judging makes them, and with each outcome, level and kind of error."""
    judged = judge(submissions(), Known(last_number=0), Rules())[1]
    errors = tuple(InputError(code, ("context", "source"), "why") for code in InputErrorCode)
    others = [
        Verdict(outcome, level, 7, wrote=True, errors=errors)
        for outcome, level in product(Outcome, (*PrivacyLevel, None))
    ]
    sent = [*judged, *others]
    assert any(verdict.row for verdict in judged)

    packed = pickle.dumps(packed_answers(sent))

    found = list(unpacked_answers(pickle.loads(packed)))  # noqa: S301 (made above)
    assert found == sent


@pytest.mark.parametrize(
    ("error", "type_", "text"),
    [
        (Overloaded("try again"), Overloaded, "try again"),
        (OutcomeUnknown("send again"), OutcomeUnknown, "send again"),
        (ValueError("no\nfor this row"), NotStorable, "ValueError: no"),
    ],
)
def test_errors_come_as_what_callers_make_of_them(
    error: Exception, type_: type[Exception], text: str
) -> None:
    """Of one that is not ours a line is told, without the details that may quote a row."""
    (found,) = unpacked_answers(packed_answers([error]))

    assert type(found) is type_
    assert str(found) == text


def test_an_action_stays_the_one_of_the_vocabulary() -> None:
    """What is compared by identity stays comparable."""
    (found,) = unpacked_submissions(packed_submissions([view("t")]))

    assert found.action is ACTIONS[ActionType.VIEW]
