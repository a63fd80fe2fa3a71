"""The writer's upserts as data: for each table its records, its key, and what a conflict changes.

One declaration gives the statement of each database. The columns are the record's fields, in their
order, and of the types that the table has. PostgreSQL takes the rows as one array of a type that
its migrations made for them, so that a batch of any size is one statement, and, where few commits
write, each column as one array; SQLite takes some rows a statement.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from tortoise.models import Model

from models.fields import postgres_type
from models.following.tables import UnloggedChange
from models.ranks.changes import StoredRank
from models.ranks.tables import Rank
from models.records import (
    ActivityChange,
    Changes,
    Deletions,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    StoredSalt,
    StoredScore,
    StoredSetting,
    StoredToken,
    StoredTotal,
)
from models.signal_records import (
    SOURCE_MARK,
    OutcomeChange,
    StoredFacet,
    StoredFacetPart,
    StoredPost,
    StoredUnloggedChange,
    StoredVariant,
)
from models.signal_tables import FacetPart, Outcome, OutcomeVariant, Post, PostFacet
from models.tables import (
    Activity,
    EventId,
    Interaction,
    PrivacySetting,
    Removal,
    Salt,
    Score,
    Token,
    Total,
)
from models.values import column_of


@dataclass(frozen=True, slots=True, eq=False)
class Upsert:
    """How records of one kind are written as rows of one table.

    On a conflict over `key`, the columns in `replaced` take the new value and those in `added` grow
    by it. `columns` maps each column that is written to its PostgreSQL type, `values` takes the
    values of a record in their order. A table that `has_slots` has a row under the key in each slot
    that counted; which it is comes last in a row, and is neither in the key nor in the columns.
    """

    record: type
    model: type[Model]
    key: tuple[str, ...]
    replaced: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    has_slots: bool = False
    columns: dict[str, str] = field(init=False)
    values: Callable[[Any], tuple[Any, ...]] = field(init=False)

    def __post_init__(self) -> None:
        declared = self.model._meta.fields_map
        stored = fields(self.record)
        columns = {column_of(each): postgres_type(declared[column_of(each)]) for each in stored}
        object.__setattr__(self, "columns", columns)
        object.__setattr__(self, "values", attrgetter(*(each.name for each in stored)))

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def row_type(self) -> str:
        """PostgreSQL's type of such a row, for the tables that nearly every commit writes."""
        return f"{self.table}_row"

    def of_slot(self, row: str, slot: int | str = "slot") -> str:
        """A row of values or names, followed by its slot if the table has them."""
        return f"{row}, {slot}" if self.has_slots else row

    def insert(self, values: str) -> str:
        """The statement that takes new rows from `values`, a VALUES list or a SELECT.

        They end with their slot, where the table has them. None of them may be there.
        """
        return f"INSERT INTO {self.table} ({self.of_slot(', '.join(self.columns))}) {values}"

    def into(self, values: str) -> str:
        """As `insert`, but rows may be there."""
        changes = [f"{name} = excluded.{name}" for name in self.replaced]
        changes += [f"{name} = {self.table}.{name} + excluded.{name}" for name in self.added]
        return f"{self.insert(values)} ON CONFLICT ({self.of_slot(', '.join(self.key))}) DO " + (
            f"UPDATE SET {', '.join(changes)}" if changes else "NOTHING"
        )

    def rows(self, records: Mapping[Any, Any]) -> list[tuple[Any, ...]]:
        """The records, each under its key, as rows in the order of the columns.

        They are sorted by key, against deadlocks and as indexes are.
        """
        return list(map(self.values, map(records.__getitem__, sorted(records))))


INTERACTIONS = Upsert(
    StoredInteraction,
    Interaction,
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
        "described",
        "variant",
    ),
)
EVENT_IDS = Upsert(
    StoredEventId,
    EventId,
    key=("user_key", "event_key"),
    replaced=("interaction_id", "seen_at"),
)
TOTALS = Upsert(
    StoredTotal,
    Total,
    key=("subject_kind", "subject_id", "action"),
    replaced=("count", "folded", "bare", "decayed", "folded_decayed", "last_at"),
    has_slots=True,
)
SCORES = Upsert(
    StoredScore,
    Score,
    key=("subject_kind", "subject_id"),
    replaced=("count", "positive", "negative"),
    has_slots=True,
)
RANKS = Upsert(StoredRank, Rank, key=("subject_kind", "subject_id"), replaced=("rank_key",))
ACTIVITY = Upsert(
    ActivityChange,
    Activity,
    key=("span", "start", "action"),
    added=("count", "folded"),
    has_slots=True,
)
OUTCOMES = Upsert(
    OutcomeChange,
    Outcome,
    key=("day", "recommended", "source", "variant", "action"),
    added=("count", "aggregated"),
    has_slots=True,
)
VARIANTS = Upsert(StoredVariant, OutcomeVariant, key=("day", "variant"))
FACET_PARTS = Upsert(
    StoredFacetPart, FacetPart, key=("user_alias", "number"), replaced=("entries",)
)
SETTINGS = Upsert(
    StoredSetting, PrivacySetting, key=("user_alias",), replaced=("level", "updated_at")
)
REMOVALS = Upsert(
    StoredRemoval, Removal, key=("user_alias",), replaced=("level", "erase", "requested_at")
)
SALTS = Upsert(StoredSalt, Salt, key=("day",), replaced=("salt",))
TOKENS = Upsert(
    StoredToken,
    Token,
    key=("key",),
    replaced=(
        "status",
        "occurred_at",
        "last_record_at",
        "last_undo_at",
        "content",
        "source",
        "recommended",
        "variant",
    ),
)
UNLOGGED_CHANGES = Upsert(
    StoredUnloggedChange, UnloggedChange, key=("number",), replaced=("interaction_id",)
)
POSTS = Upsert(
    StoredPost,
    Post,
    key=("post_id",),
    replaced=("author_alias", "content_type", "hashtags", "places", "created_at", "deleted"),
)
FACETS = Upsert(StoredFacet, PostFacet, key=("post_id", "facet", "value"), replaced=("at",))


