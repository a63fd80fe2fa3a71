"""Similar posts: what the same people engaged with, and never what one or two did."""

import random
from typing import Any

import pytest

from models.database.database import fetch
from models.vocabulary import ACTIONS, ActionType
from resolvers.identity import Identity
from resolvers.signals.similarity import neighbors, positives_of
from tests.support.client import Caller
from tests.support.recording.co_engagement import (
    PlainModel,
    catch_up,
    similarities,
    stored_ordinals,
)
from tests.support.serving import SECRET

POSTS = [f"p{number}" for number in range(40)]
USERS = [f"u{number}" for number in range(8)]
STATES = ("FAVORITE", "REBLOG", "MORE_LIKE_THIS")
EVENTS = ("VIEW", "COMMENT")
ERASE = """
mutation Erase($user: ID!) {
  eraseUser(input: {userId: $user, confirm: true}) { removedInteractions }
}
"""


async def found(posts: list[str]) -> dict[str, dict[str, float]]:
    return {post: dict(near) for post, near in (await neighbors(posts)).items()}


async def test_two_users_tell_nothing_and_three_do(caller: Caller) -> None:
    """A pair rests on at least three users."""
    for user in ("ann", "ben"):
        for post in ("a", "b"):
            await caller.record(userId=user, action="FAVORITE", postId=post)
    await catch_up(caller.url)
    assert await neighbors(["a", "b"]) == {}

    for post in ("a", "b"):
        await caller.record(userId="cem", action="VIEW", postId=post)
    await catch_up(caller.url)

    right = 3 / (3**0.75 * 3**0.6) * 3 / 5
    assert await found(["a", "b", "nobody's"]) == {
        "a": {"b": pytest.approx(right)},
        "b": {"a": pytest.approx(right)},
    }


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
async def test_it_is_what_a_plain_model_counts(caller: Caller, seed: int) -> None:
    """Whatever is recorded, repeated, undone and erased, in whatever batches it is followed."""
    chance, model = random.Random(seed), PlainModel()  # noqa: S311 (not a secret)
    identity = Identity(SECRET)
    for step in range(10):
        await caller.outcomes(*(_input(chance, model) for _ in range(60)))
        if chance.random() < 0.6:
            rows, users = chance.choice((1, 7, 1_000)), chance.choice((3, 1_000))
            await catch_up(caller.url, rows_at_once=rows, users_remembered=users)
        if step in (4, 7):
            user = chance.choice(USERS)
            model.remove(user)
            await caller.data(ERASE, user=user)
    await catch_up(caller.url)

    stored = await stored_ordinals()

    positives = {(identity.alias(user), post) for user, post in model.positives}
    assert positives == {(alias, post) for alias, own in stored.items() for post in own}
    right = similarities(stored)
    assert right
    assert await found(POSTS) == {
        post: pytest.approx(near, rel=1e-12) for post, near in right.items()
    }
    ((users, pairs),) = await fetch(
        "SELECT (SELECT sum(users) FROM engaged_posts), (SELECT count(*) FROM pair_parts)", ()
    )
    assert users == len(positives)
    assert pairs


async def test_posts_far_apart_in_a_users_order_are_no_pair(caller: Caller) -> None:
    """Of 30 posts in a row, the first goes with the 20 after it, and the last with as many."""
    posts = [f"q{number:02}" for number in range(30)]
    for user in ("ann", "ben", "cem"):
        await caller.outcomes(
            *({"userId": user, "action": "VIEW", "postId": post} for post in posts)
        )
    await catch_up(caller.url)

    near = await found([posts[0], posts[29]])

    assert set(near[posts[0]]) == set(posts[1:21])
    assert set(near[posts[29]]) == set(posts[9:29])


def _input(chance: random.Random, model: PlainModel) -> dict[str, Any]:
    """Something that a user does or takes back, which the model does as well."""
    user, post = chance.choice(USERS), chance.choice(POSTS)
    if chance.random() < 0.3:
        action = chance.choice(STATES)
        model.unmark(user, action, post)
        return {"userId": user, "action": action, "postId": post, "undo": True}
    action = chance.choice((*STATES, *EVENTS))
    model.mark(user, action, post)
    return {"userId": user, "action": action, "postId": post}


async def test_an_erased_user_is_out_of_it_when_the_answer_comes(caller: Caller) -> None:
    """So is one whose level is lowered; and posts that nobody else touched are forgotten."""
    for user in ("ann", "ben", "cem", "dan"):
        for post in ("a", "b", f"{user}'s"):
            await caller.record(userId=user, action="FAVORITE", postId=post)
    await catch_up(caller.url)
    four = (await found(["a"]))["a"]["b"]

    erased = await caller.data(ERASE, user="ann")
    three = (await found(["a"]))["a"]["b"]
    lowered = await caller.data(
        'mutation { setPrivacy(input: {userId: "ben", level: LIMITED}) { removedInteractions } }'
    )

    assert erased["eraseUser"]["removedInteractions"] == 3
    assert four == pytest.approx(4 / (4**1.35) * 4 / 6)
    assert three == pytest.approx(3 / (3**1.35) * 3 / 5)
    assert lowered["setPrivacy"]["removedInteractions"] == 3
    assert await neighbors(["a", "b"]) == {}
    names = {row[0] for row in await fetch("SELECT post_id FROM engaged_posts", ())}
    assert names == {"a", "b", "cem's", "dan's"}
    assert (await fetch("SELECT count(DISTINCT user_alias) FROM positives", ()))[0][0] == 2


async def test_positives_are_the_latest_with_what_weighs_most(caller: Caller) -> None:
    """A post that was viewed and favorited comes once, as a favorite, when it was last touched."""
    for action, post in (("FAVORITE", "a"), ("VIEW", "b"), ("VIEW", "a"), ("HIDE", "c")):
        caller.clock.advance(1)
        await caller.record(userId="ann", action=action, postId=post)
    caller.clock.advance(1)
    await caller.record(userId="ann", action="VIEW", postId="d")

    rows = await positives_of(Identity(SECRET).alias("ann"), limit=2)

    codes = {type: ACTIONS[type].code for type in (ActionType.VIEW, ActionType.FAVORITE)}
    assert [(row.post_id, row.action) for row in rows] == [
        ("d", codes[ActionType.VIEW]),
        ("a", codes[ActionType.FAVORITE]),
    ]
    assert rows[1].occurred_at == caller.clock.now - 2_000_000
