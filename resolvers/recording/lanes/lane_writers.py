"""The writers of all lanes: what is submitted goes to the writer of its user's lane."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial
from typing import Any

from models.errors import OUTAGE, DatabaseUnavailable, described
from models.histogram import Histogram
from models.ledger.ledger import Judge, R
from models.ledger.opening import Ledgers
from models.records import Wanted
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.affinity.affinity import Affinity
from resolvers.recording.judging import Rules
from resolvers.recording.lanes.splitting import by_lane, split
from resolvers.recording.lanes.writer_layout import WriterLayout
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writer import STOP_S, Writer
from resolvers.recording.writing.answers import UNFORESEEN
from resolvers.recording.writing.counting import BatchCounts
from resolvers.recording.writing.queueing import QUEUE_LIMIT, Room, SubmittedCall
from resolvers.tasks import cancel, unfinished_after

log = logging.getLogger(__name__)

REOPEN_S = 1.0
"""How long to wait before the lanes are asked for again, once the database did not tell them."""


class LaneWriters:
    """Commits what waits, in the lane of each user, by a writer for each lane.

    A call is split by lanes, and answered in order once each lane has stored its part. With one
    lane the lane's writer does all. When the number of lanes changes, what waits is split anew;
    what was submitted for a user before goes on to be stored before what comes later.

    `open_ledgers` opens the ledgers of the lanes that there are. The other arguments are those of
    `Writer`; `queue_limit` is that of all lanes together, and `make_writer` makes
    that of a lane. With `affinity`, what is of another worker's lane is handed
    over to that, while it is there.
    """

    def __init__(
        self,
        open_ledgers: Callable[[], Awaitable[Ledgers]],
        rules: Rules,
        notify: Callable[[], None] = lambda: None,
        *,
        queue_limit: int = QUEUE_LIMIT,
        affinity: Affinity | None = None,
        make_writer: Callable[..., Writer] = Writer,
        **options: Any,
    ) -> None:
        self._open_ledgers = open_ledgers
        self._affinity = affinity
        self._room = Room(queue_limit)
        self.counts = BatchCounts()
        self._new_writer = partial(
            make_writer,
            rules=rules,
            notify=notify,
            queue_limit=queue_limit,
            counts=self.counts,
            layout_changed=self._change,
            **options,
        )
        self._layout: WriterLayout
        self._only: Writer | None = None
        self._earlier_waits = Histogram()
        self._trouble: DatabaseUnavailable | None = None
        self._changing: asyncio.Task[None] | None = None
        self._is_outdated = False
        self._is_stopping = False

    async def start(self) -> None:
        """Learn which lanes there are, and begin to commit.

        Raises:
            DatabaseUnavailable: the database does not tell.
        """
        self._use(await self._open_ledgers())
        for writer in self._layout.writers:
            writer.start()

    async def stop(self) -> None:
        """Take nothing more, commit what waits, and close the ledgers, all within seconds."""
        self._is_stopping = True
        if self._changing is not None:
            await cancel(await unfinished_after([self._changing], STOP_S))
        await asyncio.gather(*(writer.stop() for writer in self._layout.writers))
        await self._layout.ledgers.close()

    async def submit(self, submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        """Judge and store submissions; return when they are durable, one answer each, in order.

        An exception in place of a verdict is that of a submission the database would not take.
        A caller that is cancelled stops waiting; what it submitted is stored all the same.

        Raises:
            Overloaded: too much is waiting, the server is stopping, or the database did not
                commit; nothing of the call is stored.
            OutcomeUnknown: the connection broke during the commit, or only some lanes have stored
                their part.
        """
        if self._only is not None:
            return await self._only.submit(submissions)
        return await self._submit(submissions, self._route)

    async def submit_here(self, submissions: Sequence[Submission]) -> list[Verdict | Exception]:
        """As `submit`, but nothing is handed over to another worker.

        Raises:
            Overloaded, OutcomeUnknown: as from `submit`.
        """
        return await self._submit(submissions, self.enqueue_here)

    def enqueue_here(self, call: SubmittedCall) -> None:
        """Have a call wait for the writers of this process, whatever waits already."""
        lanes = self._layout.lanes
        for lane, part in split(call, len(lanes)):
            lanes[lane].enqueue(part)

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        """Run one transaction of another kind, which may concern any lane, as `Writer.transact`.

        They are run one after another: with one lane between two batches, and with several beside
        the batches.

        Raises:
            Overloaded, OutcomeUnknown, Exception: as from `Writer.transact`.
        """
        return await self._layout.whole.transact(wanted, judge)

    @property
    def unjudged(self) -> asyncio.Event:
        """Set while no large batch over all lanes is judged, as `Committer` says."""
        return self._layout.whole.unjudged

    def by_lane(
        self, aliases: Sequence[str]
    ) -> Iterator[tuple[Callable[[Wanted, Judge[Any]], Awaitable[Any]], Sequence[str]]]:
        """What transacts for some users in each of their lanes, and for which of them it does.

        A transaction may concern those alone. It is the lane's as `transact` is that of all.
        """
        layout = self._layout
        places = by_lane(aliases, len(layout.lanes))
        for lane, found in places.items():
            yield (
                partial(self._transact_in, layout, layout.lanes[lane]),
                [aliases[place] for place in found],
            )

    async def _transact_in(
        self, layout: WriterLayout, lane: Writer, wanted: Wanted, judge: Judge[R]
    ) -> R:
        """Transact in a lane of a layout, or in all lanes once there is another layout."""
        writer = lane if layout is self._layout else self._layout.whole
        return await writer.transact(wanted, judge)

    async def scrub(self, *, within_pages: bool) -> None:
        """Leave nothing in the database's own files of what was deleted, as `Writer.scrub`.

        Raises:
            Overloaded: that was not to be had in time; what was deleted stays deleted.
        """
        await self._layout.whole.scrub(within_pages=within_pages)

    async def check(self) -> None:
        """Make sure that each lane can commit: where the last commit failed, by another.

        Raises:
            DatabaseUnavailable: one cannot.
        """
        if self._trouble is not None:
            raise DatabaseUnavailable(self._trouble.reason)
        for writer in self._layout.writers:
            await writer.check()

    @property
    def waiting(self) -> int:
        """How many submissions wait to be committed, in all lanes."""
        return self._layout.waiting

    @property
    def lock_waits(self) -> Histogram:
        """How long transactions waited for their locks, in all lanes, as `Ledger.lock_waits`."""
        found = Histogram()
        found.include(self._earlier_waits)
        for writer in self._layout.writers:
            found.include(writer.lock_waits)
        return found

    @property
    def trouble(self) -> DatabaseUnavailable | None:
        """Why the last commit of a lane failed; None once each has made another."""
        troubles = [self._trouble, *(writer.trouble for writer in self._layout.writers)]
        return next((each for each in troubles if each is not None), None)

    async def _submit(
        self, submissions: Sequence[Submission], enqueue: Callable[[SubmittedCall], None]
    ) -> list[Verdict | Exception]:
        if self._is_stopping:
            raise Overloaded("the server is stopping")
        if waiting := self.waiting:
            self._room.check(waiting, len(submissions))
        call = self._layout.whole.call(submissions)
        enqueue(call)
        return await call.answer

    def _route(self, call: SubmittedCall) -> None:
        """Have the submissions of a call wait, each in its lane, here or with its owner."""
        if self._affinity is None:
            self.enqueue_here(call)
            return
        lanes = self._layout.lanes
        for lane, part in split(call, len(lanes)):
            owner = self._affinity.owner(lane) or lanes[lane]
            owner.enqueue(part)

    def _use(self, ledgers: Ledgers) -> None:
        """Submit to new writers from now on."""
        numbers = range(ledgers.layout.lanes)
        lanes = [self._new_writer(ledgers.lane(each), whole=ledgers.whole) for each in numbers]
        whole = lanes[0] if len(lanes) == 1 else self._new_writer(ledgers.whole)
        self._layout = WriterLayout(ledgers, lanes, whole)
        self._only = lanes[0] if len(lanes) == 1 else None
        if self._affinity is not None:
            self._affinity.lanes_are(len(lanes))

    def _change(self) -> None:
        """Go on with the lanes that there are by now."""
        self._is_outdated = True
        if self._changing is None or self._changing.done():
            self._changing = asyncio.create_task(self._go_on(), name="lanes")

    async def _go_on(self) -> None:
        while self._is_outdated:
            old = self._layout
            try:
                await asyncio.gather(*(writer.retire() for writer in old.writers))
                self._use(await self._opened(old))
                self._is_outdated = False
                self._take_over(old)
                for writer in self._layout.writers:
                    writer.start()
                log.info("recording in %d lanes from now on", len(self._layout.lanes))
            except Exception as error:
                log.exception("the lanes were not changed; that is tried again")
                await self._wait_in_vain(error, old)
            else:
                await _closed(old.ledgers)

    async def _opened(self, old: WriterLayout) -> Ledgers:
        """The ledgers of the lanes that there are; until then what waits is refused."""
        while True:
            try:
                ledgers = await self._open_ledgers()
            except Exception as error:
                log.warning("the lanes are not known: %s", described(error), extra=OUTAGE)
                await self._wait_in_vain(error, old)
            else:
                self._trouble = None
                return ledgers

    async def _wait_in_vain(self, error: Exception, old: WriterLayout) -> None:
        """Refuse what waits for the lanes before, and any that were begun, and wait a while."""
        self._trouble, self._is_outdated = DatabaseUnavailable(described(error)), True
        for writer in {*old.writers, *self._layout.writers}:
            writer.refuse_all(self._trouble)
        await asyncio.sleep(REOPEN_S)

    def _take_over(self, old: WriterLayout) -> None:
        """Have what waits for the writers before wait for those of now, each user's in order."""
        for writer in old.writers:
            self._earlier_waits.include(writer.lock_waits)
            calls, transactions = writer.hand_over()
            for call in calls:
                try:
                    self._route(call)
                except Exception:
                    log.exception("what waited for the lanes before was not routed anew")
                    call.fail(OutcomeUnknown(UNFORESEEN))
            for transaction in transactions:
                self._layout.whole.enqueue_exclusive(transaction)


async def _closed(ledgers: Ledgers) -> None:
    """Close ledgers that others have taken the place of, which goes on whatever comes of it."""
    try:
        await ledgers.close()
    except Exception:
        log.exception("connections of former lanes were not closed")


AnyWriter = LaneWriters | Writer
"""What commits submissions: the writers of all lanes, or one that holds the locks of all."""
