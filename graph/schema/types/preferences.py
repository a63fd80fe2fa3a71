"""What users prefer, as the schema shows it."""

from typing import Self

import strawberry

from graph.schema.enums import FacetKind
from graph.schema.scalars import Long
from models import vocabulary
from resolvers.scoring.engagement import checked_size
from resolvers.signals.preferences import Preference, Preferences


@strawberry.type(description="One thing that posts have, and how much a user wants of it.")
class Facet:
    kind: FacetKind = strawberry.field(description="What kind of thing it is.")
    value: str = strawberry.field(
        description="The content type, the hashtag, the author's alias or the source."
    )
    score: float = strawberry.field(
        description="The decayed weights of the interactions that have it, as of now; below 0 "
        "where the user turns it away."
    )
    count: Long = strawberry.field(description="How many interactions stand behind it.")

    @classmethod
    def of(cls, preference: Preference) -> Self:
        return cls(
            kind=FacetKind[preference.kind.name],
            value=preference.value,
            score=preference.score,
            count=preference.count,
        )


@strawberry.type(
    description="What a user prefers: each interaction counts its signed weight, halved every 14 "
    "days unless set otherwise, for what its context says of the post, or else the post's "
    "description when it was recorded. The highest scores are first, ties by value."
)
class UserPreferences:
    content_types: list[Facet] = strawberry.field(description="The best content types.")
    hashtags: list[Facet] = strawberry.field(description="The best hashtags.")
    authors: list[Facet] = strawberry.field(description="The best authors.")
    sources: list[Facet] = strawberry.field(
        description="Where the user acts: the best sources of interactions."
    )

    @classmethod
    def of(cls, preferences: Preferences, first: int | None) -> Self:
        """The first of each kind.

        Raises:
            BadUserInput: their number is out of bounds.
        """
        size, kinds = checked_size(first), vocabulary.FacetKind

        def best(kind: vocabulary.FacetKind) -> list[Facet]:
            return [Facet.of(each) for each in preferences.best(kind, size)]

        return cls(
            content_types=best(kinds.CONTENT_TYPE),
            hashtags=best(kinds.HASHTAG),
            authors=best(kinds.AUTHOR),
            sources=best(kinds.SOURCE),
        )
