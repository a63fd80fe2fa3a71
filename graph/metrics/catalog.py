"""The catalog: each metric by its name, its kind, its labels and what it means."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a metric is, and how its values in several workers become one.

    Counters and histograms are summed, those of workers that have ended too. Gauges are of the
    living: their sum, the highest of them, or the one that was found last.
    """

    COUNTER = "counter"
    HISTOGRAM = "histogram"
    SUM = "gauge_livesum"
    MOST = "gauge_livemax"
    LATEST = "gauge_livemostrecent"

    @property
    def shown(self) -> str:
        """What Prometheus calls it."""
        return self.partition("_")[0]


@dataclass(frozen=True, eq=False)
class Metric:
    """A metric; the name of a counter is without its `_total`."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()

    @property
    def shown_name(self) -> str:
        """The name that Prometheus knows it by."""
        return f"{self.name}_total" if self.kind is Kind.COUNTER else self.name


_OPERATION = ("kind", "operation")
_LANE = ("lane",)

OPERATIONS = Metric(
    "trailmark_operations",
    Kind.COUNTER,
    "Operations and REST requests, by what became of them.",
    (*_OPERATION, "outcome"),
)
OPERATION_SECONDS = Metric(
    "trailmark_operation_seconds",
    Kind.HISTOGRAM,
    "How long queries, mutations and REST requests took.",
    _OPERATION,
)
REFUSED = Metric(
    "trailmark_refused_requests",
    Kind.COUNTER,
    "Requests that became no operation.",
    ("code",),
)
INPUTS = Metric(
    "trailmark_inputs",
    Kind.COUNTER,
    "Inputs of recordings, by what became of them.",
    ("action", "outcome"),
)
REJECTIONS = Metric(
    "trailmark_input_errors",
    Kind.COUNTER,
    "Errors of rejected inputs.",
    ("code",),
)
HANDED_OVER = Metric(
    "trailmark_handed_over_inputs",
    Kind.COUNTER,
    "Inputs that were handed over to the worker that writes their lane.",
)
WAITING = Metric(
    "trailmark_writer_waiting_inputs",
    Kind.SUM,
    "Inputs that wait to be committed.",
    _LANE,
)
BATCH_INPUTS = Metric(
    "trailmark_batch_inputs",
    Kind.HISTOGRAM,
    "Inputs of one commit.",
    _LANE,
)
COMMIT_SECONDS = Metric(
    "trailmark_commit_seconds",
    Kind.HISTOGRAM,
    "How long a batch took from being read until it was durable.",
    _LANE,
)
LOCK_SECONDS = Metric(
    "trailmark_lock_wait_seconds",
    Kind.HISTOGRAM,
    "How long commits waited for the lock of a lane, or those of all.",
    _LANE,
)
FAILED_COMMITS = Metric(
    "trailmark_failed_commits",
    Kind.COUNTER,
    "Commits that the database did not make.",
    _LANE,
)
ISOLATED_BATCHES = Metric(
    "trailmark_isolated_batches",
    Kind.COUNTER,
    "Batches that the database refused, and that were committed input by input.",
    _LANE,
)
IN_TROUBLE = Metric(
    "trailmark_writer_in_trouble",
    Kind.MOST,
    "1 after a commit has failed, until one succeeds.",
    _LANE,
)
FEED_LAG = Metric(
    "trailmark_feed_lag_seconds",
    Kind.MOST,
    "For how long a commit was known that subscribers were not told of.",
    _LANE,
)
FOLLOWER_LAG = Metric(
    "trailmark_follower_lag_seconds",
    Kind.MOST,
    "For how long something was committed that a follower of the log has not followed.",
    ("follower",),
)
PENDING_RANKS = Metric(
    "trailmark_pending_rank_commits",
    Kind.MOST,
    "Commits whose ranks waited for the last round that made ranks.",
)
SUBSCRIPTIONS = Metric(
    "trailmark_subscriptions",
    Kind.SUM,
    "Subscriptions that are under way.",
)
EVENTS = Metric(
    "trailmark_subscription_events",
    Kind.COUNTER,
    "Answers that were given to subscriptions.",
)
DROPPED = Metric(
    "trailmark_dropped_subscriptions",
    Kind.COUNTER,
    "Subscriptions that the server ended.",
    ("code",),
)
ENDED_STREAMS = Metric(
    "trailmark_ended_streams",
    Kind.COUNTER,
    "Connections that ended with their key or token.",
    ("code",),
)
LOOP_LAG = Metric(
    "trailmark_loop_lag_seconds",
    Kind.HISTOGRAM,
    "How late the event loop came to what was due, looked at four times a second.",
)
POOL_CONNECTIONS = Metric(
    "trailmark_pool_connections",
    Kind.SUM,
    "Connections that read the database.",
    ("state",),
)
POOL_LIMIT = Metric(
    "trailmark_pool_limit",
    Kind.SUM,
    "Connections that may read the database at once.",
)
POOL_WAITING = Metric(
    "trailmark_pool_waiting_readers",
    Kind.SUM,
    "Readers that wait for a connection.",
)
REPLICAS = Metric(
    "trailmark_replicas",
    Kind.SUM,
    "Read replicas, as each worker sees them.",
    ("state",),
)
LAST_ROUND = Metric(
    "trailmark_housekeeping_last_success_timestamp_seconds",
    Kind.MOST,
    "When a round of housekeeping last ended well; 0 before the first.",
)
FAILED_CHORES = Metric(
    "trailmark_housekeeping_failures",
    Kind.COUNTER,
    "Chores that failed or broke off.",
    ("chore",),
)
INTERACTIONS = Metric(
    "trailmark_stored_interactions",
    Kind.LATEST,
    "Interactions that count and have rows, as the sum over days.",
)
DATABASE_BYTES = Metric(
    "trailmark_database_bytes",
    Kind.LATEST,
    "The size of the database.",
)
FREE_BYTES = Metric(
    "trailmark_disk_free_bytes",
    Kind.LATEST,
    "What is free on the disk of an embedded database.",
)
KEYS_AGE = Metric(
    "trailmark_keys_age_seconds",
    Kind.MOST,
    "How old is what is known of the keys.",
)
WORKERS = Metric(
    "trailmark_workers",
    Kind.SUM,
    "Workers that serve.",
)
STARTS = Metric(
    "trailmark_worker_starts",
    Kind.COUNTER,
    "Workers that have started since the server did.",
)
BUILD = Metric(
    "trailmark_build_info",
    Kind.MOST,
    "1, by the version of the server and its database.",
    ("version", "database"),
)
CPU = Metric(
    "process_cpu_seconds",
    Kind.COUNTER,
    "Processor time of all workers.",
)
MEMORY = Metric(
    "process_resident_memory_bytes",
    Kind.SUM,
    "Memory of all workers.",
)
DESCRIPTORS = Metric(
    "process_open_fds",
    Kind.SUM,
    "Open descriptors of all workers.",
)
DESCRIPTOR_LIMIT = Metric(
    "process_max_fds",
    Kind.SUM,
    "Descriptors that all workers may have open.",
)
STARTED_AT = Metric(
    "process_start_time_seconds",
    Kind.MOST,
    "When the worker that started last has started.",
)

CATALOG = tuple(each for each in globals().values() if isinstance(each, Metric))
"""All metrics, in their order above."""
