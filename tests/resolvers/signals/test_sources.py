"""Where candidates come from: each source best first, without what the user has seen."""

import pytest

from models.reading.signals.deeds import deeds
from models.reading.signals.post_filters import ALL_POSTS
from models.reading.signals.unseen import Ranking, seen_among
from resolvers.signals.recommending.asked import PageRequest
from resolvers.signals.recommending.shown import Shown
from resolvers.signals.recommending.sources import best_unseen, popular, similar
from resolvers.signals.similarity import neighbors
from resolvers.signals.weighing.standing import standing_of
from tests.support.client import Caller
from tests.support.pasts import alias
from tests.support.recording.co_engagement import catch_up
from tests.support.signals.asking import did
from tests.support.signals.recommended import described, flood

ANN = alias("ann")


def request(size: int = 10) -> PageRequest:
    """A page for Ann, the first."""
    return PageRequest(ANN, size, Shown(), seen_too=False, excluded=frozenset(), filter=ALL_POSTS)


async def test_what_is_similar_comes_by_how_much(caller: Caller) -> None:
    """Posts that at least three people engaged with who engaged with what the user likes."""
    fans = [f"fan {number}" for number in range(5)]
    for post, several in (("liked", fans), ("near", fans), ("far", fans[:3]), ("else", fans[:2])):
        await did(caller, "FAVORITE", post, *several)
    await caller.record(userId="ann", action="FAVORITE", postId="liked")
    await catch_up(caller.url)

    liked = standing_of((), (await deeds(ANN, ())).recent).liked
    assert similar(request(), liked, await neighbors(["liked"])) == ["near", "far"]


@pytest.mark.parametrize("ranking", Ranking)
async def test_the_best_that_a_user_has_not_seen(caller: Caller, ranking: Ranking) -> None:
    """None that is deleted; with what was seen, what was turned away is left out all the same."""
    fans = [f"fan {number}" for number in range(6)]
    for number, post in enumerate(("hidden", "viewed", "gone", "good", "fair", "poor")):
        await did(caller, "FAVORITE", post, *fans[number:])
    await described(
        caller, {"postId": "gone", "deleted": True}, {"postId": "good", "authorId": "x"}
    )
    await caller.record(userId="ann", action="VIEW", postId="viewed")
    await caller.record(userId="ann", action="HIDE", postId="hidden")
    await catch_up(caller.url)

    unseen = await best_unseen(ranking, ANN, 2)
    too = await best_unseen(ranking, ANN, 2, seen_too=True)
    others = await best_unseen(ranking, ANN, 2, but_of=[alias("x")])

    assert unseen == [("good", alias("x")), ("fair", None)]
    assert too == [("viewed", None), ("good", alias("x"))]
    assert others == [("fair", None), ("poor", None)]


async def test_a_flood_leaves_room_for_others(caller: Caller) -> None:
    """Where few authors have all that ranks highest, as many posts are read of others."""
    await flood(caller, "a", 99, fans=3)
    await flood(caller, "a", 99, fans=3, start=100)
    await flood(caller, "b", 2, fans=2)
    await flood(caller, "c", 1, fans=1)

    found = await popular(Ranking.TRENDING, request(size=6))

    assert [each[0] for each in found[:5]] == ["a", "a", "b", "b", "c"]
    assert len(found) == len(set(found)) == 106 + 3


async def test_what_was_seen_is_found_among_many(caller: Caller) -> None:
    """Any interaction counts that is stored and not undone."""
    for action, post in (("VIEW", "a"), ("HIDE", "b"), ("FAVORITE", "c"), ("SAVE", "d")):
        await caller.record(userId="ann", action=action, postId=post)
    await caller.record(userId="ann", action="SAVE", postId="d", undo=True)
    await caller.record(userId="bob", action="VIEW", postId="e")

    assert await seen_among(ANN, list("abcdef")) == {"a", "b", "c"}
    assert await seen_among(ANN, list("abcdef"), seen_too=True) == {"b"}
    assert await seen_among(ANN, []) == set()
