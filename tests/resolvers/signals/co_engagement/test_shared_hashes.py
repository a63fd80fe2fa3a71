"""Users whose aliases have half a hash in common, by which PostgreSQL finds what is positive."""

import random
from typing import Any

from models.following.positives import (
    latest_ordinals,
    latest_positives,
    positives_after,
    positives_near,
    positives_of,
)
from resolvers.signals.similarity import neighbors
from tests.support.client import Caller
from tests.support.recording.co_engagement import (
    PlainModel,
    catch_up,
    similarities,
    stored_ordinals,
)

#: The upper halves of their hashes by `hashtextextended` are the same.
ANN, BEN = "u_3574cbb1010b32b07dd7f645153ee35c", "u_3911a1a4e3495fb7e29cb8949bc445a8"
CEM = "u_00000000000000000000000000000000"
POSTS = [f"p{number}" for number in range(30)]
ERASE = """
mutation Erase($user: ID!) {
  eraseUser(input: {userAlias: $user, confirm: true}) { removedInteractions }
}
"""


async def test_they_are_told_apart_whatever_they_do(caller: Caller) -> None:
    """Both record, undo and repeat on the same posts; then one of them is erased."""
    chance, model = random.Random(3), PlainModel()  # noqa: S311 (not a secret)
    for _ in range(6):
        await caller.outcomes(*(_input(chance, model) for _ in range(25)))
        await catch_up(caller.url, users_remembered=1)

    stored = await stored_ordinals()

    assert {(alias, post) for alias, own in stored.items() for post in own} == model.positives
    assert (await neighbors(POSTS)).keys() == similarities(stored).keys() != set()

    model.remove(BEN)
    await caller.data(ERASE, user=BEN)

    left = await stored_ordinals()
    assert left == {alias: own for alias, own in stored.items() if alias != BEN}
    assert await neighbors(POSTS) == {}


def _input(chance: random.Random, model: PlainModel) -> dict[str, Any]:
    """Something that a user does or takes back, which the model does as well."""
    user, post = chance.choice((ANN, BEN, CEM)), chance.choice(POSTS)
    action, undo = chance.choice(("FAVORITE", "SAVE")), chance.random() < 0.4
    (model.unmark if undo else model.mark)(user, action, post)
    return {"userAlias": user, "action": action, "postId": post, "undo": undo}


async def test_what_is_read_of_one_has_nothing_of_the_other(caller: Caller) -> None:
    """By posts, by what is near, by the latest, and in their order."""
    for user, posts in ((ANN, ["a", "b", "c", "d"]), (BEN, ["c", "d", "e"])):
        for post in posts:
            await caller.outcomes({"userAlias": user, "action": "VIEW", "postId": post})
    await catch_up(caller.url)
    numbers = {name: each.post for name, each in await positives_after(ANN, 0, 10)}
    of_ben = {name: each.post for name, each in await positives_after(BEN, 0, 10)}

    assert list(numbers) == ["a", "b", "c", "d"]
    assert list(of_ben) == ["c", "d", "e"]
    assert list(dict(await positives_after(ANN, 2, 10))) == ["c", "d"]
    assert list(dict(await positives_after(ANN, 0, 2))) == ["a", "b"]

    a, c, e = numbers["a"], numbers["c"], of_ben["e"]
    found = await positives_of([(ANN, a), (ANN, c), (ANN, e), (BEN, c)])
    near = await positives_near([(ANN, a), (BEN, e)], 1)

    assert {(each.user_alias, each.post) for each in found} == {(ANN, a), (ANN, c), (BEN, c)}
    assert {(each.user_alias, each.ordinal) for each in near} == {
        (ANN, 1),
        (ANN, 2),
        (BEN, 2),
        (BEN, 3),
    }
    assert {each.ordinal for each in await latest_positives([ANN], 2)} == {3, 4}
    latest = {
        alias: sorted(ordinals) for alias, _, ordinals in await latest_ordinals([BEN, CEM], 9)
    }
    assert latest == {BEN: [1, 2, 3]}
