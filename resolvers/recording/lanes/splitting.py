"""Splitting: a call's submissions by the lanes of their users, and the answers joined again."""

import asyncio
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from models.partitions import lane_of
from resolvers.errors import OutcomeUnknown
from resolvers.recording.submissions import Verdict
from resolvers.recording.writing.queueing import SubmittedCall


class Part(NamedTuple):
    """The submissions of a call that are of one lane, and their places in the call."""

    call: SubmittedCall
    places: Sequence[int]


def split(call: SubmittedCall, lanes: int) -> Iterator[tuple[int, SubmittedCall]]:
    """What each of so many lanes is to commit of a call, which is answered once all have.

    Submissions keep their order, and so does whatever a user sends.
    """
    found = by_lane([each.user_alias for each in call.items], lanes)
    if len(found) == 1:
        yield next(iter(found)), call
        return
    parts = [
        Part(call.part([call.items[place] for place in places]), places)
        for places in found.values()
    ]
    _Joined(call, parts)
    yield from zip(found, (part.call for part in parts), strict=True)


def by_lane(aliases: Sequence[str], lanes: int) -> dict[int, list[int]]:
    """The places of those of each lane among some users."""
    found: dict[int, list[int]] = {}
    for place, alias in enumerate(aliases):
        found.setdefault(lane_of(alias, lanes), []).append(place)
    return found


class _Joined:
    """Answers a call once all of its parts are answered."""

    def __init__(self, call: SubmittedCall, parts: Sequence[Part]) -> None:
        self._call = call
        self._parts = parts
        self._left = len(parts)
        for part in parts:
            part.call.answer.add_done_callback(self._ended)

    def _ended(self, answer: "asyncio.Future[list[Verdict | Exception]]") -> None:
        self._left -= 1
        if not self._left:
            self._answer()

    def _answer(self) -> None:
        answers: dict[int, Verdict | Exception] = {}
        errors: list[Exception] = []
        for part in self._parts:
            try:
                answers.update(zip(part.places, part.call.answer.result(), strict=True))
            except Exception as error:
                errors.append(error)
        if errors:
            self._call.fail(self._failure(errors))
        else:
            self._call.succeed([answers[place] for place in range(len(answers))])

    def _failure(self, errors: Sequence[Exception]) -> Exception:
        """What the caller is told: the error of all parts, if nothing of the call is stored."""
        is_known = not any(isinstance(error, OutcomeUnknown) for error in errors)
        if is_known and len(errors) == len(self._parts):
            return errors[0]
        return OutcomeUnknown(
            "some inputs may not be stored: send all of them again, with the same eventIds"
        )