@dataclass(frozen=True, slots=True)
class Delete:
    """How rows of one table are deleted: those whose `columns` hold one of the keys.

    A key of several columns is a tuple, of one it is the value. If there is a `condition`, only
    rows for which it holds once the commit's other rows are written.
    """

    upsert: Upsert
    columns: tuple[str, ...]
    keys: Callable[[Deletions], Iterable[Any]]
    condition: str = "TRUE"

    @property
    def table(self) -> str:
        return self.upsert.table

    @property
    def types(self) -> list[str]:
        """PostgreSQL's types of the columns."""
        return [self.upsert.columns[name] for name in self.columns]

    def rows(self, gone: Deletions) -> list[tuple[Any, ...]]:
        """The keys in order, each as a row."""
        keys = sorted(self.keys(gone))
        return keys if len(self.columns) > 1 else [(key,) for key in keys]


# Of an outcome: nothing is counted that it is about, whatever single slots hold.
_OF_ALL_SLOTS = " AND ".join(f"o.{name} = outcomes.{name}" for name in OUTCOMES.key)
_IS_EMPTY = f"""(SELECT sum(o.count) = 0 AND sum(o.aggregated) = 0 FROM outcomes o
    WHERE {_OF_ALL_SLOTS})"""
# Of a name: no outcome of its day has it. As a join, many names would take a read of all outcomes.
_OF_DAY = "(SELECT 1 FROM outcomes o WHERE o.day = outcome_variants.day AND o.{} LIMIT 1)"
_IS_UNUSED = f"""(CASE WHEN substr(variant, 1, 1) = '{SOURCE_MARK}'
    THEN {_OF_DAY.format("source = substr(outcome_variants.variant, 2)")}
    ELSE {_OF_DAY.format("variant = outcome_variants.variant")} END) IS NULL"""
_SUBJECT, _IS_OF_ANOTHER_SLOT = ("subject_kind", "subject_id"), "slot <> 0"
DELETES = (
    Delete(INTERACTIONS, ("id",), lambda gone: gone.interactions),
    Delete(EVENT_IDS, EVENT_IDS.key, lambda gone: gone.event_ids),
    Delete(SETTINGS, ("user_alias",), lambda gone: gone.settings),
    Delete(REMOVALS, ("user_alias",), lambda gone: gone.removals),
    Delete(TOKENS, ("owner",), lambda gone: gone.owners),
    Delete(TOKENS, ("key",), lambda gone: gone.tokens),
    Delete(SALTS, ("day",), lambda gone: gone.days),
    Delete(TOTALS, _SUBJECT, lambda gone: gone.subjects),
    Delete(SCORES, _SUBJECT, lambda gone: gone.subjects),
    Delete(TOTALS, TOTALS.key, lambda gone: gone.spread_totals, _IS_OF_ANOTHER_SLOT),
    Delete(SCORES, SCORES.key, lambda gone: gone.spread_scores, _IS_OF_ANOTHER_SLOT),
    Delete(FACETS, ("post_id",), lambda gone: gone.facets),
    Delete(FACET_PARTS, ("user_alias",), lambda gone: gone.preferences),
    Delete(FACET_PARTS, FACET_PARTS.key, lambda gone: gone.parts),
    Delete(OUTCOMES, OUTCOMES.key, lambda gone: gone.outcomes, _IS_EMPTY),
    Delete(VARIANTS, VARIANTS.key, lambda gone: gone.variants, _IS_UNUSED),
)


def rare_batches(changes: Changes) -> list[tuple[Upsert, Sequence[tuple[Any, ...]]]]:
    """The tables that few commits write, with their rows, where there are any."""
    written = (
        (SETTINGS, changes.settings),
        (REMOVALS, changes.removals),
        (SALTS, changes.salts),
        (TOKENS, changes.tokens),
        (UNLOGGED_CHANGES, changes.unlogged_changes),
        (VARIANTS, changes.variants),
        (POSTS, changes.posts),
        (FACETS, changes.facets),
    )
    return [(upsert, upsert.rows(records)) for upsert, records in written if records]


def batches(changes: Changes) -> list[tuple[Upsert, Sequence[tuple[Any, ...]]]]:
    """Every table a commit writes, with its rows, in the one order that all writers keep.

    Outcomes, which many commits do not change, are there if they are changed.
    """
    written = (
        (INTERACTIONS, changes.interactions),
        (EVENT_IDS, changes.event_ids),
        (TOTALS, changes.totals),
        (SCORES, changes.scores),
        (ACTIVITY, changes.activity),
        (FACET_PARTS, changes.parts),
    )
    found: list[tuple[Upsert, Sequence[tuple[Any, ...]]]]
    found = [(upsert, upsert.rows(records)) for upsert, records in written]
    if changes.outcomes:
        found.append((OUTCOMES, OUTCOMES.rows(changes.outcomes)))
    return found
