"""What a feed ranks its own candidates by."""

from collections.abc import Sequence

import strawberry

from graph.context import Context
from graph.schema.inputs.arguments import checked_post_id
from graph.schema.types.posts import Post
from graph.schema.types.reasons import Reason
from graph.transport.documents.costs import Rows
from resolvers.history.filters import check_size
from resolvers.signals.ranking import RankedPost, RankingRules, rank

CANDIDATES_LIMIT = 200
CANDIDATES = Rows(by=("postIds",), most=CANDIDATES_LIMIT, each=10, fixed=6_000)


@strawberry.type(description="What speaks for and against a candidate for a user's feed.")
class FeedSignal:
    post: Post = strawberry.field(description="The candidate.")
    score: float = strawberry.field(
        description="What to rank by, higher first: the sum of the contributions."
    )
    popularity: float = strawberry.field(
        description="From 0 to 1: the users who like it, each halved every 14 days, in parts of "
        "those of the most popular post."
    )
    affinity: float = strawberry.field(
        description="From 0 to 1: how much the user engages with its author, hashtags and content "
        "type."
    )
    similarity: float = strawberry.field(
        description="From 0 to 1: how much the same people engage with it and with what the user "
        "engages with. It rests on at least 3 people."
    )
    social: float = strawberry.field(
        description="From 0 to 1: how near its author, groups and communities are to the user. "
        "What others do counts from 3 of them on."
    )
    seen: bool = strawberry.field(
        description="Whether any interaction of the user with it is stored and not undone."
    )
    suppressed: bool = strawberry.field(
        description="Whether it is not to be shown, and scores 0 at most: the user hid, reported "
        "or disliked it, it is deleted, or too much like what the user turned away."
    )
    reasons: list[str] = strawberry.field(
        description="Sentences for a person, the largest contribution first."
    )
    contributions: list[Reason] = strawberry.field(
        description="What the sentences stand for: parts of the score, which add up to it."
    )

    @classmethod
    async def all(cls, alias: str, post_ids: Sequence[str], context: Context) -> "list[FeedSignal]":
        """The signals of candidates for a user, in the order asked for.

        Raises:
            BadUserInput: there are more than 200, or one is malformed.
        """
        check_size("postIds", len(post_ids), CANDIDATES_LIMIT)
        checked = [checked_post_id("postIds", post_id) for post_id in post_ids]
        services = context.services
        rules = RankingRules(services.scoring, services.default_level)
        return [cls.of(each) for each in await rank(alias, checked, context.now, rules)]

    @classmethod
    def of(cls, ranked: RankedPost) -> "FeedSignal":
        contributions = [Reason.of(reason) for reason in ranked.reasons]
        return cls(
            post=Post.of(ranked.post_id),
            score=ranked.score,
            popularity=ranked.popularity,
            affinity=ranked.affinity,
            similarity=ranked.similarity,
            social=ranked.social,
            seen=ranked.seen,
            suppressed=ranked.suppressed,
            reasons=[reason.text for reason in contributions],
            contributions=contributions,
        )
