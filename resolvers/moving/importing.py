"""Importing: recording in bulk, what others kept before, without announcing any of it."""

import asyncio
import gc
import re
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import islice

from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.errors import InputError, OutcomeUnknown, Overloaded, shown
from resolvers.identity import Identity
from resolvers.moving.csv_rows import BadLine
from resolvers.moving.dumps import SettingRow
from resolvers.moving.import_lines import Line
from resolvers.privacy.levels import Privacy
from resolvers.recording.lanes.lane_writers import AnyWriter
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.recording.validation import validate

LINES_AT_ONCE = 2_000
LINES_READ = 50  # before the loop looks whether the database has answered
SETTINGS_AT_ONCE = 100
SET = "SET"
AHEAD = 2  # batches with the writer: one being committed, and the next
_YOUNG = 100_000  # objects
_TURN_S = 0.000_2
_USERS = 32_768  # whose aliases are remembered
_NOBODY = Caller()


@dataclass(slots=True)
class Import:
    """How far an import has come: outcomes by kind, and where in the file it is durable to.

    `reject` is told each bad line's number and reason; `show` the place in the file. All lines up
    to `durable_line` are stored or rejected.
    """

    reject: Callable[[int, str], None]
    show: Callable[[int], None]
    outcomes: Counter[str] = field(default_factory=Counter)
    durable_line: int = 0

    @property
    def good(self) -> int:
        """How many lines were taken, whether or not they changed anything."""
        return self.outcomes.total() - self.outcomes[Outcome.REJECTED]


@dataclass(frozen=True, slots=True)
class ErrorLimit:
    """How many lines of a file may be bad: so many, or that share of all."""

    most: float
    is_share: bool = True

    @classmethod
    def of(cls, text: str) -> "ErrorLimit":
        """Read a number of lines such as 25, or a share such as 10%.

        Raises:
            ValueError: it is neither.
        """
        number = text.strip().removesuffix("%")
        is_share = number != text.strip()
        form = r"\d{1,3}(\.\d{1,9})?" if is_share else r"\d{1,9}"
        if re.fullmatch(form, number, re.ASCII) is None or (is_share and float(number) > 100):
            allowed = "allowed are a number such as 25, and a share up to 100%"
            raise ValueError(f"{shown(text)}; {allowed}")
        return cls(float(number), is_share)

    def is_exceeded(self, bad: int, lines: int) -> bool:
        """Whether more of so many lines are bad than may be."""
        return bad * 100 > self.most * lines if self.is_share else bad > self.most


class _Remembered(Identity):
    """An identity that remembers the aliases of users: most have many lines."""

    @cached_property
    def _aliases(self) -> Callable[[str], str]:
        return lru_cache(_USERS)(super().alias)

    def alias(self, user_id: str) -> str:
        return self._aliases(user_id)


@dataclass(slots=True)
class _Batch:
    """Lines of one commit: when they arrived, and those that are well-formed by number."""

    arrived_at: int
    lines: int = 0
    end: int = 0
    last_line: int = 0
    admitted: list[tuple[int, Submission]] = field(default_factory=list)


async def import_lines(
    lines: Iterable[Line],
    writer: AnyWriter,
    progress: Import,
    *,
    identity: Identity,
    clock: Clock,
) -> None:
    """Record every line that is well-formed, two thousand in a commit; bad ones stop none.

    While two thousand are committed, the next are read: memory holds six thousand lines. Events
    from before the retention are folded into totals. Lines with event ids change nothing when they
    come again, so an import that broke off is simply run again.

    Raises:
        Overloaded, OutcomeUnknown: the database did not store what comes after `durable_line`.
    """
    under_way: deque[asyncio.Task[int]] = deque()
    source, arrived, identity = iter(lines), 0, _Remembered(identity.secret)
    with _in_bulk():
        while True:
            # Lines follow one another, a microsecond apart, also where a batch takes less.
            arrived = max(clock(), arrived + LINES_AT_ONCE)
            batch = _Batch(arrived)
            if not await _read(source, batch, identity, progress, unjudged=writer.unjudged):
                break
            under_way.append(asyncio.create_task(_store(batch, writer, progress)))
            if len(under_way) == AHEAD:
                progress.durable_line = await _first(under_way)
        while under_way:
            progress.durable_line = await _first(under_way)


