"""Made-up interactions: the same for the same seed, with the structure that is planted."""

from collections import Counter

from bench.evaluating.events import read
from bench.evaluating.synthetic import World, synthesize
from models.vocabulary import ActionType

SMALL = World(users=30, posts=120, seed=3)


def test_the_same_seed_makes_the_same_lines() -> None:
    """Another seed makes others."""
    assert synthesize(SMALL) == synthesize(SMALL)
    assert synthesize(SMALL)[0] != synthesize(World(users=30, posts=120, seed=4))[0]


def test_lines_are_imports_oldest_first_of_posts_that_are_there() -> None:
    """Each post is described, and nobody sees it before it is created."""
    lines, descriptions = synthesize(SMALL)

    found = read(lines)

    assert found.passed_over == 0
    assert [event.line for event in found.events] == lines
    created = {each["postId"]: each["createdAt"] for each in descriptions}
    assert len(created) == SMALL.posts
    assert all(created[event.post] <= event.line.decode().split('"')[-2] for event in found.events)


def test_users_favor_what_is_from_home() -> None:
    """The communities of a user's favorites are few: the one at home, and another after a move."""
    lines, descriptions = synthesize(SMALL)
    community = {each["postId"]: each["authorId"].split("-")[1] for each in descriptions}
    favorites: dict[str, Counter[str]] = {}

    for event in read(lines).events:
        if event.action is ActionType.FAVORITE:
            favorites.setdefault(event.user, Counter())[community[event.post]] += 1

    shares = [
        sum(count for _, count in counts.most_common(2)) / counts.total()
        for counts in favorites.values()
    ]
    assert min(shares) > 0.7
