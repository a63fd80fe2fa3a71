"""Recommendations, as the schema shows them."""

from typing import Self

import strawberry

from graph.schema.scalars import ID
from graph.schema.types.posts import ScoredPost
from resolvers.signals.recommending import recommender


@strawberry.type(description="A page of posts for a user, best first.")
class Recommendations:
    recommendation_id: ID = strawberry.field(
        description="Which recommendation it is: send it back as `context.recommendationId` with "
        "what the user does to these posts."
    )
    posts: list[ScoredPost] = strawberry.field(description="The posts.")
    end_cursor: str | None = strawberry.field(
        description="Pass it as `after` for the next page, which repeats none of them; null where "
        "nothing follows. It goes on for 500 posts."
    )

    @classmethod
    def of(cls, page: recommender.Recommendations) -> Self:
        return cls(
            recommendation_id=ID(page.recommendation_id),
            posts=[ScoredPost.of(each) for each in page.posts],
            end_cursor=page.end_cursor,
        )
