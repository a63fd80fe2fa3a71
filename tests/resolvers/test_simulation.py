"""Simulated traffic: lifelike, and the same for the same seed."""

import random
from collections import Counter
from itertools import islice

from models.vocabulary import ActionType
from resolvers.simulation import World, followed, inputs

WORLD = World(users=200, posts=500, seed=7)


def test_the_same_seed_gives_the_same_inputs() -> None:
    """Two runs of one world are equal, and another seed is another run."""
    first, again = list(islice(inputs(WORLD), 500)), list(islice(inputs(WORLD), 500))

    assert first == again
    assert list(islice(inputs(World(200, 500, 8)), 500)) != first


def test_all_actions_occur_and_some_are_taken_back() -> None:
    """Ten thousand inputs hold all 25 actions, most of them views, and some undos."""
    found = list(islice(inputs(WORLD), 10_000))
    actions = Counter(each["action"] for each in found)

    assert set(actions) == set(ActionType)
    assert actions.most_common(1)[0][0] is ActionType.VIEW
    assert 0 < sum(each.get("undo", False) for each in found) < 500


def test_contexts_say_what_a_post_is() -> None:
    """Author, content type and two hashtags, always the same of one post."""
    contexts = [
        (each["target"], {**each["context"], "source": ""})
        for each in islice(inputs(WORLD), 2_000)
        if "context" in each
    ]

    posts = {target["id"]: about for target, about in contexts if target["kind"] == "POST"}
    assert all(posts[target["id"]] == about for target, about in contexts if target["id"] in posts)
    assert all(len(about["hashtags"]) == 2 for about in posts.values())
    assert {about["contentType"] for about in posts.values()} == {"image", "text", "video"}
    assert all(len(about) == 1 for target, about in contexts if target["kind"] != "POST")


def test_popularity_is_zipf_s() -> None:
    """The first post has about twice the traffic of the second and ten times that of the tenth."""
    targets = Counter(each["target"]["id"] for each in islice(inputs(WORLD), 60_000))

    assert 1.6 < targets["post-0"] / targets["post-1"] < 2.4
    assert 7 < targets["post-0"] / targets["post-9"] < 13


def test_who_follows_recommendations_says_which() -> None:
    """Most are viewed, some clicked, some of those favored; none without what comes before."""
    posts = [f"p{number}" for number in range(1_000)]

    found = list(followed("ann", "trailmark:1", posts, random.Random(7)))  # noqa: S311

    counts = Counter(each["action"] for each in found)
    assert counts[ActionType.VIEW] > counts[ActionType.CLICK] > counts[ActionType.FAVORITE] > 0
    assert {each["userId"] for each in found} == {"ann"}
    context = {"source": "home", "recommended": True, "recommendationId": "trailmark:1"}
    assert all(each["context"] == context for each in found)
