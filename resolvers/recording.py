"""Recording: what users do and take back, from a client's input to a durable answer."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.records import StoredInteraction
from models.vocabulary import PrivacyLevel
from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.errors import (
    BadUserInput,
    InputError,
    InputErrorCode,
    OutcomeUnknown,
    Overloaded,
    request_id,
)
from resolvers.identity import Identity
from resolvers.intake import Admission, Request, admit
from resolvers.submissions import Outcome, Verdict
from resolvers.writer import Writer

log = logging.getLogger(__name__)

BATCH_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one input.

    `row` is the interaction where recording had it at hand, `interaction_id` its number. `level`
    is the user's privacy level where judging read it.
    """

    outcome: Outcome
    user_alias: str | None
    post_id: str | None
    interaction_id: int | None = None
    row: StoredInteraction | None = None
    level: PrivacyLevel | None = None
    errors: tuple[InputError, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records for callers; what it answers is durable."""

    writer: Writer
    identity: Identity
    clock: Clock

    async def record(self, request: Request, caller: Caller) -> Recorded:
        """Record or undo one interaction.

        Raises:
            Overloaded, OutcomeUnknown: the database did not store it, or may not have.
        """
        (recorded,) = await self._record([request], caller)
        if isinstance(recorded, Exception):
            raise recorded
        return recorded

    async def record_many(self, requests: Sequence[Request], caller: Caller) -> list[Recorded]:
        """Record or undo 1 to 1000 interactions, one answer each, in order.

        They are judged as if sent one after another; one that is rejected stops no other.

        Raises:
            BadUserInput: none, or more than 1000; nothing is stored.
            Overloaded: the database stored none of them.
            OutcomeUnknown: it may not have stored all of them.
        """
        if not 1 <= len(requests) <= BATCH_LIMIT:
            message = f"got {len(requests)}; allowed are 1 to {BATCH_LIMIT}"
            raise BadUserInput("inputs", message)
        answers = await self._record(requests, caller)
        if any(isinstance(answer, (Overloaded, OutcomeUnknown)) for answer in answers):
            raise OutcomeUnknown(
                "some inputs may not be stored: send all of them again, with the same eventIds"
            )
        return [
            _unstorable(answer) if isinstance(answer, Exception) else answer for answer in answers
        ]

    async def _record(
        self, requests: Sequence[Request], caller: Caller
    ) -> list[Recorded | Exception]:
        now = self.clock()
        admissions = [
            # Inputs of a batch follow one another: each arrives a microsecond after the last.
            admit(request, caller, self.identity, now + position)
            for position, request in enumerate(requests)
        ]
        submissions = [each.submission for each in admissions if each.submission is not None]
        verdicts = iter(await self.writer.submit(submissions) if submissions else [])
        return [
            _rejected(admission) if admission.submission is None else _judged(admission, verdicts)
            for admission in admissions
        ]


def _rejected(admission: Admission) -> Recorded:
    return Recorded(
        Outcome.REJECTED, admission.user_alias, admission.post_id, errors=admission.errors
    )


def _judged(admission: Admission, verdicts: Iterator[Verdict | Exception]) -> Recorded | Exception:
    verdict = next(verdicts)
    if isinstance(verdict, Exception):
        return verdict
    return Recorded(
        verdict.outcome,
        admission.user_alias,
        admission.post_id,
        verdict.interaction_id,
        verdict.row,
        verdict.level,
        verdict.errors,
    )


def _unstorable(error: Exception) -> Recorded:
    """One input of a batch that the database would not take; the others are stored."""
    id = request_id()
    log.error("request %s: an input of a batch could not be stored", id, exc_info=error)
    message = f"the database would not take it; the server's log tells why under request id {id}"
    errors = (InputError(InputErrorCode.INVALID, (), message),)
    return Recorded(Outcome.REJECTED, None, None, errors=errors)
