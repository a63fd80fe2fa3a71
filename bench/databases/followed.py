"""A filled past as its follower would have left it: users' positives and posts, but no pairs.

Else a server would work off all of the past in the background, and be measured at that.
"""

import sqlite3
from collections.abc import AsyncIterator, Iterable

import asyncpg

from models.database.database import Database
from models.following.followers import StoredFollower
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.following import NAME, CoEngagement, Numbers
from resolvers.signals.co_engagement.marks import LIKING_CODES, POSITIVE_CODES

_AMONG = "action IN ({})"
_POSITIVE = _AMONG.format(", ".join(map(str, POSITIVE_CODES)))
_LIKED = _AMONG.format(", ".join(map(str, sorted(LIKING_CODES))))
_POSTS = f"""INSERT INTO engaged_posts (number, post_id, users, rank_key)
    SELECT row_number() OVER (ORDER BY min(id)), target_id, count(DISTINCT user_alias), {{}}
    FROM interactions WHERE {_POSITIVE} GROUP BY target_id"""
_POSITIVES = f"""INSERT INTO positives (user_alias, post, ordinal, marks, liked_at)
    SELECT user_alias, post,
        row_number() OVER (PARTITION BY user_alias ORDER BY first), marks, liked
    FROM (SELECT i.user_alias, e.number AS post, min(i.id) AS first,
            CAST(sum(DISTINCT 1 << i.action) AS INTEGER) AS marks,
            max(CASE WHEN i.{_LIKED} THEN i.occurred_at END) AS liked
        FROM interactions i JOIN engaged_posts e ON e.post_id = i.target_id
        WHERE i.{_POSITIVE} GROUP BY i.user_alias, e.number) p"""
_LIKES = "SELECT post, liked_at FROM positives WHERE liked_at IS NOT NULL"
_LAST = "SELECT last_number FROM log_head"
_NEXT = "SELECT 1 + count(*) FROM engaged_posts"
_LIKE = "UPDATE engaged_posts SET decayed = {}, rank_key = {} WHERE number = {}"
_FOLLOWER = (
    "INSERT INTO followers (name, incarnation, sequence, version, state, revision) VALUES ({})"
)
_COLUMNS = 6
_LONGEST_S = 3_600.0


class _Likes:
    """How often each post is liked, decayed."""

    def __init__(self) -> None:
        self._half_life = Scoring().user_half_life
        self._sums: dict[int, Decayed] = {}

    def add(self, post: int, at: int) -> None:
        before = self._sums.get(post, decay.ZERO)
        self._sums[post] = decay.plus(before, decay.occurrence(at, self._half_life))

    def rows(self) -> Iterable[tuple[bytes, float, int]]:
        """What is stored of each post that is liked, its number last."""
        return [
            (decay.encode(count), decay.rank_key(count), post)
            for post, count in sorted(self._sums.items())
        ]


async def follow_all(database: Database) -> None:
    """Have all of a filled database followed."""
    if database.is_embedded:
        with database.opened_file() as file:
            file.execute("BEGIN EXCLUSIVE")
            _in_file(file)
            file.execute("COMMIT")
        return
    async with database.connected() as server:
        async with server.transaction():
            await _on_server(server)
        await server.execute("VACUUM (ANALYZE) positives, engaged_posts")


def _in_file(file: sqlite3.Connection) -> None:
    likes = _Likes()
    file.execute(_POSTS.format("9e999"))  # infinity
    file.execute(_POSITIVES)
    for post, at in file.execute(_LIKES):
        likes.add(post, at)
    file.executemany(_LIKE.format("?", "?", "?"), likes.rows())
    (last,), (number,) = (file.execute(each).fetchone() for each in (_LAST, _NEXT))
    file.execute(_FOLLOWER.format(", ".join("?" * _COLUMNS)), _follower(last, number))


async def _on_server(server: "asyncpg.Connection[asyncpg.Record]") -> None:
    likes = _Likes()
    await server.execute(_POSTS.format("'infinity'"), timeout=_LONGEST_S)
    await server.execute(_POSITIVES, timeout=_LONGEST_S)
    async for post, at in _fetched(server, _LIKES):
        likes.add(post, at)
    await server.executemany(_LIKE.format("$1", "$2", "$3"), likes.rows())
    last, number = [await server.fetchval(each) for each in (_LAST, _NEXT)]
    marks = ", ".join(f"${each}" for each in range(1, _COLUMNS + 1))
    await server.execute(_FOLLOWER.format(marks), *_follower(last, number))


async def _fetched(
    server: "asyncpg.Connection[asyncpg.Record]", statement: str
) -> AsyncIterator[tuple[int, int]]:
    async for row in server.cursor(statement, prefetch=10_000):
        yield row[0], row[1]


def _follower(last: int, post: int) -> tuple[object, ...]:
    """The row of who has followed all up to a number."""
    version = CoEngagement(Scoring().user_half_life).version
    state = Numbers(post=post).state
    follower = StoredFollower(NAME, sequence=last, version=version, state=state).moved()
    return (
        follower.name,
        follower.incarnation,
        follower.sequence,
        follower.version,
        follower.state,
        follower.revision,
    )