async def import_settings(
    settings: Iterable[SettingRow], privacy: Privacy, progress: Import
) -> None:
    """Set the level of every row, some at a time; what is stored already is held to it.

    Raises:
        Overloaded, OutcomeUnknown: the database did not set what comes after `durable_line`.
    """
    source = iter(settings)
    while chunk := list(islice(source, SETTINGS_AT_ONCE)):
        await asyncio.gather(*(_choose(each, privacy, progress) for each in chunk))
        progress.show(chunk[-1].end)
        progress.durable_line = chunk[-1].number


async def _choose(setting: SettingRow, privacy: Privacy, progress: Import) -> None:
    if isinstance(setting.choice, BadLine):
        _reject(progress, setting.number, str(setting.choice))
        return
    chosen = await privacy.choose(setting.choice, _NOBODY)
    if chosen.errors:
        _reject(progress, setting.number, _told(chosen.errors))
    else:
        progress.outcomes[SET] += 1


async def _first(under_way: "deque[asyncio.Task[int]]") -> int:
    """The last line of the oldest batch, once that is durable.

    If it fails, the other ones have ended as well.
    """
    try:
        return await under_way.popleft()
    except BaseException:
        await asyncio.gather(*under_way, return_exceptions=True)
        raise


@contextmanager
def _in_bulk() -> Iterator[None]:
    """Set Python for some thousand lines at once.

    The garbage collector looks once for all of them, few of whose objects live on. Whoever writes
    needs the interpreter between two statements, and soon: those who read lines take turns of
    fifths of a millisecond, else the database waits for them.
    """
    usual, turns = gc.get_threshold(), sys.getswitchinterval()
    gc.freeze()
    gc.set_threshold(_YOUNG, *usual[1:])
    sys.setswitchinterval(_TURN_S)
    try:
        yield
    finally:
        sys.setswitchinterval(turns)
        gc.set_threshold(*usual)
        gc.unfreeze()


async def _read(
    source: Iterator[Line],
    batch: _Batch,
    identity: Identity,
    progress: Import,
    *,
    unjudged: asyncio.Event,
) -> bool:
    """Read the lines of a batch, some at a time; False if there are none left.

    Reading is work that fills the time in which the database works. It must not make the database
    wait in its turn, least of all with the lock held: while a batch is judged, nothing is read.
    """
    while few := list(islice(source, min(LINES_READ, LINES_AT_ONCE - batch.lines))):
        for position, line in enumerate(few, batch.arrived_at + batch.lines):
            submission = _admitted(line, identity, position, progress)
            if submission is not None:
                batch.admitted.append((line.number, submission))
        batch.lines += len(few)
        batch.end, batch.last_line = few[-1].end, few[-1].number
        await asyncio.sleep(0)
        await unjudged.wait()
    return batch.lines > 0


def _admitted(line: Line, identity: Identity, now: int, progress: Import) -> Submission | None:
    if isinstance(line.request, BadLine):
        _reject(progress, line.number, str(line.request))
        return None
    admission = validate(line.request, _NOBODY, identity, now, imported=True)
    if admission.submission is None:
        _reject(progress, line.number, _told(admission.errors))
    return admission.submission


async def _store(batch: _Batch, writer: AnyWriter, progress: Import) -> int:
    submissions = [submission for _, submission in batch.admitted]
    answers = await writer.submit(submissions) if submissions else []
    for answer in answers:
        if isinstance(answer, (Overloaded, OutcomeUnknown)):
            raise answer
    for (number, _), answer in zip(batch.admitted, answers, strict=True):
        if isinstance(answer, Verdict) and answer.outcome is not Outcome.REJECTED:
            progress.outcomes[answer.outcome] += 1
        elif isinstance(answer, Verdict):
            _reject(progress, number, _told(answer.errors[:1]))
        else:
            _reject(progress, number, f"could not be stored: {type(answer).__name__}")
    progress.show(batch.end)
    return batch.last_line


def _told(errors: Iterable[InputError]) -> str:
    return "; ".join(f"{'.'.join(each.field)}: {each.message}" for each in errors)


def _reject(progress: Import, number: int, reason: str) -> None:
    progress.outcomes[Outcome.REJECTED] += 1
    progress.reject(number, reason)
