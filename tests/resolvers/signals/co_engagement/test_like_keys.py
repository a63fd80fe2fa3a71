"""The keys that order posts by their likes: moved seldom, and never far from what likes come to."""

import pytest

from models.database.database import Database
from models.following.followed import FollowedRow
from models.reading.signals.candidates import known_posts
from models.reading.signals.co_engagement import KEY_SPREAD
from models.vocabulary import ACTIONS, ActionType, Status
from resolvers.scoring import decay
from resolvers.scoring.weights import DAY, Scoring
from resolvers.signals.co_engagement.latest import latest_of
from resolvers.signals.co_engagement.reckoning import Reckoning
from resolvers.signals.weighing.popularity import popularity_of
from tests.support.sql import run

FAVORITE = ACTIONS[ActionType.FAVORITE].code
HALF_LIFE = Scoring().user_half_life
NOW = 1_764_547_200_000_000


def test_a_key_moves_with_each_of_few_likes_and_seldom_with_one_of_many() -> None:
    """It is always within a sixteenth of what the likes come to, and none where nobody likes."""
    reckoning, keys = Reckoning(HALF_LIFE), list[float]()
    reckoning.know_latest({f"u{number}": latest_of() for number in range(200)})

    for status in (Status.SHOWN, Status.UNDONE):
        for number in range(200):
            reckoning.follow([FollowedRow(number, f"u{number}", FAVORITE, "p", NOW, status)])
            post = reckoning.posts["p"]
            keys.append(post.rank_key)
            if post.decayed is not None:
                exact = decay.rank_key(decay.decode(post.decayed))
                assert abs(post.rank_key - exact) < KEY_SPREAD == 1 / 16

    assert len(set(keys[:20])) == 20
    assert len(set(keys[100:200])) <= 16
    assert keys[-1] == float("inf")


async def test_popularity_is_in_parts_of_the_most_liked_post_whatever_keys_say(
    database_url: str,
) -> None:
    """The post with the first key has 40 likes, one whose key comes after it 41."""
    values = []
    for number, (name, likes) in enumerate((("a", 40), ("b", 41), ("c", 10)), 1):
        decayed = decay.occurrence(NOW, HALF_LIFE, likes)
        key = decay.rank_key(decayed) + (0.05 if name == "b" else 0.0)
        encoded = decay.encode(decayed).hex()
        bytes = f"X'{encoded}'" if database_url.startswith("sqlite") else f"'\\x{encoded}'"
        values.append(f"({number}, '{name}', {likes}, {bytes}, {key!r})")
    columns = "number, post_id, users, decayed, rank_key"
    await run(database_url, f"INSERT INTO engaged_posts ({columns}) VALUES {', '.join(values)}")

    async with Database.at(database_url).reading():
        known = await known_posts(["a", "b", "c"])

    found = popularity_of(["a", "b", "c"], known, Scoring(), NOW + DAY)
    assert {name: each.popularity for name, each in found.items()} == {
        "a": pytest.approx(40 / 41),
        "b": 1.0,
        "c": pytest.approx(10 / 41),
    }
