"""Isolating: a batch that the database will not take is committed input by input.

So the one that the database refuses fails alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

from models.errors import DatabaseUnavailable
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writing.answers import caller_error
from resolvers.recording.writing.batches import Batch


class Isolation:
    """Knows the batch that is committed input by input, and holds back what came after it."""

    def __init__(self) -> None:
        self._batch: Batch | None = None
        self._is_over = asyncio.Event()
        self._is_over.set()

    @contextmanager
    def of(self, batch: Batch) -> Iterator[None]:
        """Hold back what came after a batch."""
        self._batch = batch
        self._is_over.clear()
        try:
            yield
        finally:
            self._batch = None
            self._is_over.set()

    def holds_back(self, batch: Batch) -> bool:
        """Whether a batch came after the one that is isolated."""
        return self._batch is not None and batch.is_behind(self._batch)

    async def over(self) -> None:
        """Return when no batch is isolated."""
        await self._is_over.wait()


async def one_by_one(
    submissions: Sequence[Submission], commit: Callable[[Submission], Awaitable[Verdict]]
) -> list[Verdict | Exception]:
    """Commit each alone, in order: its verdict, or the error of one that was refused.

    Once the database is away the rest is not tried: each would wait for it in turn.
    """
    answers: list[Verdict | Exception] = []
    for submission in submissions:
        try:
            answers.append(await commit(submission))
        except DatabaseUnavailable as error:
            answers.append(caller_error(error))
            untried = DatabaseUnavailable(error.reason)
            answers += [caller_error(untried) for _ in submissions[len(answers) :]]
            break
        except Exception as error:
            answers.append(error)
    return answers
