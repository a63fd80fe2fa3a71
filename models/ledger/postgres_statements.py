"""What the ledger on PostgreSQL reads and writes: few statements, whatever the batch."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import astuple
from functools import cache
from itertools import islice, starmap
from typing import Any, NamedTuple

from models.database.advisory_locks import AdvisoryLock
from models.database.postgres import Connection
from models.database.versions.numbers import check_version
from models.errors import DatabaseUnavailable
from models.ledger.copying import Absent, Copied, divided, is_large
from models.ledger.incarnations import FORGOTTEN, Origin
from models.ranks.changes import INSERT, packed
from models.records import (
    Changes,
    Known,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    StoredScore,
    StoredToken,
    StoredTotal,
    Wanted,
)
from models.signal_records import PartKey, StoredPost, VariantKey
from models.upserts import (
    ACTIVITY,
    DELETES,
    EVENT_IDS,
    FACET_PARTS,
    INTERACTIONS,
    OUTCOMES,
    POSTS,
    REMOVALS,
    SCORES,
    TOKENS,
    TOTALS,
    VARIANTS,
    batches,
    rare_batches,
)
from models.vocabulary import PrivacyLevel


def _gathered(alias: str, table: str, columns: Iterable[str], condition: str) -> str:
    """The rows that a condition finds, each column as one array: far cheaper to take than rows."""
    arrays = ", ".join(f"array_agg(t.{name})" for name in columns)
    return f"(SELECT {arrays} FROM {table} t {condition}) {alias}"


_SEPARATOR = "\x1f"  # no id has a control character


def _listed(number: int) -> str:
    """A parameter that is many texts in one, which asyncpg would encode one by one."""
    return f"string_to_array(${number}, '{_SEPARATOR}')"


def _joined(texts: Collection[str]) -> str:
    joined = _SEPARATOR.join(texts)
    if joined.count(_SEPARATOR) > len(texts) - 1 >= 0:
        raise ValueError("an id has a control character")
    return joined


_LEVELS = ("user_alias", "level")
_OF_EVENT = ("user_alias", "event_key", "action", "target_id", "id", "recorded_at")
_BY_EVENT_ID = """JOIN unnest($2::bigint[], $3::bigint[]) k(user_key, event_key)
    ON t.user_key = k.user_key AND t.event_key = k.event_key"""
_BY_STATE = "WHERE t.state_key = ANY($4::bytea[])"
_BY_TOTAL = f"""JOIN unnest(
      {_listed(5)}::smallint[], {_listed(6)}, {_listed(7)}::smallint[]) k(kind, id, action)
    ON t.subject_kind = k.kind AND t.subject_id = k.id AND t.action = k.action"""
_BY_SUBJECT = f"""JOIN unnest({_listed(8)}::smallint[], {_listed(9)}) k(kind, id)
    ON t.subject_kind = k.kind AND t.subject_id = k.id"""
_BY_VARIANT = f"""JOIN unnest($11::int[], {_listed(12)}) k(day, variant)
    ON t.day = k.day AND t.variant = k.variant"""
_READ = f"""
SELECT last_number, mark, version, log_head.tableoid, l.*, e.*, r.*, i.*, t.*, s.*, p.*{{}}
FROM log_head,
  {_gathered("l", "privacy_settings", _LEVELS, f"WHERE t.user_alias = ANY({_listed(1)})")},
  {_gathered("e", EVENT_IDS.table, EVENT_IDS.columns, _BY_EVENT_ID)},
  {_gathered("r", INTERACTIONS.table, _OF_EVENT, "WHERE t.event_key = ANY($3::bigint[])")},
  {_gathered("i", INTERACTIONS.table, INTERACTIONS.columns, _BY_STATE)},
  {_gathered("t", TOTALS.table, TOTALS.columns, _BY_TOTAL)},
  {_gathered("s", SCORES.table, SCORES.columns, _BY_SUBJECT)},
  {_gathered("p", POSTS.table, POSTS.columns, f"WHERE t.post_id = ANY({_listed(10)})")}{{}}
