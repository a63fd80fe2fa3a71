"""Made-up interactions with a planted structure that a recommender should find.

Posts belong to communities, which have authors and hashtags of their own. Users are at home in one
community, and each likes two of its authors most; a third of the users move to another one half
way. They see what is new and good at home, and now and then something from elsewhere.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import orjson

from models.records import Micros
from models.vocabulary import ActionType
from resolvers.instants import format_instant, parse_instant
from resolvers.scoring.weights import DAY

_SECOND: Micros = 1_000_000

COMMUNITIES, AUTHORS, HASHTAGS = 6, 5, 8
"""How many communities there are, and authors and hashtags in each."""

FIRST = parse_instant("2026-09-01T00:00:00Z")
DAYS = 60
SESSIONS, POSTS_SEEN = 12, 8
_CONTENT_TYPES = ("text", "image", "video")
_FRESH: Micros = 5 * DAY  # in which a post is seen half as often
_HOME = 0.8  # of what is seen is from the community where a user is at home
_MOVES = 1 / 3
_LIKES = {"author": 0.75, "home": 0.25, "elsewhere": 0.04}


@dataclass(frozen=True, slots=True)
class World:
    """How many users and posts there are; the same seed makes the same interactions."""

    users: int = 240
    posts: int = 900
    seed: int = 20


@dataclass(frozen=True, slots=True)
class Post:
    """A post and what is planted in it; `worth` is how often it is seen beside others."""

    id: str
    community: int
    author: str
    hashtags: tuple[str, ...]
    content_type: str
    created_at: Micros
    worth: float

    @property
    def description(self) -> dict[str, Any]:
        """The input of `describePosts`."""
        return {
            "postId": self.id,
            "authorId": self.author,
            "hashtags": list(self.hashtags),
            "contentType": self.content_type,
            "createdAt": format_instant(self.created_at),
        }


def synthesize(world: World) -> tuple[list[bytes], list[dict[str, Any]]]:
    """Lines as `trailmark import` takes them, oldest first, and descriptions of all posts."""
    chance = random.Random(world.seed)  # noqa: S311 (repeatable, not secret)
    posts = [_post(chance, number) for number in range(world.posts)]
    deeds = sorted(
        deed for number in range(world.users) for deed in _deeds(chance, f"user-{number}", posts)
    )
    return [_line(*deed) for deed in deeds], [post.description for post in posts]


def _post(chance: random.Random, number: int) -> Post:
    community = chance.randrange(COMMUNITIES)
    return Post(
        f"post-{number}",
        community,
        _author(community, chance.randrange(AUTHORS)),
        tuple(f"tag-{community}-{tag}" for tag in chance.sample(range(HASHTAGS), 2)),
        chance.choice(_CONTENT_TYPES),
        FIRST + chance.randrange(DAYS * DAY),
        chance.lognormvariate(0, 1),
    )


def _author(community: int, number: int) -> str:
    return f"author-{community}-{number}"


def _deeds(
    chance: random.Random, user: str, posts: list[Post]
) -> Iterator[tuple[Micros, str, str, ActionType]]:
    """What one user does, session by session."""
    homes = chance.sample(range(COMMUNITIES), 2)
    moves = chance.random() < _MOVES
    liked = {
        home: [_author(home, each) for each in chance.sample(range(AUTHORS), 2)] for home in homes
    }
    seen: set[str] = set()
    for _ in range(SESSIONS):
        at = FIRST + 2 * DAY + chance.randrange((DAYS - 2) * DAY)
        home = homes[1] if moves and at > FIRST + DAYS * DAY // 2 else homes[0]
        for post in _shown(chance, posts, at, home):
            if post.id in seen:
                continue
            seen.add(post.id)
            at += chance.randrange(60 * _SECOND)
            yield at, user, post.id, ActionType.VIEW
            if chance.random() < _liking(post, home, liked[home]):
                yield at + _SECOND, user, post.id, ActionType.FAVORITE


def _shown(chance: random.Random, posts: list[Post], at: Micros, home: int) -> list[Post]:
    """What a user comes upon in a session: good and fresh posts, most of them from home."""
    there = [post for post in posts if post.created_at < at]
    weights = [
        post.worth
        * 2.0 ** (-(at - post.created_at) / _FRESH)
        * (_HOME if post.community == home else (1 - _HOME) / (COMMUNITIES - 1))
        for post in there
    ]
    return chance.choices(there, cum_weights=list(accumulate(weights)), k=POSTS_SEEN)


def _liking(post: Post, home: int, authors: list[str]) -> float:
    if post.author in authors:
        return _LIKES["author"]
    return _LIKES["home" if post.community == home else "elsewhere"]


def _line(at: Micros, user: str, post: str, action: ActionType) -> bytes:
    fields = {"user_id": user, "action": action, "post_id": post, "occurred_at": format_instant(at)}
    return orjson.dumps(fields) + b"\n"
