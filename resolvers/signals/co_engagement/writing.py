"""Writing: what a reckoning has changed, as the statements that store it."""

from collections.abc import Iterable, Mapping, Sequence

from models.following.statements import Statement, delete, insert
from models.reading.signals.co_engagement import StoredPart
from resolvers.signals.co_engagement.pairs import posts_of, size_of
from resolvers.signals.co_engagement.reckoning import Reckoning
from resolvers.signals.co_engagement.remembering import Near

TABLES: Mapping[str, str] = {
    "positives": "id",
    "engaged_posts": "number",
    "pair_parts": "id",
    "near_posts": "post",
}
"""All that co-engagement keeps, by table: the number by which its rows are found in turn."""

_POSITIVE = {
    "user_alias": "text",
    "post": "bigint",
    "ordinal": "integer",
    "marks": "integer",
    "liked_at": "bigint",
}
_POST = {
    "number": "bigint",
    "post_id": "text",
    "users": "bigint",
    "decayed": "bytea",
    "rank_key": "float8",
}
_PART = {
    "bucket": "bigint",
    "is_base": "boolean",
    "number": "bigint",
    "size": "integer",
    "entries": "bytea",
}
_PART_KEY = {"bucket": "bigint", "is_base": "boolean", "number": "bigint"}
_NEAR = {"post": "bigint", "entries": "bytea", "nearest": "text"}


def changes(reckoning: Reckoning) -> list[Statement]:
    """The statements that store positives and posts as a reckoning leaves them."""
    kept, gone = [], []
    for key in sorted(reckoning.positives):
        positive = reckoning.positives[key]
        if positive is None:
            gone.append(key)
        else:
            kept.append((*key, positive.ordinal, positive.marks, positive.liked_at))
    posts, idle = [], []
    for number, post in sorted(reckoning.moved.items()):
        if post.users:
            posts.append((number, post.post_id, post.users, post.decayed, post.rank_key))
        else:
            idle.append((number,))
    return [
        delete("positives", {"user_alias": "text", "post": "bigint"}, gone),
        insert("positives", _POSITIVE, kept, _replacing(("user_alias", "post"), _POSITIVE)),
        delete("engaged_posts", {"number": "bigint"}, idle),
        delete("near_posts", {"post": "bigint"}, idle),
        insert("engaged_posts", _POST, posts, _replacing(("number",), _POST)),
    ]


def new_parts(parts: Iterable[StoredPart]) -> Statement:
    """The statement that stores parts of pairs."""
    rows = [(*part[:3], size_of(part.entries), part.entries) for part in parts]
    return insert("pair_parts", _PART, rows)


def merged_parts(parts: Iterable[StoredPart]) -> Statement:
    """The statement that takes away parts that others hold the sum of."""
    return delete("pair_parts", _PART_KEY, [part[:3] for part in parts])


def new_nearest(buckets: Iterable[int], nearest: Sequence[Near]) -> list[Statement]:
    """The statements that store the nearest of all posts of buckets, which are none of some."""
    rows = [(near.post, near.entries, near.nearest) for near in nearest]
    posts = {post for bucket in buckets for post in range(*posts_of(bucket))}
    without = sorted(posts.difference(near.post for near in nearest))
    return [
        delete("near_posts", {"post": "bigint"}, [(post,) for post in without]),
        insert("near_posts", _NEAR, rows, _replacing(("post",), _NEAR)),
    ]


def _replacing(key: Sequence[str], columns: Mapping[str, str]) -> str:
    """What to do with a row that is there: all but its key is replaced."""
    changes = ", ".join(f"{name} = excluded.{name}" for name in columns if name not in key)
    return f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {changes}"
