"""Batches: calls that the writer commits together, and what their callers are answered."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from models.errors import DatabaseUnavailable
from models.ledger import Judge
from models.records import Wanted
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.submissions import Submission, Verdict


@dataclass(slots=True, eq=False)
class Call:
    """What one caller submitted, by its place among all calls; its keys if they are known."""

    place: int
    submissions: Sequence[Submission]
    wanted: Wanted | None
    answer: "asyncio.Future[list[Verdict | Exception]]"

    def fail(self, error: DatabaseUnavailable) -> None:
        with suppress(asyncio.InvalidStateError):  # its caller may have left
            self.answer.set_exception(readable(error))


@dataclass(slots=True, eq=False)
class Batch:
    """Calls of one commit, and the verdicts on their submissions, once it was judged."""

    calls: list[Call]
    submissions: Sequence[Submission]
    verdicts: list[Verdict] = field(default_factory=list)

    def is_behind(self, other: "Batch") -> bool:
        """Whether it was submitted after another."""
        return bool(self.calls) and self.calls[0].place > other.calls[0].place

    def answer(self, answers: Sequence[Verdict | Exception]) -> None:
        """Tell each caller its part."""
        position = 0
        for call in self.calls:
            end = position + len(call.submissions)
            if not call.answer.done():  # its caller may have left
                call.answer.set_result(list(answers[position:end]))
            position = end


@dataclass(slots=True, eq=False)
class Turn:
    """A transaction of another kind, which takes its turn among the batches."""

    wanted: Wanted
    judge: Judge
    done: "asyncio.Future[None]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    def fail(self, error: Exception) -> None:
        told = readable(error) if isinstance(error, DatabaseUnavailable) else error
        with suppress(asyncio.InvalidStateError):  # its caller may have left
            self.done.set_exception(told)


class Behind(Exception):
    """A batch was to be committed while one from before it is not, and may yet be."""


async def failing(error: Exception) -> None:
    """What ends as a batch does that could not begin."""
    raise error


def readable(error: DatabaseUnavailable) -> Overloaded | OutcomeUnknown:
    """What callers hear of a database that did not commit."""
    if error.outcome_unknown:
        return OutcomeUnknown(
            "the connection to the database broke during the commit: send the same eventId again "
            "to learn whether it was stored"
        )
    return Overloaded("the database cannot store anything now; try again shortly")