"""
_VARIANTS = f""",
  {_gathered("v", VARIANTS.table, VARIANTS.columns, _BY_VARIANT)},
  (SELECT array_agg(k.day), array_agg((SELECT count(*) FROM {VARIANTS.table} WHERE day = k.day))
    FROM unnest($13::int[]) k(day)) n"""
_READ_ALONE, _READ_WITH_VARIANTS = _READ.format("", ""), _READ.format(", v.*, n.*", _VARIANTS)

_BY_NUMBER = f"SELECT {', '.join(INTERACTIONS.columns)} FROM interactions WHERE id = ANY($1)"
_BY_ALIAS = f"SELECT {', '.join(REMOVALS.columns)} FROM removals WHERE user_alias = ANY($1)"
_BY_NAME = "SELECT name, value FROM facts WHERE name = ANY($1) FOR SHARE"
_BY_TOKEN = f"SELECT {', '.join(TOKENS.columns)} FROM tokens WHERE key = ANY($1::bytea[])"
_SALTS = "SELECT day, salt FROM salts"
_AMONG_PARTS = """(user_alias, number) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))"""
_BY_PART = f"SELECT user_alias, number FROM facet_parts WHERE {_AMONG_PARTS}"
_PRUNED = "UPDATE log_head SET pruned_number = greatest(pruned_number, $1)"


async def read(connection: Connection, wanted: Wanted) -> Known:
    """What the database holds under the wanted keys."""
    row = await connection.fetchrow(
        _READ_WITH_VARIANTS if wanted.variants else _READ_ALONE,
        _joined(wanted.aliases),
        *_columns(wanted.event_ids, 2),
        list(wanted.states),
        *_texts(wanted.totals, 3),
        *_texts(wanted.scores, 2),
        _joined(wanted.posts),
        *_variants(wanted.variants),
    )
    if row is None:
        raise DatabaseUnavailable("the database has no log; run `trailmark migrate`")
    last_number, commit_id, version, tables, *arrays = row
    check_version(version, "postgres")
    found = iter(arrays)

    def rows(width: int) -> Iterator[tuple[Any, ...]]:
        columns = list(islice(found, width))
        return iter(()) if columns[0] is None else zip(*columns, strict=True)

    known = Known(
        last_number,
        levels={alias: PrivacyLevel(level) for alias, level in rows(len(_LEVELS))},
        event_ids={each.key: each for each in starmap(StoredEventId, rows(len(EVENT_IDS.columns)))}
        | {each.key: each for each in starmap(StoredEventId.of_event, rows(len(_OF_EVENT)))},
        states={each[11]: StoredInteraction(*each) for each in rows(len(INTERACTIONS.columns))},
        totals={each[:3]: StoredTotal(*each) for each in rows(len(TOTALS.columns))},
        scores={each[:2]: StoredScore(*each) for each in rows(len(SCORES.columns))},
        posts={each[0]: StoredPost(*each) for each in rows(len(POSTS.columns))},
        commit_id=commit_id,
        tables=tables,
    )
    if wanted.variants:
        known.variants = {VariantKey(*each) for each in rows(2)}
        known.variants_of_day = dict(rows(2))
    await _read_rare(connection, wanted, known)
    return known


async def _read_rare(connection: Connection, wanted: Wanted, known: Known) -> None:
    """Add what few transactions want."""
    if wanted.rows:
        for each in await connection.fetch(_BY_NUMBER, sorted(wanted.rows)):
            known.rows[each[0]] = StoredInteraction(*each)
    if wanted.removals:
        for each in await connection.fetch(_BY_ALIAS, sorted(wanted.removals)):
            known.removals[each[0]] = StoredRemoval(*each)
    if wanted.metadata:
        for name, value in await connection.fetch(_BY_NAME, sorted(wanted.metadata)):
            known.metadata[name] = value
    if wanted.parts:
        columns = _columns(sorted(wanted.parts), 2)
        known.parts.update(PartKey(*each) for each in await connection.fetch(_BY_PART, *columns))
    if wanted.needs_salts(known.levels):
        for day, salt in await connection.fetch(_SALTS):
            known.salts[day] = salt
        if keys := wanted.token_keys(known):
            for each in await connection.fetch(_BY_TOKEN, sorted(keys)):
                known.tokens[each[0]] = StoredToken(*each)


WRITTEN_TABLES = (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY, FACET_PARTS)


@cache
def _writing(*, begins: bool, outcomes: bool) -> str:
    """Lock, make sure that the last commit is $1's, and write: a part for each table, and the head.

    Rows are in their final form or added to what is there, and so are right even if the statement's
    snapshot is older than the lock; the head is read as it is once that is held. If it begins an
    incarnation, that is written as well; so are outcomes, if it changes any.
    """
    parts = []
    for number, upsert in enumerate((*WRITTEN_TABLES, *[OUTCOMES] * outcomes), 2):
        rows = f"unnest(${number}::{upsert.row_type}[]) WHERE EXISTS (SELECT FROM unmoved)"
        parts.append(f"written_{upsert.table} AS ({upsert.into(f'SELECT * FROM {rows}')})")
    number, grown = len(parts) + 2, "quiet_commits = quiet_commits +"
    head = f"last_number = ${number}, mark = ${number + 1}, {grown} ${number + 2}::int"
    ranks = f"SELECT ${number + 3}::int, ${number + 4}, ${number + 5} FROM unmoved"
    parts.append(f"written_rank_changes AS ({INSERT} {ranks} WHERE ${number + 3}::int > 0)")
    if begins:
        row = ", ".join(f"${each}::bigint" for each in range(number + 6, number + 9))
        parts += [
            "begun AS (INSERT INTO incarnations (follows, id, began_at) "
            f"SELECT {row} FROM unmoved)",
            "forgotten AS (DELETE FROM incarnations "
            f"WHERE EXISTS (SELECT FROM unmoved) AND ({FORGOTTEN}))",
        ]
    return f"""WITH
        locked(so) AS MATERIALIZED (SELECT TRUE FROM pg_advisory_xact_lock({AdvisoryLock.LOG})),
        head AS MATERIALIZED (
            SELECT mark FROM log_head WHERE (SELECT so FROM locked) FOR UPDATE),
        unmoved AS MATERIALIZED (SELECT FROM head WHERE mark = $1),
        {", ".join(parts)}
    UPDATE log_head SET {head} WHERE EXISTS (SELECT FROM unmoved)"""


_WRITTEN = "UPDATE 1"


class Writing(NamedTuple):
    """Changes as they are sent: what is new of many is copied.

    `judged_by` is the id of the commit by which they were judged, and `origin` is where that was;
    `commit_id` is their own.
    """

    changes: Changes
    judged_by: int
    commit_id: int
    origin: Origin
    copies: list[Copied]
    arguments: list[Any]

    @classmethod
    def of(
        cls, changes: Changes, judged_by: int, commit_id: int, *, origin: Origin, absent: Absent
    ) -> "Writing":
        copies, left = divided(changes, absent) if is_large(changes) else ([], changes)
        rows = [rows for _, rows in batches(left)]
        arguments = [judged_by, *rows, changes.last_number, commit_id, int(changes.unlogged)]
        arguments += packed(changes)
        if changes.incarnation is not None:
            arguments += astuple(changes.incarnation)
        return cls(changes, judged_by, commit_id, origin=origin, copies=copies, arguments=arguments)

    @property
    def begins(self) -> bool:
        """Whether it begins an incarnation, by a statement that others are not written by."""
        return self.changes.incarnation is not None

    @property
    def is_single(self) -> bool:
        """Whether one statement writes all of it."""
        return not self.copies and not self.changes.is_rare


async def write(connection: Connection, writing: Writing) -> bool:
    """Write what nearly every commit writes, under the log's lock, which this takes if need be.

    Return whether it was judged by the last commit. If it was not, nothing is written.
    """
    for copied in writing.copies:
        await connection.copy_records_to_table(
            copied.table, records=copied.rows, columns=copied.columns
        )
    statement = _writing(begins=writing.begins, outcomes=bool(writing.changes.outcomes))
    return await connection.execute(statement, *writing.arguments) == _WRITTEN


async def write_rare(connection: Connection, changes: Changes) -> None:
    """Write what few commits write, under the log's lock."""
    await _delete(connection, changes)
    for upsert, rows in rare_batches(changes):
        types = (f"${number}::{kind}[]" for number, kind in enumerate(upsert.columns.values(), 1))
        statement = upsert.into(f"SELECT * FROM unnest({', '.join(types)})")
        await connection.execute(statement, *_columns(rows, len(upsert.columns)))
    if changes.pruned_number:
        await connection.execute(_PRUNED, changes.pruned_number)


async def _delete(connection: Connection, changes: Changes) -> None:
    for delete in DELETES:
        if rows := delete.rows(changes.gone):
            arrays = ", ".join(
                f"${number}::{kind}[]" for number, kind in enumerate(delete.types, 1)
            )
            condition = f"({', '.join(delete.columns)}) IN (SELECT * FROM unnest({arrays}))"
            keys = _columns(rows, len(delete.columns))
            statement = f"DELETE FROM {delete.table} WHERE {condition} AND {delete.condition}"
            await connection.execute(statement, *keys)


def _variants(keys: Collection[VariantKey]) -> list[Any]:
    """Variants of days: their days, their names, and each of the days once; nothing if none."""
    if not keys:
        return []
    days, names = zip(*keys, strict=True)
    return [list(days), _joined(names), list(set(days))]


def _texts(keys: Collection[tuple[Any, ...]], width: int) -> list[str]:
    """The keys turned into one text a column."""
    columns = zip(*keys, strict=True) if keys else [()] * width
    return [_joined([str(each) for each in column]) for column in columns]


def _columns(rows: Any, width: int) -> list[list[Any]]:
    """The rows turned into one list a column, as unnest() takes them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width
