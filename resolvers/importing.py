"""Importing: recording in bulk, what others kept before, without announcing any of it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.identity import Identity
from resolvers.importlines import BadLine, Line
from resolvers.intake import admit
from resolvers.submissions import Outcome, Submission, Verdict
from resolvers.writer import Writer

LINES_AT_ONCE = 1_000
_NOBODY = Caller()


@dataclass(slots=True)
class Import:
    """How far an import has come: outcomes by kind, and where in the file it is durable to.

    `reject` is told each bad line's number and reason; `show` the place in the file.
    """

    reject: Callable[[int, str], None]
    show: Callable[[int], None]
    outcomes: Counter[str] = field(default_factory=Counter)


async def import_lines(
    lines: Iterable[Line], writer: Writer, identity: Identity, clock: Clock, progress: Import
) -> None:
    """Record every line that is well-formed, a thousand in a commit; bad ones stop none.

    While one thousand are committed, the next are read, so memory holds two thousand lines. Events
    from before the retention are folded into totals. Lines with event ids change nothing when they
    come again, so an import that broke off is simply run again.

    Raises:
        Overloaded, OutcomeUnknown: the database did not store what came after the last `show`.
    """
    under_way: asyncio.Task[None] | None = None
    source = iter(lines)
    while chunk := list(islice(source, LINES_AT_ONCE)):
        admitted = list(_admitted(chunk, identity, clock(), progress))
        if under_way is not None:
            await under_way
        under_way = asyncio.create_task(_store(admitted, writer, progress, chunk[-1].end))
        await asyncio.sleep(0)  # let the writer begin before the next lines are read
    if under_way is not None:
        await under_way


def _admitted(
    chunk: list[Line], identity: Identity, now: int, progress: Import
) -> Iterator[tuple[int, Submission]]:
    for position, line in enumerate(chunk):
        if isinstance(line.request, BadLine):
            _reject(progress, line.number, str(line.request))
            continue
        admission = admit(line.request, _NOBODY, identity, now + position, imported=True)
        if admission.submission is None:
            reasons = (f"{'.'.join(each.field)}: {each.message}" for each in admission.errors)
            _reject(progress, line.number, "; ".join(reasons))
            continue
        yield line.number, admission.submission


async def _store(
    admitted: list[tuple[int, Submission]], writer: Writer, progress: Import, end: int
) -> None:
    answers = await writer.submit([submission for _, submission in admitted]) if admitted else []
    for (number, _), answer in zip(admitted, answers, strict=True):
        if isinstance(answer, Verdict) and answer.outcome is not Outcome.REJECTED:
            progress.outcomes[answer.outcome] += 1
        elif isinstance(answer, Verdict):
            error = answer.errors[0]
            _reject(progress, number, f"{'.'.join(error.field)}: {error.message}")
        else:
            _reject(progress, number, f"could not be stored: {type(answer).__name__}")
    progress.show(end)


def _reject(progress: Import, number: int, reason: str) -> None:
    progress.outcomes[Outcome.REJECTED] += 1
    progress.reject(number, reason)
