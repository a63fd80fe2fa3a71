"""Values: what a process's metrics are now, read from the plain counts of its parts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import NamedTuple

from graph.context import Services
from graph.metrics import catalog
from graph.metrics.catalog import Metric
from graph.metrics.rounds import Rounds
from graph.metrics.size_watch import SizeWatch
from graph.transport.engine import Engine
from models.database.database import pool_use
from models.histogram import Histogram
from models.replicas.replicas import ReplicaStates, replica_states
from resolvers.keys import Keyring

VERSION = metadata.version("trailmark")

LANE = ("0",)
"""The label of the writer, of which each process has one."""


class Value(NamedTuple):
    """A value of a metric under some labels; `at` is when it was found, where that counts."""

    metric: Metric
    labels: tuple[str, ...]
    number: float | Histogram
    at: float = 0.0


@dataclass(frozen=True)
class Sources:
    """The parts of a process that count."""

    services: Services
    engine: Engine
    keyring: Keyring
    rounds: Rounds
    size: SizeWatch
    loop_lag: Histogram


def values(sources: Sources) -> Iterator[Value]:
    """All values but those of the process itself, as of now; they change with what they count."""
    yield from _operations(sources.engine)
    yield from _subscriptions(sources.engine)
    yield from _recording(sources.services)
    yield from _reading(sources.services)
    yield from _keeping(sources)


def _operations(engine: Engine) -> Iterator[Value]:
    for counted in engine.counts:
        labels = counted.kind, counted.name
        for outcome, count in counted.outcomes.items():
            yield Value(catalog.OPERATIONS, (*labels, outcome), count)
        if counted.kind != "subscription":
            yield Value(catalog.OPERATION_SECONDS, labels, counted.seconds)
    yield from _by_code(catalog.REFUSED, engine.counts.refused)


def _subscriptions(engine: Engine) -> Iterator[Value]:
    yield Value(catalog.SUBSCRIPTIONS, (), engine.subscriptions.under_way)
    yield Value(catalog.EVENTS, (), engine.counts.events)
    yield from _by_code(catalog.DROPPED, engine.counts.dropped)
    yield from _by_code(catalog.ENDED_STREAMS, engine.counts.ended_streams)


def _recording(services: Services) -> Iterator[Value]:
    counts, writer = services.recorder.counts, services.recorder.writer
    for (action, outcome), count in counts.outcomes.items():
        yield Value(catalog.INPUTS, (action, outcome), count)
    yield from _by_code(catalog.REJECTIONS, counts.rejections)
    handed_over = 0 if services.affinity is None else services.affinity.handed_over
    yield Value(catalog.HANDED_OVER, (), handed_over)
    yield Value(catalog.WAITING, LANE, writer.waiting)
    yield Value(catalog.BATCH_INPUTS, LANE, writer.counts.sizes)
    yield Value(catalog.COMMIT_SECONDS, LANE, writer.counts.seconds)
    yield Value(catalog.LOCK_SECONDS, LANE, writer.lock_waits)
    yield Value(catalog.FAILED_COMMITS, LANE, writer.counts.failures)
    yield Value(catalog.ISOLATED_BATCHES, LANE, writer.counts.isolations)
    yield Value(catalog.IN_TROUBLE, LANE, writer.trouble is not None)


def _reading(services: Services) -> Iterator[Value]:
    yield Value(catalog.FEED_LAG, LANE, services.log.tailer.lag_s)
    for name, seconds in services.followers.lags.items():
        yield Value(catalog.FOLLOWER_LAG, (name,), seconds)
    yield Value(catalog.PENDING_RANKS, (), services.followers.pending_ranks)
    use = pool_use()
    yield Value(catalog.POOL_CONNECTIONS, ("used",), use.used)
    yield Value(catalog.POOL_CONNECTIONS, ("idle",), use.idle)
    yield Value(catalog.POOL_LIMIT, (), use.most)
    yield Value(catalog.POOL_WAITING, (), use.waiting)
    for state, count in zip(ReplicaStates._fields, replica_states(), strict=True):
        yield Value(catalog.REPLICAS, (state,), count)


def _keeping(sources: Sources) -> Iterator[Value]:
    yield Value(catalog.LOOP_LAG, (), sources.loop_lag)
    yield Value(catalog.LAST_ROUND, (), sources.rounds.succeeded_at)
    for chore, count in sources.rounds.failures.items():
        yield Value(catalog.FAILED_CHORES, (chore,), count)
    size, at = sources.size.known, sources.size.known_at
    if size is not None:
        yield Value(catalog.INTERACTIONS, (), size.interactions, at)
        yield Value(catalog.DATABASE_BYTES, (), size.bytes, at)
        if size.free_bytes is not None:
            yield Value(catalog.FREE_BYTES, (), size.free_bytes, at)
    yield Value(catalog.KEYS_AGE, (), sources.keyring.age_s)
    yield Value(catalog.WORKERS, (), 1)
    yield Value(catalog.STARTS, (), 1)
    yield Value(catalog.BUILD, (VERSION, sources.services.database.dialect), 1)


def _by_code(metric: Metric, counts: Mapping[str, int]) -> Iterator[Value]:
    for code, count in counts.items():
        yield Value(metric, (code,), count)
