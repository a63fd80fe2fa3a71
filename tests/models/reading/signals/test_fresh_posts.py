"""Posts that are fresh: of what just happened, what speaks for a post."""

from models.reading.signals.fresh_posts import fresh_posts
from tests.support.client import Caller


async def test_what_turns_a_post_away_does_not_make_it_fresh(caller: Caller) -> None:
    """Nor does what was undone; those that fewest did something to come first."""
    did = [
        ("ann", "VIEW", "seen twice"),
        ("ben", "VIEW", "seen twice"),
        ("ann", "FAVORITE", "liked"),
        ("ann", "HIDE", "hidden"),
        ("ann", "REPORT", "reported"),
        ("ann", "LESS_LIKE_THIS", "disliked"),
        ("ann", "FAVORITE", "undone"),
    ]
    for user, action, post in did:
        await caller.record(userId=user, action=action, postId=post)
    await caller.record(userId="ann", action="FAVORITE", postId="undone", undo=True)

    assert (await fresh_posts(10)).touched == ["liked", "seen twice"]
