"""What co-engagement has stored: users' positives, posts by number, and parts of pairs."""

import math
from collections.abc import AsyncIterator, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.records import Micros
from models.replicas.fetching import fetch_current
from models.vocabulary import COUNTED, SubjectKind

AT_ONCE = 20_000

KEY_SPREAD = 1 / 16
"""How far the stored key of a post may be from what its likes come to, which are then 4% apart.

The key is in an index, so to move it with each like of many would write three entries of indexes.
"""


@dataclass(slots=True)
class StoredPositive:
    """A row of `positives`, without its number."""

    user_alias: str
    post: int
    ordinal: int
    marks: int = 0
    liked_at: Micros | None = None


@dataclass(slots=True)
class StoredEngagedPost:
    """A row of `engaged_posts`."""

    number: int
    post_id: str
    users: int = 0
    decayed: bytes | None = None
    rank_key: float = math.inf


class StoredPart(NamedTuple):
    """A row of `pair_parts`, without what its bucket is found by."""

    bucket: int
    is_base: bool
    number: int
    entries: bytes


class BucketSize(NamedTuple):
    """How many parts of one kind a bucket has, and how many entries they have together."""

    bucket: int
    is_base: bool
    parts: int
    entries: int


POSITIVE = "p.user_alias, p.post, p.ordinal, p.marks, p.liked_at"
_POSTS = "SELECT number, post_id, users, decayed, rank_key FROM engaged_posts WHERE"


async def posts_by_id(ids: Collection[str]) -> list[StoredEngagedPost]:
    """The posts with these ids, as far as they are positive for somebody."""
    conditions = Conditions(dialect())
    among = conditions.among(list(ids), "text")
    rows = await fetch(f"{_POSTS} post_id {among}", conditions.arguments)
    return [StoredEngagedPost(*row) for row in rows]


async def posts_by_number(numbers: Collection[int]) -> list[StoredEngagedPost]:
    """The posts with these numbers."""
    conditions = Conditions(dialect())
    among = conditions.among(list(numbers), "bigint")
    rows = await fetch(f"{_POSTS} number {among}", conditions.arguments)
    return [StoredEngagedPost(*row) for row in rows]


async def parts(buckets: Collection[int], *, with_base: bool) -> list[StoredPart]:
    """The parts of some buckets."""
    conditions = Conditions(dialect())
    among = conditions.among(list(buckets), "bigint")
    bases = "" if with_base else "AND NOT is_base"
    rows = await fetch(
        f"SELECT bucket, is_base, number, entries FROM pair_parts WHERE bucket {among} {bases}",
        conditions.arguments,
    )
    return [StoredPart(*row) for row in rows]


async def bucket_sizes() -> list[BucketSize]:
    """The size of every bucket, parts and base apart."""
    rows = await fetch(
        "SELECT bucket, is_base, count(*), CAST(sum(size) AS BIGINT) FROM pair_parts "
        "GROUP BY bucket, is_base",
        (),
    )
    return [BucketSize(*row) for row in rows]


async def miscounted_posts(limit: int) -> list[tuple[str, int, int]]:
    """Posts whose users are not as many as their positives, at most so many: both numbers."""
    rows = await fetch(
        "SELECT e.post_id, e.users, coalesce(c.users, 0) "
        "FROM engaged_posts e LEFT JOIN "
        "(SELECT post, count(*) AS users FROM positives GROUP BY post) c ON c.post = e.number "
        f"WHERE e.users <> coalesce(c.users, 0) ORDER BY e.post_id LIMIT {int(limit)}",
        (),
    )
    return [(row[0], row[1], row[2]) for row in map(tuple, rows)]


async def user_counts() -> AsyncIterator[Sequence[tuple[int, int]]]:
    """The number of every post and of its users, some thousand at a time."""
    last = -1
    while True:
        rows: Sequence[Any] = await fetch(
            "SELECT number, users FROM engaged_posts WHERE number > $1 ORDER BY number "
            f"LIMIT {AT_ONCE}",
            (last,),
        )
        if not rows:
            return
        yield [(row[0], row[1]) for row in rows]
        last = rows[-1][0]


