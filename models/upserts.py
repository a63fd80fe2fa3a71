"""The writer's upserts as data: for each table its columns, its key, and what a conflict changes.

One declaration gives the statement of each database. PostgreSQL takes the rows as one array of a
type that its migrations made for them, so that a batch of any size is one statement, and, where few
commits write, each column as one array; SQLite takes some rows a statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from models.records import Changes, Gone


@dataclass(frozen=True, slots=True)
class Upsert:
    """How rows of one table are written.

    `columns` maps each column to its PostgreSQL type. On a conflict over `key`, the columns in
    `replaced` take the new value and those in `added` grow by it.
    """

    table: str
    columns: dict[str, str]
    key: tuple[str, ...]
    replaced: tuple[str, ...]
    added: tuple[str, ...] = ()

    @property
    def row_type(self) -> str:
        """PostgreSQL's type of such a row, for the tables that nearly every commit writes."""
        return f"{self.table}_row"

    def into(self, values: str) -> str:
        """The statement that takes its rows from `values`, a VALUES list or a SELECT."""
        changes = [f"{name} = excluded.{name}" for name in self.replaced]
        changes += [f"{name} = {self.table}.{name} + excluded.{name}" for name in self.added]
        return (
            f"INSERT INTO {self.table} ({', '.join(self.columns)}) {values} "
            f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {', '.join(changes)}"
        )

    def rows(self, records: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The records, each under its key, as rows in the order of the columns.

        They are sorted by key, against deadlocks and as indexes are.
        """
        return list(map(attrgetter(*self.columns), map(records.__getitem__, sorted(records))))


INTERACTIONS = Upsert(
    "interactions",
    {
        "id": "bigint",
        "seq": "bigint",
        "user_alias": "text",
        "action": "smallint",
        "target_kind": "smallint",
        "target_id": "text",
        "occurred_at": "bigint",
        "recorded_at": "bigint",
        "status": "smallint",
        "last_record_at": "bigint",
        "last_undo_at": "bigint",
        "state_key": "bytea",
        "source": "text",
        "recommended": "boolean",
        "context": "text",
    },
    key=("id",),
    replaced=(
        "seq",
        "occurred_at",
        "recorded_at",
        "status",
        "last_record_at",
        "last_undo_at",
        "source",
        "recommended",
        "context",
    ),
)

EVENT_IDS = Upsert(
    "event_ids",
    {
        "key": "text",
        "action": "smallint",
        "target_id": "text",
        "undo": "boolean",
        "interaction_id": "bigint",
        "seen_at": "bigint",
    },
    key=("key",),
    replaced=("interaction_id", "seen_at"),
)

TOTALS = Upsert(
    "totals",
    {
        "subject_kind": "smallint",
        "subject_id": "text",
        "action": "smallint",
        "count": "bigint",
        "folded": "bigint",
        "bare": "bigint",
        "decayed": "bytea",
        "folded_decayed": "bytea",
        "last_at": "bigint",
    },
    key=("subject_kind", "subject_id", "action"),
    replaced=("count", "folded", "bare", "decayed", "folded_decayed", "last_at"),
)

SCORES = Upsert(
    "scores",
    {
        "subject_kind": "smallint",
        "subject_id": "text",
        "count": "bigint",
        "positive": "bytea",
        "negative": "bytea",
        "rank_key": "float8",
    },
    key=("subject_kind", "subject_id"),
    replaced=("count", "positive", "negative", "rank_key"),
)

ACTIVITY = Upsert(
    "activity",
    {
        "span": "smallint",
        "start": "bigint",
        "action": "smallint",
        "count": "bigint",
        "folded": "bigint",
    },
    key=("span", "start", "action"),
    replaced=(),
    added=("count", "folded"),
)


SETTINGS = Upsert(
    "privacy_settings",
    {"user_alias": "text", "level": "smallint", "created_at": "bigint", "updated_at": "bigint"},
    key=("user_alias",),
    replaced=("level", "updated_at"),
)

REMOVALS = Upsert(
    "removals",
    {"user_alias": "text", "level": "smallint", "erase": "boolean", "requested_at": "bigint"},
    key=("user_alias",),
    replaced=("level", "erase", "requested_at"),
)

SALTS = Upsert("salts", {"day": "integer", "salt": "bytea"}, key=("day",), replaced=("salt",))

TOKENS = Upsert(
    "tokens",
    {
        "key": "bytea",
        "owner": "bytea",
        "day": "integer",
        "status": "smallint",
        "occurred_at": "bigint",
        "last_record_at": "bigint",
        "last_undo_at": "bigint",
        "content": "bytea",
    },
    key=("key",),
    replaced=("status", "occurred_at", "last_record_at", "last_undo_at", "content"),
)


@dataclass(frozen=True, slots=True)
class Delete:
    """How rows of one table are deleted: those whose `column`, of a PostgreSQL type, is given."""

    table: str
    column: str
    type: str
    keys: Callable[[Gone], Iterable[Any]]


DELETES = (
    Delete("interactions", "id", "bigint", lambda gone: gone.interactions),
    Delete("event_ids", "key", "text", lambda gone: gone.event_ids),
    Delete("privacy_settings", "user_alias", "text", lambda gone: gone.settings),
    Delete("removals", "user_alias", "text", lambda gone: gone.removals),
    Delete("tokens", "owner", "bytea", lambda gone: gone.owners),
    Delete("tokens", "key", "bytea", lambda gone: gone.tokens),
    Delete("salts", "day", "integer", lambda gone: gone.days),
)
SUBJECT_TABLES = ("totals", "scores")


def rare_batches(changes: Changes) -> list[tuple[Upsert, Sequence[tuple[Any, ...]]]]:
    """The tables that few commits write, with their rows, where there are any."""
    written = (
        (SETTINGS, changes.settings),
        (REMOVALS, changes.removals),
        (SALTS, changes.salts),
        (TOKENS, changes.tokens),
    )
    return [(upsert, upsert.rows(records)) for upsert, records in written if records]


def batches(changes: Changes) -> list[tuple[Upsert, Sequence[tuple[Any, ...]]]]:
    """Every table a commit writes, with its rows, in the one order that all writers keep."""
    written = (
        (INTERACTIONS, changes.interactions),
        (EVENT_IDS, changes.event_ids),
        (TOTALS, changes.totals),
        (SCORES, changes.scores),
        (ACTIVITY, changes.activity),
    )
    return [(upsert, upsert.rows(records)) for upsert, records in written]
