"""Positives as a follower reads them before it changes them: whole ones, and users' latest."""

import json
from collections.abc import Collection, Sequence

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.reading.signals.co_engagement import POSITIVE, StoredPositive


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
    if conditions.is_sqlite:
        users = f"(SELECT value AS alias FROM json_each({conditions.add(json.dumps([*aliases]))}))"
    else:
        users = f"(SELECT unnest({conditions.add([*aliases])}::text[]) AS alias)"
    highest = "(SELECT max(m.ordinal) FROM positives m WHERE m.user_alias = u.alias)"
    return (
        f"{users} u JOIN positives p ON p.user_alias = u.alias "
        f"AND p.ordinal > {highest} - {int(count)}"
    )


async def positives_of(keys: Sequence[tuple[str, int]]) -> list[StoredPositive]:
    """The positives of users on these posts.

    PostgreSQL finds them one by one: it would rather read all that there are.
    """
    if not keys:
        return []
    conditions = Conditions(dialect())
    wanted = _wanted(conditions, keys)
    is_one = "p.user_alias = k.alias AND p.post = k.post"
    if conditions.is_sqlite:
        found = f"JOIN positives p ON {is_one}"
    else:
        each = f"SELECT {POSITIVE} FROM positives p WHERE {is_one} OFFSET 0"
        found = f"CROSS JOIN LATERAL ({each}) p"
    rows = await fetch(f"SELECT {POSITIVE} FROM {wanted} k {found}", conditions.arguments)
    return [StoredPositive(*row) for row in rows]


async def positives_near(keys: Sequence[tuple[str, int]], around: int) -> list[StoredPositive]:
    """The positives of users on these posts, and those whose ordinal is near to theirs."""
    if not keys:
        return []
    conditions = Conditions(dialect())
    wanted = _wanted(conditions, keys)
    near = "p.ordinal BETWEEN t.ordinal - {0} AND t.ordinal + {0}".format(int(around))
    rows = await fetch(
        f"SELECT DISTINCT {POSITIVE} FROM {wanted} k "
        "JOIN positives t ON t.user_alias = k.alias AND t.post = k.post "
        f"JOIN positives p ON p.user_alias = t.user_alias AND {near}",
        conditions.arguments,
    )
    return [StoredPositive(*row) for row in rows]


def _wanted(conditions: Conditions, keys: Sequence[tuple[str, int]]) -> str:
    """A relation of the users and posts that are asked for."""
    if conditions.is_sqlite:
        pairs = conditions.add(json.dumps(keys))
        return f"(SELECT value ->> 0 AS alias, value ->> 1 AS post FROM json_each({pairs}))"
    aliases, posts = conditions.add([k[0] for k in keys]), conditions.add([k[1] for k in keys])
    return f"(SELECT * FROM unnest({aliases}::text[], {posts}::bigint[]) AS k(alias, post))"