class AskedPost(NamedTuple):
    """A post whose nearest are asked for, and what its bucket's base has of it, packed."""

    number: int
    post_id: str
    users: int
    entries: bytes | None


class KnownPost(NamedTuple):
    post_id: str
    users: int


@dataclass(frozen=True, slots=True)
class Neighborhood:
    """What the nearest of some posts are found by, all of one moment.

    `parts` are what came since the bases were made, by bucket; `known` are posts by number.
    """

    asked: list[AskedPost]
    parts: dict[int, list[bytes]]
    known: dict[int, KnownPost]


async def neighborhood(
    post_ids: Collection[str], bucket_bits: int, listed: Collection[str] = ()
) -> Neighborhood:
    """What is stored about which posts are near some posts; in one query.

    Known are the nearest of those that are `listed`.
    """
    if not post_ids:
        return Neighborhood([], {}, {})
    conditions = Conditions(dialect())
    among = conditions.among(list(post_ids), "text")
    rows = await fetch_current(
        f"""WITH asked AS (
            SELECT number, post_id, users FROM engaged_posts WHERE post_id {among})
        SELECT 0, a.number, a.users, a.post_id, n.entries
            FROM asked a LEFT JOIN near_posts n ON n.post = a.number
        UNION ALL SELECT 1, p.bucket, 0, NULL, p.entries FROM pair_parts p
            WHERE p.bucket IN (SELECT number >> {int(bucket_bits)} FROM asked) AND NOT p.is_base
        {_nearest(conditions, listed) if listed else ""}""",
        conditions.arguments,
    )
    found = Neighborhood([], {}, {})
    for kind, number, users, post_id, entries in map(tuple, rows):
        if kind == 0:
            found.asked.append(AskedPost(number, post_id, users, entries))
        elif kind == 1:
            found.parts.setdefault(number, []).append(entries)
        else:
            found.known[number] = KnownPost(post_id, users)
    return found


def _nearest(conditions: Conditions, listed: Collection[str]) -> str:
    """The part of the nearest of those posts that are listed among the asked."""
    nearest = "SELECT DISTINCT {} FROM asked a JOIN near_posts n ON n.post = a.number{} WHERE {}"
    of = f"a.post_id {conditions.among(list(listed), 'text')}"
    if conditions.is_sqlite:
        each = nearest.format("j.value", ", json_each('[' || n.nearest || ']') j", of)
        numbers = f"IN ({each})"
    else:
        each = nearest.format("unnest(string_to_array(n.nearest, ',')::bigint[])", "", of)
        numbers = f"= ANY(ARRAY({each}))"
    return (
        "UNION ALL SELECT 2, e.number, e.users, e.post_id, NULL "
        f"FROM engaged_posts e WHERE e.number {numbers}"
    )


async def known_posts(numbers: Collection[int]) -> dict[int, KnownPost]:
    """Posts by their numbers."""
    conditions = Conditions(dialect())
    among = conditions.among(list(numbers), "bigint")
    rows = await fetch_current(
        f"SELECT number, post_id, users FROM engaged_posts WHERE number {among}",
        conditions.arguments,
    )
    return {row[0]: KnownPost(row[1], row[2]) for row in map(tuple, rows)}


class EngagedRow(NamedTuple):
    """What a user did to a post, and when."""

    post_id: str
    action: int
    occurred_at: Micros


async def latest_engagements(alias: str, actions: Iterable[int], limit: int) -> list[EngagedRow]:
    """What a user did to posts and what holds of it, the latest first, ties by the higher id."""
    conditions = Conditions(dialect())
    of_user = conditions.of_user(conditions.add(alias))
    statuses = ", ".join(str(int(each)) for each in COUNTED)
    rows = await fetch_current(
        "SELECT target_id, action, occurred_at FROM interactions i "
        f"WHERE {of_user} AND i.target_kind = {int(SubjectKind.POST)} "
        f"AND i.action {conditions.among(list(actions), 'smallint')} AND i.status IN ({statuses}) "
        f"ORDER BY i.occurred_at DESC, i.id DESC LIMIT {int(limit)}",
        conditions.arguments,
    )
    return [EngagedRow(*row) for row in map(tuple, rows)]
