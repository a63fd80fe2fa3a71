"""Positives as they are read, whole ones and users' latest, and as a follower writes them."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from models.database.database import dialect, fetch
from models.following.positive_keys import (
    HASH,
    HIGHEST_ORDINAL,
    in_order,
    of_post,
    order,
)
from models.following.statements import Statement, delete, insert, update
from models.reading.filters import Conditions
from models.reading.signals.co_engagement import POSITIVE, StoredPositive

_KEY = {"user_alias": "text", "post": "bigint"}
_MARKS = {"marks": "integer", "liked_at": "bigint"}
_COLUMNS = {**_KEY, "ordinal": "integer", **_MARKS}
_IS_ONE = of_post("t", "r.user_alias", "r.post", is_sqlite=False)


async def latest_positives(aliases: Collection[str], count: int) -> list[StoredPositive]:
    """The positives of each user whose ordinal is among the highest so many."""
    conditions = Conditions(dialect())
    latest = _latest(conditions, aliases, count)
    rows = await fetch(f"SELECT {POSITIVE} FROM {latest}", conditions.arguments)
    return [StoredPositive(*row) for row in rows]


async def latest_ordinals(
    aliases: Collection[str], count: int
) -> list[tuple[str, list[int], list[int]]]:
    """The posts of the same positives and their ordinals, by user: a row for each is many."""
    if not aliases:
        return []
    conditions = Conditions(dialect())
    listed = "json_group_array" if conditions.is_sqlite else "array_agg"
    rows = await fetch(
        f"SELECT p.user_alias, {listed}(p.post), {listed}(p.ordinal) "
        f"FROM {_latest(conditions, aliases, count)} GROUP BY p.user_alias",
        conditions.arguments,
    )
    if conditions.is_sqlite:
        return [(alias, json.loads(posts), json.loads(at)) for alias, posts, at in map(tuple, rows)]
    return [(row[0], row[1], row[2]) for row in map(tuple, rows)]


def _latest(conditions: Conditions, aliases: Collection[str], count: int) -> str:
    """The positives `p` of users whose ordinal is among the user's highest so many."""
    is_sqlite = conditions.is_sqlite
    if is_sqlite:
        users = f"(SELECT value AS alias FROM json_each({conditions.add(json.dumps([*aliases]))}))"
        highest = "(SELECT max(m.ordinal) FROM positives m WHERE m.user_alias = u.alias)"
        return (
            f"{users} u JOIN positives p ON p.user_alias = u.alias "
            f"AND p.ordinal > {highest} - {int(count)}"
        )
    users = f"(SELECT unnest({conditions.add([*aliases])}::text[]) AS alias)"
    all_of_user = in_order("m", "u.alias", "0", str(HIGHEST_ORDINAL), is_sqlite=is_sqlite)
    highest = (
        f"SELECT m.ordinal FROM positives m WHERE {all_of_user} "
        f"ORDER BY {order('m', is_sqlite=is_sqlite)} DESC LIMIT 1"
    )
    first = f"h.ordinal - {int(count) - 1}"
    is_among = in_order("p", "u.alias", first, "h.ordinal", is_sqlite=is_sqlite)
    among = f"SELECT {POSITIVE} FROM positives p WHERE {is_among} OFFSET 0"
    return f"{users} u CROSS JOIN LATERAL ({highest}) h CROSS JOIN LATERAL ({among}) p"


async def positives_after(alias: str, ordinal: int, limit: int) -> list[tuple[str, StoredPositive]]:
    """A user's next positives by their ordinals, each behind its post's id."""
    is_sqlite = dialect() == "sqlite"
    behind = in_order("p", "$1", "$2", str(HIGHEST_ORDINAL), is_sqlite=is_sqlite)
    rows = await fetch(
        f"SELECT e.post_id, {POSITIVE} FROM positives p JOIN engaged_posts e ON e.number = p.post "
        f"WHERE {behind} ORDER BY {order('p', is_sqlite=is_sqlite)} LIMIT {int(limit)}",
        (alias, ordinal + 1),
    )
    return [(post_id, StoredPositive(*row)) for post_id, *row in map(tuple, rows)]


