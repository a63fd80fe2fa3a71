"""The writer: every caller's submissions in few commits, and none of them waiting long."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from itertools import count
from operator import attrgetter

from models.errors import DatabaseUnavailable
from models.ledger import Judge, Ledger
from models.records import Changes, Known, Wanted
from resolvers.batches import Batch, Behind, Call, Turn, failing, readable
from resolvers.ending import cancel, late
from resolvers.errors import Overloaded
from resolvers.judging import Rules, judge, wanted
from resolvers.submissions import Submission, Verdict

log = logging.getLogger(__name__)

BATCH_LIMIT = 1_000
"""Submissions in one commit; a call with more still goes whole."""

COMMITTING = 1
"""Batches on their way to being durable while one more is judged, where the ledger can do that."""

OVERLAPPING = 16
"""Submissions that are worth a batch of their own while others are committed."""

LARGE_CALL = 100

STOP_S = 1.5
"""How long a writer that stops goes on committing what waits."""

BREAK_OFF_S = 1.0

QUEUE_LIMIT = 20_000
"""Submissions that may wait; some seconds of the slowest disk's work."""

SILENT_S = 10.0
"""How long nothing more is said of overload."""


class Writer:
    """Commits what waits, in groups: the commit under way gathers the next batch.

    The writer never sleeps to gather more. Where the ledger can, one batch is judged while those
    before it are committed: it begins once it is half as large as the last, or when that ends. A
    batch that fails is judged again one submission at a time, so that one which the database will
    not take fails alone; what was submitted after it waits for that. `ring` is called after each
    commit. An `unbroken` writer stores nothing any more once the database was not there to commit.
    """

    def __init__(
        self,
        ledger: Ledger,
        rules: Rules,
        ring: Callable[[], None] = lambda: None,
        *,
        batch_limit: int = BATCH_LIMIT,
        queue_limit: int = QUEUE_LIMIT,
        unbroken: bool = False,
    ) -> None:
        self._ledger = ledger
        self._rules = rules
        self._ring = ring
        self._batch_limit = batch_limit
        self._queue_limit = queue_limit
        self._unbroken = unbroken
        self._is_broken = False
        self._places = count()
        self._calls: deque[Call] = deque()
        self._turns: deque[Turn] = deque()
        self._waiting = 0
        self._in_flight = 0  # submissions in batches that have begun and not ended
        self._enough = 1  # submissions that begin a batch
        self._due = asyncio.Event()
        self._beginning = asyncio.Lock()
        self._mending: Batch | None = None  # being judged one by one
        self._mended = asyncio.Event()
        self._mended.set()
        self._stopping = False
        self._silent_until = 0.0
        self._tasks: list[asyncio.Task[None]] = []
        self._newest: Batch | None = None

    def start(self) -> None:
        """Begin to commit; call in the running loop."""
        self._tasks = [
            asyncio.create_task(self._run(), name=f"writer {number}")
            for number in range(COMMITTING + 1)
        ]

    async def stop(self) -> None:
        """Take nothing more, commit what waits, and close the ledger, all within seconds.

        What has not begun after `STOP_S` is refused; what is under way then is broken off.
        """
        self._stopping = True
        self._due.set()
        await late(self._tasks, STOP_S)
        self._refuse_all()
        await self._ledger.close()
        await cancel(await late(self._tasks, BREAK_OFF_S))
        self._refuse_all()

    async def submit(self, submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        """Judge and store submissions; return when they are durable, one answer each, in order.

        An exception in place of a verdict is that of a submission the database would not take.
        A caller that is cancelled stops waiting; what it submitted is stored all the same.

        Raises:
            Overloaded: too much is waiting, the server is stopping, or the database did not
                commit; nothing of the call is stored.
            OutcomeUnknown: the connection broke during the commit.
        """
        if self._stopping:
            raise Overloaded("the server is stopping")
        if self._waiting and self._waiting + len(submissions) > self._queue_limit:
            message = f"{self._waiting} inputs are waiting to be stored"
            self._tell_of_overload(message)
            raise Overloaded(f"{message}; try again shortly")
        # A large call is likely to be committed alone; its keys are worked out meanwhile.
        keys = self._wanted(submissions) if len(submissions) >= LARGE_CALL else None
        answer = asyncio.get_running_loop().create_future()
        call = Call(next(self._places), submissions, keys, answer)
        self._calls.append(call)
        self._waiting += len(submissions)
        if self._waiting >= self._enough:
            self._due.set()
        return await call.answer

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        """Run one transaction of another kind when its turn comes; return when it is durable.

        Batches and such transactions take turns, so neither waits for more than one of the other.
        A caller that is cancelled before its turn calls it off.

        Raises:
            Overloaded: the server is stopping, or the database did not commit.
            OutcomeUnknown: the connection broke during the commit.
            Exception: whatever `judge` raised; nothing is changed.
        """
        if self._stopping:
            raise Overloaded("the server is stopping")
        turn = Turn(wanted, judge)
        self._turns.append(turn)
        self._due.set()
        await turn.done

    async def _run(self) -> None:
        """Begin a batch and commit it, again and again; while one commits, another may begin.

        One that has begun goes on at once: in a task of its own it would wait for all the requests
        that the loop has at hand.
        """
        while True:
            async with self._beginning:
                if not await self._has_work():
                    return
                await self._mended.wait()
                if self._turns:
                    await self._give(self._turns.popleft())
                if not self._calls:
                    continue
                batch, begun = await self._begin(self._take())
            await self._end(batch, begun)

    def _refuse_all(self) -> None:
        """Refuse what waits."""
        error = DatabaseUnavailable("the server stopped before")
        for call in self._calls:
            call.fail(error)
        for turn in self._turns:
            turn.fail(error)
        self._calls.clear()
        self._turns.clear()
        self._waiting = 0

    def _tell_of_overload(self, message: str) -> None:
        """Say it in the log once in a while, however many are turned away."""
        now = asyncio.get_running_loop().time()
        if now >= self._silent_until:
            self._silent_until = now + SILENT_S
            log.warning("%s; more are turned away", message)

    async def _has_work(self) -> bool:
        """Wait until something is to be begun; False if the writer stops and nothing is."""
        while not (self._turns or self._waiting >= self._enough):
            if self._stopping:
                return bool(self._calls)
            self._due.clear()
            await self._due.wait()
        return True

    async def _give(self, turn: Turn) -> None:
        if turn.done.cancelled():
            return
        try:
            await self._ledger.transact(turn.wanted, turn.judge)
            self._ring()
        except Exception as error:
            turn.fail(error)
            return
        with suppress(asyncio.InvalidStateError):
            turn.done.set_result(None)

    def _take(self) -> list[Call]:
        taken: list[Call] = []
        size, limit = 0, self._batch_limit
        if self._in_flight and self._ledger.overlaps:
            # Of batches of one size none waits long for another.
            share = (self._in_flight + self._waiting) // (COMMITTING + 1)
            limit = min(limit, max(OVERLAPPING, share))
        while self._calls and (not taken or size + len(self._calls[0].submissions) <= limit):
            call = self._calls.popleft()
            size += len(call.submissions)
            taken.append(call)
        self._waiting -= size
        return taken

    async def _begin(self, calls: list[Call]) -> tuple[Batch, Awaitable[None]]:
        """Begin to commit a batch; return what ends that when the next can be begun."""
        submissions = [each for call in calls for each in call.submissions]
        keys = calls[0].wanted if len(calls) == 1 else None
        batch = Batch(calls, submissions)
        begun = await self._begun(batch, keys or self._wanted(submissions))
        # What waits is a batch when this one ends, or when it is half as large.
        self._newest, self._enough = batch, max(1, len(submissions) // 2)
        self._in_flight += len(submissions)
        return batch, begun

    async def _begun(self, batch: Batch, keys: Wanted) -> Awaitable[None]:
        def judged(known: Known) -> Changes:
            if self._is_broken:
                raise DatabaseUnavailable("what was submitted before is not stored")
            if self._mending and batch.is_behind(self._mending):
                raise Behind
            batch.verdicts, changes = judge(batch.submissions, known, self._rules)
            return changes

        try:
            return await self._ledger.begin(keys, judged)
        except Exception as error:
            return failing(error)

    async def _end(self, batch: Batch, begun: Awaitable[None]) -> None:
        """Wait until a batch is durable, and answer its callers."""
        try:
            await begun
            self._ring()
            batch.answer(batch.verdicts)
        except Behind:
            calls = (*batch.calls, *self._calls)
            self._calls = deque(sorted(calls, key=attrgetter("place")))
            self._waiting += len(batch.submissions)
        except DatabaseUnavailable as error:
            log.warning("a commit of %d inputs failed: %s", len(batch.submissions), error.reason)
            self._is_broken = self._unbroken
            for call in batch.calls:
                call.fail(error)
        except Exception:
            log.exception("a commit of %d inputs failed; trying one by one", len(batch.submissions))
            self._mending = batch
            self._mended.clear()
            batch.answer(await self._one_by_one(batch.submissions))
            self._mending = None
            self._mended.set()
        self._in_flight -= len(batch.submissions)
        if batch is self._newest:
            self._enough = 1
            self._due.set()

    async def _one_by_one(self, submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        """Judge each in a commit of its own; once the database is away, the rest is not tried."""
        answers: list[Verdict | Exception] = []
        for submission in submissions:
            try:
                batch = Batch([], [submission])
                await (await self._begun(batch, self._wanted([submission])))
                self._ring()
                answers += batch.verdicts
            except DatabaseUnavailable as error:
                self._is_broken = self._unbroken
                answers.append(readable(error))
                rest = len(submissions) - len(answers)
                answers += [readable(DatabaseUnavailable(error.reason)) for _ in range(rest)]
                break
            except Exception as error:
                answers.append(error)
        return answers

    def _wanted(self, submissions: Sequence[Submission]) -> Wanted:
        return wanted(submissions, self._rules.default_level)
