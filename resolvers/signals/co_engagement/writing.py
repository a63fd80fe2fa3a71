"""Writing: what a reckoning has changed, as the statements that store it."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from models.following.positives import changed_positives, gone_positives, new_positives
from models.following.statements import Statement, delete, insert, update
from models.reading.signals.co_engagement import StoredPart, StoredPositive
from resolvers.signals.co_engagement.nearest import Near
from resolvers.signals.co_engagement.pairs import posts_of, size_of
from resolvers.signals.co_engagement.reckoning import Reckoning

TABLES: Mapping[str, str] = {
    "positives": "id",
    "engaged_posts": "number",
    "pair_parts": "id",
    "near_posts": "post",
}
"""All that co-engagement keeps, by table: the number by which its rows are found in turn."""

_NUMBER = {"number": "bigint"}
_LIKES = {"users": "bigint", "decayed": "bytea", "rank_key": "float8"}
_POST = {**_NUMBER, "post_id": "text", **_LIKES}
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
    new, kept = list[StoredPositive](), list[StoredPositive]()
    for key, positive in sorted(reckoning.positives.items(), key=itemgetter(0)):
        if positive is not None:
            (new if key in reckoning.new else kept).append(positive)
    begun, moved, idle = [], [], []
    for number, post in sorted(reckoning.moved.items()):
        if not post.users:
            idle.append((number,))
        elif number >= reckoning.first_post:
            begun.append((number, post.post_id, post.users, post.decayed, post.rank_key))
        else:
            moved.append((number, post.users, post.decayed, post.rank_key))
    return [
        gone_positives(sorted(reckoning.gone)),
        new_positives(new),
        changed_positives(kept),
        delete("engaged_posts", _NUMBER, idle),
        delete("near_posts", {"post": "bigint"}, idle),
        insert("engaged_posts", _POST, begun),
        update("engaged_posts", _NUMBER, _LIKES, moved),
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
