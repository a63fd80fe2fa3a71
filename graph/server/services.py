"""The services of a process: built in the order in which they need each other, and stopped."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from graph.config.follower_places import FollowerPlace
from graph.config.settings import Settings
from graph.context import Services
from graph.metrics.rounds import Rounds
from graph.server.beside.following import background_works
from graph.server.housekeeping import housekeeping, usual_chores
from models.database.database import Database
from models.ledger.opening import open_ledgers
from resolvers.clock import Clock
from resolvers.feed.count_watcher import CountWatcher
from resolvers.feed.log_subscriber import LogFanout
from resolvers.feed.log_tailer import LogTailer
from resolvers.following.followers import Followers, FollowersElsewhere, FollowersHere
from resolvers.history.batch_reader import BatchReader, BatchReaders
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.privacy.clock_guard import ClockGuard
from resolvers.privacy.levels import Privacy
from resolvers.privacy.removing import Remover
from resolvers.recording.affinity.affinity import Affinity
from resolvers.recording.lanes.lane_writers import LaneWriters
from resolvers.recording.merging import PartMerger
from resolvers.recording.recorder import Recorder
from resolvers.recording.writing.processors import Processors
from resolvers.recording.writing.sizing import BATCH_LIMIT
from resolvers.signals.ranking import RankingRules
from resolvers.signals.recommending.recommender import Recommender

if TYPE_CHECKING:  # OpenTelemetry is there only where traces are wanted
    from graph.server.tracing.tracing import Tracing

log = logging.getLogger(__name__)


@asynccontextmanager
async def running_services(
    settings: Settings,
    identity: Identity,
    clock: Clock,
    rounds: Rounds,
    *,
    shared_folder: Path | None = None,
    tracing: "Tracing | None" = None,
) -> AsyncIterator[Services]:
    """The services, which work until the block ends; the database must be open for reading.

    `rounds` says how housekeeping fares. With `tracing` they make spans. In processes with the same
    `shared_folder` they divide the lanes.

    The writer stops last, as the others may have given it something to commit. What it then has of
    other processes is answered after that.
    """
    tailer = LogTailer(settings.database.notifications())
    make_writers = LaneWriters if tracing is None else tracing.writers
    make_reader = BatchReader if tracing is None else tracing.reader

    def notify() -> None:
        tailer.notify()
        followers.notify()

    merger = PartMerger(settings.scoring.user_half_life)
    affinity = _affinity(settings, shared_folder, tracing)
    writer = make_writers(
        partial(open_ledgers, settings.database),
        settings.rules,
        notify,
        note=merger.sample,
        affinity=affinity,
        are_short=_are_short(settings.database),
    )
    followers = _followers(settings, writer)
    remover = Remover(writer, settings.scoring, settings.database)
    id_cipher = IdCipher(identity.key("interaction ids"))
    services = Services(
        database=settings.database,
        identity=identity,
        id_cipher=id_cipher,
        scoring=settings.scoring,
        retention=settings.retention,
        clock=clock,
        recorder=Recorder(writer, identity, clock),
        privacy=Privacy(writer, remover, identity, clock),
        log=LogFanout(tailer),
        counts=CountWatcher(tailer),
        followers=followers,
        reads=BatchReaders(settings.scoring, clock, make_reader),
        recommender=Recommender(
            RankingRules(settings.scoring, settings.default_privacy),
            settings.exploration,
            id_cipher,
        ),
        default_level=settings.default_privacy,
        affinity=affinity,
    )
    guard = ClockGuard(settings.database, clock())
    chores = usual_chores(
        settings.database, settings.scoring, remover, guard, retention=settings.retention
    )
    if affinity is not None:
        affinity.start(writer.submit_here, writer.enqueue_here)
    await writer.start()
    merger.start(writer.by_lane)
    remover.resume()
    try:
        async with (
            housekeeping(settings.database, clock, chores, rounds=rounds),
            followers.at_work(),
        ):
            yield services
    finally:
        await asyncio.gather(tailer.stop(), remover.stop(), merger.stop())
        if affinity is not None:
            await affinity.leave()
        await writer.stop()
        if affinity is not None:
            await affinity.close()


def _followers(settings: Settings, writer: LaneWriters) -> Followers:
    """The followers of this process, or what tells of others: recording comes before its own."""
    works = background_works(settings)
    if settings.followers not in (None, FollowerPlace.INSIDE):
        return FollowersElsewhere([work.name for work in works])
    return FollowersHere(
        settings.database,
        works,
        may_follow=lambda: writer.trouble is None and writer.waiting < BATCH_LIMIT,
        may_rank=lambda: writer.trouble is None,
    )


def _are_short(database: Database) -> Callable[[], bool]:
    """Whether processors are short, which an embedded database has no use for.

    It commits one batch at a time in any case.
    """
    return (lambda: False) if database.is_embedded else Processors().are_short


def _affinity(
    settings: Settings, shared_folder: Path | None, tracing: "Tracing | None"
) -> Affinity | None:
    """What divides lanes among the processes of a folder; an embedded database has only one."""
    if shared_folder is None or settings.database.is_embedded:
        return None
    try:
        return Affinity(shared_folder, nullcontext if tracing is None else tracing.handed_over)
    except ValueError as error:
        log.warning("each worker writes all lanes: %s", error)
        return None
