"""Cold start: what a user gets of whom nothing is stored, which is what trends."""

from models.records import Micros
from resolvers.scoring.engagement import LIST_LIMIT
from resolvers.scoring.weights import Scoring
from resolvers.signals.reasons import ScoredPost
from resolvers.signals.recommending.asked import PageRequest
from resolvers.signals.trending import trending


async def trending_page(
    request: PageRequest, scoring: Scoring, now: Micros
) -> tuple[list[ScoredPost], bool]:
    """The posts that trend, in their own order, and whether more follow."""
    found: list[ScoredPost] = []
    after = None
    while len(found) <= request.size:
        missing = request.size + 1 + len(request.shown) + len(request.excluded)
        first = min(missing, LIST_LIMIT)
        page = await trending(first, scoring, now, after=after, filter=request.filter)
        wanted = set(request.wanted(each.post_id for each in page))
        found += [each for each in page if each.post_id in wanted]
        if len(page) < first:
            break
        after = page[-1].cursor
    return found[: request.size], len(found) > request.size
