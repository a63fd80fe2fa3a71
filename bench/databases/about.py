"""What the posts of a filled past are about, and what users therefore prefer."""

import json
import random
from collections.abc import Iterator, Sequence
from typing import Any

from models.records import Micros
from models.signal_records import StoredFacetPart, StoredPost
from models.upserts import FACET_PARTS, FACETS, INTERACTIONS, POSTS
from models.vocabulary import SubjectKind
from resolvers.identity import Identity
from resolvers.recording.facets import facets_described, facets_of
from resolvers.scoring.facet_parts import FacetSums, code_of
from resolvers.scoring.weights import DAY, Scoring
from resolvers.signals.descriptions import facet_rows

CONTENT_TYPES = ("text", "image", "video", "poll", "article")
TAGS_EACH = 3
PLACES = 40
PLACED_EVERY = 5  # of the posts, how many stand in a group

_ALIAS, _ACTION, _AT, _SOURCE, _DESCRIBED = (
    list(INTERACTIONS.columns).index(name)
    for name in ("user_alias", "action", "occurred_at", "source", "described")
)


class About:
    """Descriptions of `post-1` to `post-N`, and the sums of the facets of what users did.

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
        self._sums: dict[str, FacetSums] = {}
        #: What each description gives an interaction that comes with nothing.
        self.given = [facets_described(post, []) for post in self._posts]

    def note(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Count the facets of interactions, as rows of their table."""
        half_life = Scoring().user_half_life
        for row in rows:
            facets = facets_of(row[_SOURCE], row[_DESCRIBED])
            if facets:
                sums = self._sums.setdefault(row[_ALIAS], FacetSums(half_life))
                sums.add_once(facets, code_of(row[_ACTION]), row[_AT])

    def posts(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `posts`."""
        return map(POSTS.values, self._posts)

    def facets(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `post_facets`."""
        for post in self._posts:
            yield from map(FACETS.values, facet_rows(post).values())

    def parts(self) -> Iterator[tuple[Any, ...]]:
        """The rows of `facet_parts`, one for each user."""
        for alias, sums in self._sums.items():
            yield FACET_PARTS.values(StoredFacetPart(alias, 1, sums.packed()))


def _tags(chance: random.Random, hashtags: int) -> dict[str, None]:
    drawn = (int(hashtags ** chance.random()) for _ in range(TAGS_EACH))
    return dict.fromkeys(f"word{number}" for number in drawn)


def _places(number: int) -> str | None:
    if number % PLACED_EVERY:
        return None
    return json.dumps([[int(SubjectKind.GROUP), f"group-{1 + number % PLACES}"]])
