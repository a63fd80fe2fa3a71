"""Descriptions of posts, and the posts that are found by them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import orjson

from models.database.database import dialect, fetch
from models.reading.filters import Conditions
from models.records import Micros, Subject
from models.replicas.fetching import fetch_current
from models.signal_records import StoredFacet, StoredPost
from models.upserts import FACETS, POSTS
from models.vocabulary import FacetKind


@dataclass(frozen=True, slots=True)
class PostDescription:
    """What a site says about a post; None and empty where it said nothing.

    `places` are the groups and communities that the post stands in.
    """

    post_id: str
    author_alias: str | None = None
    content_type: str | None = None
    hashtags: tuple[str, ...] = ()
    places: tuple[Subject, ...] = ()
    created_at: Micros | None = None
    deleted: bool = False


def description_of(row: StoredPost) -> PostDescription:
    """The description that a row keeps."""
    return PostDescription(
        post_id=row.post_id,
        author_alias=row.author_alias,
        content_type=row.content_type,
        hashtags=tuple(orjson.loads(row.hashtags)) if row.hashtags else (),
        places=tuple(Subject(*place) for place in orjson.loads(row.places or "[]")),
        created_at=row.created_at,
        deleted=bool(row.deleted),
    )


async def descriptions_of(post_ids: Sequence[str]) -> dict[str, PostDescription]:
    """The descriptions of posts, by post id; in one query. Those not described are left out."""
    if not post_ids:
        return {}
    conditions = Conditions(dialect())
    among = conditions.among(list(post_ids), "text")
    rows = await fetch_current(
        f"SELECT {', '.join(POSTS.columns)} FROM posts WHERE post_id {among}", conditions.arguments
    )
    return {row[0]: description_of(StoredPost(*row)) for row in map(tuple, rows)}


async def posts_of_author(alias: str, limit: int) -> list[str]:
    """Posts that name a user as their author, deleted ones among them, by id."""
    order = f"ORDER BY post_id LIMIT {int(limit)}"
    rows = await fetch(f"SELECT post_id FROM posts WHERE author_alias = $1 {order}", (alias,))
    return [row[0] for row in rows]


async def posts_after(post_id: str, limit: int) -> list[StoredPost]:
    """The next described posts, by id."""
    columns, order = ", ".join(POSTS.columns), f"ORDER BY post_id LIMIT {int(limit)}"
    rows = await fetch(f"SELECT {columns} FROM posts WHERE post_id > $1 {order}", (post_id,))
    return [StoredPost(*row) for row in map(tuple, rows)]


async def facets_after(post_id: str, last: str | None) -> list[StoredFacet]:
    """What posts are found by whose ids follow one, up to another if it is given."""
    bound, arguments = ("", [post_id]) if last is None else ("AND post_id <= $2", [post_id, last])
    rows = await fetch(
        f"SELECT {', '.join(FACETS.columns)} FROM post_facets WHERE post_id > $1 {bound}", arguments
    )
    return [StoredFacet(*row) for row in map(tuple, rows)]


class Carried(NamedTuple):
    """Values of a facet, and how many posts of each are wanted."""

    kind: FacetKind
    values: Sequence[str]
    each: int


async def posts_with(
    kind: FacetKind, values: Sequence[str], limit_each: int, since: Micros | None = None
) -> dict[str, list[str]]:
    """The posts that carry each of some values of a facet, the newest first; in one query.

    They are at most `limit_each` a value, ties with the higher id first, none of them deleted, and
    with `since` none older. A value that no post carries has none. A place is `KIND:id`.
    """
    (found,) = await posts_with_any([Carried(kind, values, limit_each)], since)
    return found


async def posts_with_any(
    wanted: Sequence[Carried], since: Micros | None = None
) -> list[dict[str, list[str]]]:
    """As `posts_with`, for values of several facets; in one query."""
    found: list[dict[str, list[str]]] = [{value: [] for value in each.values} for each in wanted]
    asked = [
        (number, int(of.kind), value, of.each)
        for number, of in enumerate(wanted)
        for value in found[number]
        if of.each > 0
    ]
    if not asked:
        return found
    conditions = Conditions(dialect())
    statement = _newest(conditions, asked, since)
    for number, value, post_id in await fetch_current(statement, conditions.arguments):
        found[number][value].append(post_id)
    return found


def _newest(
    conditions: Conditions, asked: Sequence[tuple[int, int, str, int]], since: Micros | None
) -> str:
    """The newest facets `f` of each value `v`, which is of one number."""
    of = "f.facet = v.kind AND f.value = v.value"
    if since is not None:
        of += f" AND f.at >= {conditions.add(since)}"
    order = "ORDER BY f.at DESC, f.post_id DESC LIMIT"
    if not conditions.is_sqlite:
        types = ("integer", "smallint", "text", "integer")
        columns = zip(types, zip(*asked, strict=True), strict=True)
        each = ", ".join(f"{conditions.add(list(column))}::{type}[]" for type, column in columns)
        newest = f"SELECT f.post_id, f.at FROM post_facets f WHERE {of} {order} v.most"
        return (
            f"SELECT v.number, v.value, n.post_id FROM unnest({each}) v(number, kind, value, most) "
            f"CROSS JOIN LATERAL ({newest}) n ORDER BY v.number, v.value, n.at DESC, n.post_id DESC"
        )
    # SQLite has no lateral joins, and no limits that differ: the newest rows of each value are
    # found by their numbers, all those at once of which as many are wanted.
    names = ", ".join(f"value ->> {at} AS {name}" for at, name in enumerate(_ASKED))
    numbers = f"SELECT f.id FROM post_facets f WHERE {of} {order}"
    parts = []
    for most in sorted({each[-1] for each in asked}):
        values = conditions.add(json.dumps([each for each in asked if each[-1] == most]))
        parts.append(
            f"SELECT v.number, v.value, p.post_id, p.at FROM (SELECT {names} "
            f"FROM json_each({values})) v CROSS JOIN post_facets p WHERE p.id IN ({numbers} {most})"
        )
    order = "ORDER BY number, value, at DESC, post_id DESC"
    return f"SELECT number, value, post_id FROM ({' UNION ALL '.join(parts)}) {order}"


_ASKED = ("number", "kind", "value")
