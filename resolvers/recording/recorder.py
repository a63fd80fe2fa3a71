"""Recording: what users do and take back, from a client's input to a durable answer."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

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
)
from resolvers.identity import Identity
from resolvers.recording.counting import RecordingCounts
from resolvers.recording.lanes.lane_writers import AnyWriter
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.recording.validation import RecordRequest, ValidatedRequest, validate
from resolvers.request_ids import request_id

log = logging.getLogger(__name__)

BATCH_LIMIT = 1_000
SLICE = 50
"""Inputs that are validated at a stretch: with all that fits in them, 10 ms."""


@dataclass(slots=True)
class RecordResult:
    """What became of one input.

    `row` is the interaction where recording had it at hand, `interaction_id` its number; a caller
    that only records is shown none that somebody else may have written. `level` is the user's
    privacy level where judging read it. Nothing changes it; one that is frozen takes twice as
    long to make.
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

    writer: AnyWriter
    identity: Identity
    clock: Clock
    counts: RecordingCounts = field(default_factory=RecordingCounts)

    async def record(self, request: RecordRequest, caller: Caller) -> RecordResult:
        """Record or undo one interaction.

        Raises:
            Overloaded, OutcomeUnknown: the database did not store it, or may not have.
        """
        validated = validate(request, caller, self.identity, self.clock())
        answer: RecordResult | Exception
        if validated.submission is None:
            answer = _rejected(validated)
        else:
            (verdict,) = await self._submit([validated.submission], [request])
            answer = _judged(validated, verdict, caller)
        self.counts.add(request.action, answer)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def record_many(
        self, requests: Sequence[RecordRequest], caller: Caller
    ) -> list[RecordResult]:
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
        answers = await self._record_many(requests, caller)
        if any(isinstance(answer, (Overloaded, OutcomeUnknown)) for answer in answers):
            raise OutcomeUnknown(
                "some inputs may not be stored: send all of them again, with the same eventIds"
            )
        return [
            _unstorable(answer) if isinstance(answer, Exception) else answer for answer in answers
        ]

    async def _record_many(
        self, requests: Sequence[RecordRequest], caller: Caller
    ) -> list[RecordResult | Exception]:
        now = self.clock()
        validated = list[ValidatedRequest]()
        for position, request in enumerate(requests):
            if position % SLICE == SLICE - 1:
                await asyncio.sleep(0)  # others are answered meanwhile
            # Inputs of a batch follow one another: each arrives a microsecond after the last.
            validated.append(validate(request, caller, self.identity, now + position))
        submissions = [each.submission for each in validated if each.submission is not None]
        verdicts = iter(await self._submit(submissions, requests) if submissions else [])
        answers = [
            _rejected(each) if each.submission is None else _judged(each, next(verdicts), caller)
            for each in validated
        ]
        for request, answer in zip(requests, answers, strict=True):
            self.counts.add(request.action, answer)
        return answers

    async def _submit(
        self, submissions: Sequence[Submission], requests: Sequence[RecordRequest]
    ) -> list[Verdict | Exception]:
        """Submit what came of some requests, which are counted here if they are refused."""
        try:
            return await self.writer.submit(submissions)
        except Exception as error:
            self.counts.add_unanswered([each.action for each in requests], error)
            raise


def _rejected(request: ValidatedRequest) -> RecordResult:
    return RecordResult(
        outcome=Outcome.REJECTED,
        user_alias=request.user_alias,
        post_id=request.post_id,
        errors=request.errors,
    )


def _judged(
    request: ValidatedRequest, verdict: Verdict | Exception, caller: Caller
) -> RecordResult | Exception:
    if isinstance(verdict, Exception):
        return verdict
    is_shown = verdict.wrote or not caller.only_records
    shown = (verdict.interaction_id, verdict.row) if is_shown else (None, None)
    what = verdict.outcome, request.user_alias, request.post_id
    return RecordResult(*what, *shown, verdict.level, verdict.errors)


def _unstorable(error: Exception) -> RecordResult:
    """One input of a batch that the database would not take; the others are stored."""
    id = request_id()
    log.error("request %s: an input of a batch could not be stored", id, exc_info=error)
    message = f"the database would not take it; the server's log tells why under request id {id}"
    errors = (InputError(InputErrorCode.INVALID, (), message),)
    return RecordResult(Outcome.REJECTED, user_alias=None, post_id=None, errors=errors)
