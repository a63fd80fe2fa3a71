"""The statements of the ledger on SQLite: what is read for a transaction, and what it writes."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple
from functools import cache
from itertools import chain, starmap
from typing import Any

from models.count_records import of_all_slots
from models.database.versions.numbers import check_version
from models.errors import DatabaseUnavailable
from models.ledger.incarnations import FORGOTTEN
from models.ranks.changes import INSERT, names_to_queue
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
from models.signal_records import SOURCE_MARK, PartKey, StoredPost, VariantKey
from models.upserts import (
    DELETES,
    EVENT_IDS,
    INTERACTIONS,
    POSTS,
    REMOVALS,
    SCORES,
    TOKENS,
    TOTALS,
    Upsert,
    batches,
    rare_batches,
)
from models.vocabulary import PrivacyLevel

ROWS_AT_ONCE = 50
"""Rows that one statement writes, or looks up; each statement has a cost of its own."""


def _select(upsert: Upsert) -> str:
    slot = ("slot",) if upsert.has_slots else ()
    return f"SELECT {', '.join((*upsert.columns, *slot))} FROM {upsert.table} WHERE "


_AMONG = "IN (SELECT value FROM json_each(?))"
_LEVELS = f"SELECT user_alias, level FROM privacy_settings WHERE user_alias {_AMONG}"
_BY_EVENT = (
    "SELECT user_alias, event_key, action, target_id, id, recorded_at FROM interactions "
    f"WHERE event_key {_AMONG}"
)
_BY_NUMBER = _select(INTERACTIONS) + "id = ?"
_BY_ALIAS = _select(REMOVALS) + "user_alias = ?"
_STATE_KEY = list(INTERACTIONS.columns).index("state_key")
_BY_NAME = "SELECT value FROM facts WHERE name = ?"
_BY_PART = "SELECT 1 FROM facet_parts WHERE user_alias = ? AND number = ?"
_BY_POST = _select(POSTS) + f"post_id {_AMONG}"
_BY_TOKEN = _select(TOKENS) + "key = ?"
_HEAD = "UPDATE log_head SET last_number = ?, quiet_commits = quiet_commits + ?"
_BEGIN = "INSERT INTO incarnations (follows, id, began_at) VALUES (?, ?, ?)"
_FORGET = f"DELETE FROM incarnations WHERE {FORGOTTEN}"
_PRUNED = "UPDATE log_head SET pruned_number = max(pruned_number, ?)"
_SALTS = "SELECT day, salt FROM salts"
_VARIANT = "SELECT 1 FROM outcome_variants WHERE day = ? AND variant = ?"
_NAMES = f"""SELECT substr(variant, 1, 1) = '{SOURCE_MARK}', count(*) FROM outcome_variants
WHERE day = ? GROUP BY 1"""


def read(connection: sqlite3.Connection, wanted: Wanted) -> Known:
    """What is stored under the wanted keys; one statement for many costs half of one for each."""
    execute = connection.execute
    head = execute("SELECT last_number, version FROM log_head").fetchone()
    if head is None:
        raise DatabaseUnavailable("the database has no log; run `trailmark migrate`")
    last_number, found = head
    check_version(found, "sqlite")
    known = Known(last_number, tables=execute("PRAGMA schema_version").fetchone()[0])
    for alias, level in execute(_LEVELS, (_json(wanted.aliases),)):
        known.levels[alias] = PrivacyLevel(level)
    if wanted.event_ids:
        stored = starmap(StoredEventId, _found(connection, EVENT_IDS, wanted.event_ids))
        known.event_ids = {each.key: each for each in stored}
        for event in execute(_BY_EVENT, (_json(key.event_key for key in wanted.event_ids),)):
            seen = StoredEventId.of_event(*event)
            known.event_ids[seen.key] = seen
    states = _found(connection, INTERACTIONS, [(key,) for key in wanted.states], ("state_key",))
    known.states = {row[_STATE_KEY]: StoredInteraction(*row) for row in states}
    if wanted.whole:
        totals = _found(connection, TOTALS, wanted.totals)
        known.totals, known.spread_totals = of_all_slots(StoredTotal, totals)
        scores = _found(connection, SCORES, wanted.scores)
        known.scores, known.spread_scores = of_all_slots(StoredScore, scores)
    else:
        totals = _found(connection, TOTALS, wanted.totals, of_slot=0)
        known.totals = {row[:3]: StoredTotal(*row) for row in totals}
        scores = _found(connection, SCORES, wanted.scores, of_slot=0)
        known.scores = {row[:2]: StoredScore(*row) for row in scores}
    if wanted.variants:
        _read_variants(connection, wanted.variants, known)
    if wanted.posts:
        for row in execute(_BY_POST, (_json(wanted.posts),)):
            known.posts[row[0]] = StoredPost(*row)
    _read_rare(connection, wanted, known)
    return known


def _found(
    connection: sqlite3.Connection,
    upsert: Upsert,
    keys: Collection[tuple[Any, ...]],
    names: tuple[str, ...] = (),
    *,
    of_slot: int | None = None,
) -> Iterator[tuple[Any, ...]]:
    """The rows under keys, of the table's own or of the columns named.

    Those of all slots have their slot at the end. They are looked up some at a time, in order,
    since neighbours lie on the same pages.
    """
    names = names or upsert.key
    ordered, whole = sorted(keys), len(keys) - len(keys) % ROWS_AT_ONCE
    if whole:
        many = _lookup(upsert, names, of_slot, ROWS_AT_ONCE)
        for start in range(0, whole, ROWS_AT_ONCE):
            some = ordered[start : start + ROWS_AT_ONCE]
            yield from connection.execute(many, list(chain.from_iterable(some)))
    if len(ordered) > whole:
        one = _lookup(upsert, names, of_slot, 1)
        for key in ordered[whole:]:
            yield from connection.execute(one, key)


@cache
def _lookup(upsert: Upsert, names: tuple[str, ...], of_slot: int | None, number: int) -> str:
    """What looks up some keys, each by the index; among values SQLite may walk the table."""
    columns = tuple(upsert.columns)
    if upsert.has_slots and of_slot is None:
        columns += ("slot",)
    key = f"({', '.join('?' * len(names))})"
    same = [f"t.{name} = k.column{place}" for place, name in enumerate(names, 1)]
    if of_slot is not None:
        same.append(f"t.slot = {of_slot}")
    return (
        f"SELECT {', '.join(f't.{name}' for name in columns)} "
        f"FROM (VALUES {', '.join([key] * number)}) k CROSS JOIN {upsert.table} t "
        f"ON {' AND '.join(same)}"
    )


def _read_variants(
    connection: sqlite3.Connection, wanted: Iterable[VariantKey], known: Known
) -> None:
    """Add which of the wanted names their days have, and how many these have in all."""
    known.variants = {key for key in wanted if connection.execute(_VARIANT, key).fetchone()}
    known.names_of_day = {key.group: 0 for key in wanted}
    for day in {key.day for key in wanted}:
        for is_source, number in connection.execute(_NAMES, (day,)):
            known.names_of_day[day, bool(is_source)] = number


def _read_rare(connection: sqlite3.Connection, wanted: Wanted, known: Known) -> None:
    """Add what few transactions want."""
    execute = connection.execute
    for number in wanted.rows:
        if row := execute(_BY_NUMBER, (number,)).fetchone():
            known.rows[number] = StoredInteraction(*row)
    for alias in wanted.removals:
        if row := execute(_BY_ALIAS, (alias,)).fetchone():
            known.removals[alias] = StoredRemoval(*row)
    for name in wanted.metadata:
        if row := execute(_BY_NAME, (name,)).fetchone():
            known.metadata[name] = row[0]
    for part in wanted.parts:
        if execute(_BY_PART, part).fetchone():
            known.parts.add(PartKey(*part))
    if wanted.needs_salts(known.levels):
        known.salts.update(execute(_SALTS))
        for key in wanted.token_keys(known):
            if row := execute(_BY_TOKEN, (key,)).fetchone():
                known.tokens[key] = StoredToken(*row)


def _json(keys: Iterable[str | int]) -> str:
    return json.dumps(list(keys))


def write(connection: sqlite3.Connection, changes: Changes) -> None:
    """Write what changes, within the transaction."""
    for upsert, rows in batches(changes):
        _upsert(connection, upsert, rows)
    connection.execute(_HEAD, (changes.last_number, changes.unlogged))
    if (ranks := names_to_queue(changes)).size:
        connection.execute(f"{INSERT} VALUES (?, ?, ?)", ranks)
    if changes.incarnation is not None:
        connection.execute(_BEGIN, astuple(changes.incarnation))
        connection.execute(_FORGET)
    if changes.is_rare:
        _write_rare(connection, changes)


def _write_rare(connection: sqlite3.Connection, changes: Changes) -> None:
    for delete in DELETES:
        condition = " AND ".join(f"{name} = ?" for name in delete.columns)
        statement = f"DELETE FROM {delete.table} WHERE {condition} AND {delete.condition}"
        connection.executemany(statement, delete.rows(changes.gone))
    for upsert, rows in rare_batches(changes):
        _upsert(connection, upsert, rows)
    if changes.pruned_number:
        connection.execute(_PRUNED, (changes.pruned_number,))


def _upsert(connection: sqlite3.Connection, upsert: Upsert, rows: Sequence[Any]) -> None:
    row = f"({upsert.of_slot(', '.join('?' * len(upsert.columns)), 0)})"
    whole = len(rows) - len(rows) % ROWS_AT_ONCE
    many = upsert.into(f"VALUES {', '.join([row] * ROWS_AT_ONCE)}")
    for start in range(0, whole, ROWS_AT_ONCE):
        connection.execute(many, list(chain.from_iterable(rows[start : start + ROWS_AT_ONCE])))
    connection.executemany(upsert.into(f"VALUES {row}"), rows[whole:])
