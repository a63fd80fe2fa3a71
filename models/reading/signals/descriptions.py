"""Descriptions of posts, and the posts that are found by them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

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


async def posts_with(
    kind: FacetKind, values: Sequence[str], limit_each: int, since: Micros | None = None
) -> dict[str, list[str]]:
    """The posts that carry each of some values of a facet, the newest first; in one query.

    They are at most `limit_each` a value, ties with the higher id first, none of them deleted, and
    with `since` none older. A value that no post carries has none. A place is `KIND:id`.
    """
    found: dict[str, list[str]] = {value: [] for value in values}
    if not found or limit_each < 1:
        return found
    conditions = Conditions(dialect())
    of = f"f.facet = {int(kind)} AND f.value = v.value"
    if since is not None:
        of += f" AND f.at >= {conditions.add(since)}"
    statement = _newest(conditions, list(found), of, limit_each)
    for value, post_id in await fetch_current(statement, conditions.arguments):
        found[value].append(post_id)
    return found


def _newest(conditions: Conditions, values: list[str], of: str, limit: int) -> str:
    """The newest facets `f` of which something holds, of each value `v`."""
    if conditions.is_sqlite:
        each = f"(SELECT value FROM json_each({conditions.add(json.dumps(values))})) v"
    else:
        each = f"unnest({conditions.add(values)}::text[]) v(value)"
    order = "ORDER BY f.at DESC, f.post_id DESC LIMIT"
    newest = f"SELECT f.post_id, f.at FROM post_facets f WHERE {of} {order} {int(limit)}"
    if not conditions.is_sqlite:
        return (
            f"SELECT v.value, n.post_id FROM {each} CROSS JOIN LATERAL ({newest}) n "
            "ORDER BY v.value, n.at DESC, n.post_id DESC"
        )
    # SQLite has no lateral joins: the newest rows of each value are found by their numbers.
    numbers = f"SELECT f.id FROM post_facets f WHERE {of} {order} {int(limit)}"
    return (
        f"SELECT v.value, p.post_id FROM {each} CROSS JOIN post_facets p "
        f"WHERE p.id IN ({numbers}) ORDER BY v.value, p.at DESC, p.post_id DESC"
    )
