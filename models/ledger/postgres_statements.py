"""What the ledger on PostgreSQL reads and writes: few statements, whatever the batch."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache
from itertools import islice, starmap
from typing import Any, NamedTuple

from models.count_records import of_all_slots, of_one_slot
from models.database.postgres import Connection
from models.database.versions.numbers import check_version
from models.errors import DatabaseUnavailable, LayoutChanged
from models.ledger.lanes.scopes import WHOLE, Scope
from models.partitions import Layout
from models.records import (
    Known,
    Stored,
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


def _gathered(table: str, columns: Iterable[str], condition: str) -> str:
    """The rows that a condition finds, each column as one array: far cheaper to take than rows."""
    arrays = ", ".join(f"array_agg(t.{name})" for name in columns)
    return f"(SELECT {arrays} FROM {table} t {condition})"


def _gathered_by_key(table: str, columns: Iterable[str], keys: str, condition: str) -> str:
    """The same for each of some keys, which are looked up one by one whatever is planned.

    In a table without rows any walk is as good, and by then a plan would compare all with all.
    """
    each = f"SELECT t.*, {{place}} AS place FROM {table} t WHERE {condition} OFFSET 0"
    return _gathered(f"{keys} CROSS JOIN LATERAL ({each})", columns, "")


_SEPARATOR = "\x1f"  # no id has a control character


def _listed(parameter: str) -> str:
    """A parameter that is many texts in one, which asyncpg would encode one by one."""
    return f"string_to_array({{{parameter}}}, '{_SEPARATOR}')"


def _joined(texts: Collection[str]) -> str:
    joined = _SEPARATOR.join(texts)
    if joined.count(_SEPARATOR) > len(texts) - 1 >= 0:
        raise ValueError("an id has a control character")
    return joined


def _texts(keys: Collection[tuple[Any, ...]], width: int) -> list[str]:
    """The keys turned into one text a column."""
    columns = zip(*keys, strict=True) if keys else [()] * width
    return [_joined([str(each) for each in column]) for column in columns]


def columns_of(rows: Any, width: int) -> list[list[Any]]:
    """The rows turned into one list a column, as unnest() takes them."""
    return [list(column) for column in zip(*rows, strict=True)] if rows else [[]] * width


def _variants(keys: Collection[VariantKey]) -> list[Any]:
    """Names of days: the days, the names (which may have any character), each of the days once."""
    days, names = zip(*keys, strict=True)
    return [list(days), list(names), list(set(days))]


class _Kind(NamedTuple):
    """How keys of one kind are looked up: by which parameters, made of keys, in which relations.

    Of what is counted, `{of_slot}` is a further condition, and a column that says the slot.
    """

    parameters: tuple[str, ...]
    arguments: Callable[[Any], list[Any]]
    relations: tuple[str, ...]


_LEVELS = ("user_alias", "level")
_OF_EVENT = ("user_alias", "event_key", "action", "target_id", "id", "recorded_at")
_BY_ALIASES = f"WHERE t.user_alias = ANY({_listed('aliases')})"
_BY_EVENT_ID = """JOIN unnest({user_keys}::bigint[], {event_keys}::bigint[])
    k(user_key, event_key) ON t.user_key = k.user_key AND t.event_key = k.event_key{of_lane}"""
_BY_EVENT = "WHERE t.event_key = ANY({event_keys}::bigint[]){of_lane}"
_BY_STATE = "WHERE t.state_key = ANY({states}::bytea[]){of_lane}"
_TOTAL_KEYS = f"""unnest({_listed("kinds")}::smallint[], {_listed("ids")},
    {_listed("actions")}::smallint[]) k(kind, id, action)"""
_BY_TOTAL = "t.subject_kind = k.kind AND t.subject_id = k.id AND t.action = k.action{of_slot}"
_SUBJECTS = f"""unnest({_listed("of_kinds")}::smallint[], {_listed("of_ids")}) k(kind, id)"""
_BY_SUBJECT = "t.subject_kind = k.kind AND t.subject_id = k.id{of_slot}"
_BY_VARIANT = """JOIN unnest({variant_days}::int[], {variants}::text[]) k(day, variant)
    ON t.day = k.day AND t.variant = k.variant"""
_KINDS = {
    "aliases": _Kind(
        ("aliases",),
        lambda keys: [_joined(keys)],
        (_gathered("privacy_settings", _LEVELS, _BY_ALIASES),),
    ),
    "event_ids": _Kind(
        ("user_keys", "event_keys"),
        lambda keys: columns_of(keys, 2),
        (
            _gathered(EVENT_IDS.table, EVENT_IDS.columns, _BY_EVENT_ID),
            _gathered(INTERACTIONS.table, _OF_EVENT, _BY_EVENT),
        ),
    ),
    "states": _Kind(
        ("states",),
        lambda keys: [list(keys)],
        (_gathered(INTERACTIONS.table, INTERACTIONS.columns, _BY_STATE),),
    ),
    "totals": _Kind(
        ("kinds", "ids", "actions"),
        lambda keys: _texts(keys, 3),
        (_gathered_by_key(TOTALS.table, TOTALS.columns, _TOTAL_KEYS, _BY_TOTAL),),
    ),
    "scores": _Kind(
        ("of_kinds", "of_ids"),
        lambda keys: _texts(keys, 2),
        (_gathered_by_key(SCORES.table, SCORES.columns, _SUBJECTS, _BY_SUBJECT),),
    ),
    "posts": _Kind(
        ("posts",),
        lambda keys: [_joined(keys)],
        (_gathered(POSTS.table, POSTS.columns, f"WHERE t.post_id = ANY({_listed('posts')})"),),
    ),
    "variants": _Kind(
        ("variant_days", "variants", "days"),
        _variants,
        (
            _gathered(VARIANTS.table, VARIANTS.columns, _BY_VARIANT),
            "(SELECT array_agg(day), array_agg(is_source), array_agg(number) FROM "
            f"(SELECT day, starts_with(variant, '{SOURCE_MARK}') AS is_source, count(*) AS number "
            f"FROM {VARIANTS.table} WHERE day = ANY({{days}}::int[]) GROUP BY 1, 2) c)",
        ),
    ),
}
"""By the names under which keys are wanted."""

_HEADS = "(SELECT max(last_number) AS last, min(last_number) AS least FROM log_head) h"

_BY_NUMBER = f"SELECT {', '.join(INTERACTIONS.columns)} FROM interactions WHERE id = ANY($1)"
_REMOVALS = f"SELECT {', '.join(REMOVALS.columns)} FROM removals WHERE user_alias = ANY($1)"
_BY_NAME = "SELECT name, value FROM facts WHERE name = ANY($1) FOR SHARE"
_BY_TOKEN = f"SELECT {', '.join(TOKENS.columns)} FROM tokens WHERE key = ANY($1::bytea[])"
_SALTS = "SELECT day, salt FROM salts"
_AMONG_PARTS = """(user_alias, number) IN (SELECT * FROM unnest($1::text[], $2::bigint[]))"""
_BY_PART = f"SELECT user_alias, number FROM facet_parts WHERE {_AMONG_PARTS}"


@cache
def reading(scope: Scope, kinds: tuple[str, ...], *, whole: bool, apart: int | None = None) -> str:
    """What reads some kinds of keys: totals and scores in the lane's slot, or in all of them.

    After them comes of which slot each is, where it is all slots, else its place. What nobody wants
    is left out: a statement has a cost for each table, whether anything is looked up or not. Of
    lanes that are `apart` it is what one of them has, without places, and what its own head says.
    """
    lane = scope.lane if apart is None else apart
    named = [name for kind in kinds for name in _KINDS[kind].parameters]
    filled = {name: f"${number}" for number, name in enumerate(named, 1)}
    filled["of_slot"] = "" if whole and apart is None else f" AND t.slot = {lane}"
    filled["of_lane"] = "" if apart is None else f" AND t.lane = {lane}"
    filled["place"] = "t.ctid::text" if apart is None else "NULL::text"
    last, parts = "h.last, h.last - h.least", ["log_head", _HEADS]
    if scope.is_only or apart is not None:
        last, parts = "last_number, 0", ["log_head"]
    columns = [last, "lanes, layout, mark, version, log_head.tableoid"]
    for number, relation in enumerate(each for kind in kinds for each in _KINDS[kind].relations):
        text = relation.format(**filled)
        if "{of_slot}" in relation:
            beside = "slot" if whole else "place"
            text = text.replace(" FROM ", f", array_agg(t.{beside}) FROM ", 1)
        columns.append(f"r{number}.*")
        parts.append(f"{text} r{number}")
    return f"SELECT {', '.join(columns)} FROM {', '.join(parts)} WHERE log_head.id = {lane}"


async def read(connection: Connection, wanted: Wanted, scope: Scope = WHOLE) -> Known:
    """What the database holds under the wanted keys.

    Raises:
        LayoutChanged: the scope's layout is no longer the database's.
    """
    kinds, arguments = keys_of(wanted)
    row = await connection.fetchrow(reading(scope, kinds, whole=wanted.whole), *arguments)
    return await known_by(connection, row, wanted, scope)


def keys_of(wanted: Wanted) -> tuple[tuple[str, ...], list[Any]]:
    """The kinds of keys that are wanted, and the keys as a statement takes them."""
    kinds = tuple(kind for kind in _KINDS if getattr(wanted, kind))
    each = (_KINDS[kind].arguments(getattr(wanted, kind)) for kind in kinds)
    return kinds, [argument for arguments in each for argument in arguments]


async def known_by(
    connection: Connection, row: Iterable[Any] | None, wanted: Wanted, scope: Scope
) -> Known:
    """What is known by the row that the statement has read, and by what is seldom read beside.

    Raises:
        LayoutChanged: the scope's layout is no longer the database's.
    """
    if row is None and scope.lane:
        raise LayoutChanged
    if row is None:
        raise DatabaseUnavailable("the database has no log; run `trailmark migrate`")
    last_number, lag, lanes, layout, commit_id, version, tables, *arrays = row
    check_version(version, "postgres")
    scope.check(Layout(lanes, layout))
    known = Known(
        last_number,
        commit_id=commit_id,
        tables=tables,
        step=1 if scope.is_whole else lanes,
        lag=lag,
        layout=Layout(lanes, layout),
    )
    _take(known, wanted, iter(arrays))
    await _read_rare(connection, wanted, known)
    return known


def _take(known: Known, wanted: Wanted, found: Iterator[list[Any] | None]) -> None:
    """Take what was found of each kind that is wanted, in their order: an array a column."""

    def columns(width: int) -> list[Any]:
        taken = list(islice(found, width))
        return [] if taken[0] is None else taken

    def rows(width: int) -> Iterator[tuple[Any, ...]]:
        return zip(*columns(width), strict=True)

    if wanted.aliases:
        known.levels = {alias: PrivacyLevel(level) for alias, level in rows(len(_LEVELS))}
    if wanted.event_ids:
        stored = starmap(StoredEventId, rows(len(EVENT_IDS.columns)))
        known.event_ids = {each.key: each for each in stored}
        of_events = starmap(StoredEventId.of_event, rows(len(_OF_EVENT)))
        known.event_ids |= {each.key: each for each in of_events}
    if wanted.states:
        states = rows(len(INTERACTIONS.columns))
        known.states = {each[11]: StoredInteraction(*each) for each in states}
    totals = columns(len(TOTALS.columns) + 1) if wanted.totals else []
    scores = columns(len(SCORES.columns) + 1) if wanted.scores else []
    if wanted.whole:
        known.totals, known.spread_totals = of_all_slots(StoredTotal, zip(*totals, strict=True))
        known.scores, known.spread_scores = of_all_slots(StoredScore, zip(*scores, strict=True))
    else:
        known.totals, places = of_one_slot(StoredTotal, len(TOTALS.key), totals)
        known.scores, places_of_scores = of_one_slot(StoredScore, len(SCORES.key), scores)
        known.stored = Stored(places, places_of_scores)
    if wanted.posts:
        known.posts = {each[0]: StoredPost(*each) for each in rows(len(POSTS.columns))}
    if wanted.variants:
        known.variants = {VariantKey(*each) for each in rows(2)}
        known.names_of_day = {key.group: 0 for key in wanted.variants}
        known.names_of_day |= {(day, is_source): number for day, is_source, number in rows(3)}


async def _read_rare(connection: Connection, wanted: Wanted, known: Known) -> None:
    """Add what few transactions want."""
    if wanted.rows:
        for each in await connection.fetch(_BY_NUMBER, sorted(wanted.rows)):
            known.rows[each[0]] = StoredInteraction(*each)
    if wanted.removals:
        for each in await connection.fetch(_REMOVALS, sorted(wanted.removals)):
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
