"""What the posts of a filled past are about."""

import json
import random
from collections.abc import Iterator
from typing import Any

from models.records import Micros
from models.signal_records import StoredPost
from models.upserts import FACETS, POSTS
from models.vocabulary import SubjectKind
from resolvers.identity import Identity
from resolvers.recording.facets import facets_described
from resolvers.scoring.weights import DAY
from resolvers.signals.descriptions import facet_rows

CONTENT_TYPES = ("text", "image", "video", "poll", "article")
TAGS_EACH = 3
PLACES = 40
PLACED_EVERY = 5  # of the posts, how many stand in a group


class About:
    """Descriptions of `post-1` to `post-N`.

    Each post has an author among the users, a content type, three of the hashtags, the first of
    which are drawn most often, and one in five stands in a group. The same for the same arguments.
    """

    def __init__(
        self, identity: Identity, users: int, posts: int, hashtags: int, *, since: Micros
    ) -> None:
        chance = random.Random(3)  # noqa: S311 (lifelike, not secret)
        self._posts = [
            StoredPost(
                post_id=f"post-{number}",
                author_alias=identity.alias(f"user-{1 + number % users}"),
                content_type=CONTENT_TYPES[number % len(CONTENT_TYPES)],
                hashtags=json.dumps([*_tags(chance, hashtags)]),
                places=_places(number),
                created_at=since + int(80 * DAY * chance.random()),
                deleted=False,
                described_at=since,
            )
            for number in range(1, posts + 1)
        ]
        #: What each description gives an interaction that comes with nothing.
        self.given = [facets_described(post, []) for post in self._posts]

    def posts(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `posts`."""
        return map(POSTS.values, self._posts)

    def facets(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `post_facets`."""
        for post in self._posts:
            yield from map(FACETS.values, facet_rows(post).values())


def _tags(chance: random.Random, hashtags: int) -> dict[str, None]:
    drawn = (int(hashtags ** chance.random()) for _ in range(TAGS_EACH))
    return dict.fromkeys(f"word{number}" for number in drawn)


def _places(number: int) -> str | None:
    if number % PLACED_EVERY:
        return None
    return json.dumps([[int(SubjectKind.GROUP), f"group-{1 + number % PLACES}"]])