async def positives_of(keys: Sequence[tuple[str, int]]) -> list[StoredPositive]:
    """The positives of users on these posts.

    PostgreSQL finds them one by one: it would rather read all that there are.
    """
    if not keys:
        return []
    conditions = Conditions(dialect())
    wanted, is_sqlite = _wanted(conditions, keys), conditions.is_sqlite
    is_one = of_post("p", "k.alias", "k.post", is_sqlite=is_sqlite)
    each = f"SELECT {POSITIVE} FROM positives p WHERE {is_one} OFFSET 0"
    found = f"JOIN positives p ON {is_one}" if is_sqlite else f"CROSS JOIN LATERAL ({each}) p"
    rows = await fetch(f"SELECT {POSITIVE} FROM {wanted} k {found}", conditions.arguments)
    return [StoredPositive(*row) for row in rows]


async def positives_near(keys: Sequence[tuple[str, int]], around: int) -> list[StoredPositive]:
    """The positives of users on these posts, and those whose ordinal is near to theirs."""
    if not keys:
        return []
    conditions = Conditions(dialect())
    wanted = _wanted(conditions, keys)
    is_sqlite, most = conditions.is_sqlite, int(around)
    is_one = of_post("t", "k.alias", "k.post", is_sqlite=is_sqlite)
    ordinals = f"t.ordinal - {most}", f"t.ordinal + {most}"
    is_near = in_order("p", "t.user_alias", *ordinals, is_sqlite=is_sqlite)
    if is_sqlite:
        found = f"JOIN positives t ON {is_one} JOIN positives p ON {is_near}"
    else:
        found = (
            f"CROSS JOIN LATERAL (SELECT user_alias, ordinal FROM positives t WHERE {is_one} "
            f"OFFSET 0) t CROSS JOIN LATERAL (SELECT {POSITIVE} FROM positives p WHERE {is_near} "
            "OFFSET 0) p"
        )
    rows = await fetch(f"SELECT DISTINCT {POSITIVE} FROM {wanted} k {found}", conditions.arguments)
    return [StoredPositive(*row) for row in rows]


def _wanted(conditions: Conditions, keys: Sequence[tuple[str, int]]) -> str:
    """A relation of the users and posts that are asked for."""
    if conditions.is_sqlite:
        pairs = conditions.add(json.dumps(keys))
        return f"(SELECT value ->> 0 AS alias, value ->> 1 AS post FROM json_each({pairs}))"
    aliases, posts = conditions.add([k[0] for k in keys]), conditions.add([k[1] for k in keys])
    return f"(SELECT * FROM unnest({aliases}::text[], {posts}::bigint[]) AS k(alias, post))"


def new_positives(positives: Iterable[StoredPositive]) -> Statement:
    """The statement that stores positives that are not there.

    PostgreSQL takes them in the order of their places in indexes.
    """
    rows = [
        (each.user_alias, each.post, each.ordinal, each.marks, each.liked_at) for each in positives
    ]
    plain = insert("positives", _COLUMNS, rows)
    by_place = f"{plain.postgres} ORDER BY {HASH.format('user_alias')}"
    return replace(plain, postgres=by_place)


def changed_positives(positives: Iterable[StoredPositive]) -> Statement:
    """The statement that stores what is new of positives that are there: all but ordinals."""
    rows = [(each.user_alias, each.post, each.marks, each.liked_at) for each in positives]
    plain = update("positives", _KEY, _MARKS, rows)
    values = ", ".join(f"{name} = r.{name}" for name in _MARKS)
    found = f"UPDATE positives t SET {values} FROM {{rows}} WHERE {_IS_ONE}"
    return replace(plain, postgres=found)


def gone_positives(keys: Sequence[tuple[str, int]]) -> Statement:
    """The statement that takes away the positives of users on these posts."""
    plain = delete("positives", _KEY, keys)
    return replace(plain, postgres=f"DELETE FROM positives t USING {{rows}} WHERE {_IS_ONE}")
