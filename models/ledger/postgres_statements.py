"""What the ledger on PostgreSQL reads and writes: few statements, whatever the batch."""

from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import islice, starmap
from typing import Any

from models.count_records import of_all_slots
from models.database.postgres import Connection
from models.database.versions.numbers import check_version
from models.errors import DatabaseUnavailable, LayoutChanged
from models.ledger.lanes.scopes import WHOLE, Scope
from models.partitions import Layout
from models.records import (
    Known,
    StoredEventId,
    StoredInteraction,
    StoredRemoval,
    StoredScore,
    StoredToken,
    StoredTotal,
    Wanted,
)
from models.signal_records import SOURCE_MARK, PartKey, StoredPost, VariantKey
from models.upserts import (
    EVENT_IDS,
    INTERACTIONS,
    POSTS,
    REMOVALS,
    SCORES,
    TOKENS,
    TOTALS,
    VARIANTS,
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
    ON t.subject_kind = k.kind AND t.subject_id = k.id AND t.action = k.action{{of_slot}}"""
_BY_SUBJECT = f"""JOIN unnest({_listed(8)}::smallint[], {_listed(9)}) k(kind, id)
    ON t.subject_kind = k.kind AND t.subject_id = k.id{{of_slot}}"""
_BY_VARIANT = f"""JOIN unnest($11::int[], {_listed(12)}) k(day, variant)
    ON t.day = k.day AND t.variant = k.variant"""
_HEADS = "(SELECT max(last_number) AS last, min(last_number) AS least FROM log_head) h"
_READ = f"""
SELECT {{last}}, lanes, layout, mark, version, log_head.tableoid,
  l.*, e.*, r.*, i.*, t.*, s.*, p.*{{variant_columns}}
FROM {{heads}},
  {_gathered("l", "privacy_settings", _LEVELS, f"WHERE t.user_alias = ANY({_listed(1)})")},
  {_gathered("e", EVENT_IDS.table, EVENT_IDS.columns, _BY_EVENT_ID)},
  {_gathered("r", INTERACTIONS.table, _OF_EVENT, "WHERE t.event_key = ANY($3::bigint[])")},
  {_gathered("i", INTERACTIONS.table, INTERACTIONS.columns, _BY_STATE)},
  {{totals}},
  {{scores}},
  {_gathered("p", POSTS.table, POSTS.columns, f"WHERE t.post_id = ANY({_listed(10)})")}{{variants}}
WHERE log_head.id = {{lane}}"""
_VARIANTS = f""",
  {_gathered("v", VARIANTS.table, VARIANTS.columns, _BY_VARIANT)},
  (SELECT array_agg(day), array_agg(is_source), array_agg(number) FROM (
    SELECT day, starts_with(variant, '{SOURCE_MARK}') AS is_source, count(*) AS number
    FROM {VARIANTS.table} WHERE day = ANY($13::int[]) GROUP BY 1, 2) c) n"""

_BY_NUMBER = f"SELECT {', '.join(INTERACTIONS.columns)} FROM interactions WHERE id = ANY($1)"
_BY_ALIAS = f"SELECT {', '.join(REMOVALS.columns)} FROM removals WHERE user_alias = ANY($1)"
_BY_NAME = "SELECT name, value FROM facts WHERE name = ANY($1) FOR SHARE"
_BY_TOKEN = f"SELECT {', '.join(TOKENS.columns)} FROM tokens WHERE key = ANY($1::bytea[])"
_SALTS = "SELECT day, salt FROM salts"
_AMONG_PARTS = """(user_alias, number) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))"""
_BY_PART = f"SELECT user_alias, number FROM facet_parts WHERE {_AMONG_PARTS}"


@cache
def _reading(scope: Scope, *, whole: bool, variants: bool) -> str:
    """What reads all that is wanted: totals and scores in the lane's slot, or in all, which say so.

    A slot comes after the columns.
    """
    of_slot, slot = ("", ("slot",)) if whole else (f" AND t.slot = {scope.lane}", ())
    by_total, by_subject = (each.format(of_slot=of_slot) for each in (_BY_TOTAL, _BY_SUBJECT))
    last, heads = "h.last, h.last - h.least", f"log_head, {_HEADS}"
    if scope.is_only:
        last, heads = "last_number, 0", "log_head"
    return _READ.format(
        last=last,
        heads=heads,
        totals=_gathered("t", TOTALS.table, (*TOTALS.columns, *slot), by_total),
        scores=_gathered("s", SCORES.table, (*SCORES.columns, *slot), by_subject),
        variant_columns=", v.*, n.*" if variants else "",
        variants=_VARIANTS if variants else "",
        lane=scope.lane,
    )


async def read(connection: Connection, wanted: Wanted, scope: Scope = WHOLE) -> Known:
    """What the database holds under the wanted keys.

    Raises:
        LayoutChanged: the scope's layout is no longer the database's.
    """
    row = await connection.fetchrow(
        _reading(scope, whole=wanted.whole, variants=bool(wanted.variants)),
        _joined(wanted.aliases),
        *columns_of(wanted.event_ids, 2),
        list(wanted.states),
        *_texts(wanted.totals, 3),
        *_texts(wanted.scores, 2),
        _joined(wanted.posts),
        *_variants(wanted.variants),
    )
    if row is None and scope.lane:
        raise LayoutChanged
    if row is None:
        raise DatabaseUnavailable("the database has no log; run `trailmark migrate`")
    last_number, lag, lanes, layout, commit_id, version, tables, *arrays = row
    check_version(version, "postgres")
    scope.check(Layout(lanes, layout))
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
        commit_id=commit_id,
        tables=tables,
        step=1 if scope.is_whole else lanes,
        lag=lag,
        layout=Layout(lanes, layout),
    )
    if wanted.whole:
        totals, scores = rows(len(TOTALS.columns) + 1), rows(len(SCORES.columns) + 1)
        known.totals, known.spread_totals = of_all_slots(StoredTotal, totals)
        known.scores, known.spread_scores = of_all_slots(StoredScore, scores)
    else:
        known.totals = {each[:3]: StoredTotal(*each) for each in rows(len(TOTALS.columns))}
        known.scores = {each[:2]: StoredScore(*each) for each in rows(len(SCORES.columns))}
    known.posts = {each[0]: StoredPost(*each) for each in rows(len(POSTS.columns))}
    if wanted.variants:
        known.variants = {VariantKey(*each) for each in rows(2)}
        known.names_of_day = {key.group: 0 for key in wanted.variants}
        known.names_of_day |= {(day, is_source): number for day, is_source, number in rows(3)}
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
        columns = columns_of(sorted(wanted.parts), 2)
        known.parts.update(PartKey(*each) for each in await connection.fetch(_BY_PART, *columns))
    if wanted.needs_salts(known.levels):
        for day, salt in await connection.fetch(_SALTS):
            known.salts[day] = salt
        if keys := wanted.token_keys(known):
            for each in await connection.fetch(_BY_TOKEN, sorted(keys)):
                known.tokens[each[0]] = StoredToken(*each)


def _variants(keys: Collection[VariantKey]) -> list[Any]:
    """Names of days: the days, the names, and each of the days once; nothing if none."""
    if not keys:
        return []
    days, names = zip(*keys, strict=True)
    return [list(days), _joined(names), list(set(days))]


def _texts(keys: Collection[tuple[Any, ...]], width: int) -> list[str]:
    """The keys turned into one text a column."""
    columns = zip(*keys, strict=True) if keys else [()] * width
    return [_joined([str(each) for each in column]) for column in columns]


def columns_of(rows: Any, width: int) -> list[list[Any]]:
    """The rows turned into one list a column, as unnest() takes them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width
