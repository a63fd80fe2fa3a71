"""Sums of pairs: whole arrays come to what counting one by one comes to."""

from collections import Counter
from collections.abc import Mapping
from random import Random

import pytest

from resolvers.signals.co_engagement.nearest import Divisors
from resolvers.signals.co_engagement.pairs import bucket_of, posts_of, size_of
from resolvers.signals.co_engagement.remembering import nearest_of
from resolvers.signals.co_engagement.summing import added_up
from tests.support.signals.co_engagement import counts, packs

HIGHEST = (1 << 32) - 1

Noted = Mapping[int, list[int]]


def chance(*seed: int) -> Random:
    """What chooses at random, the same for the same seed."""
    return Random(str(seed))  # noqa: S311


def noted(choice: Random, posts: int, highest: int) -> dict[int, list[int]]:
    """Pairs of random posts with others, some of which are none and some of which come again."""
    numbers = [choice.randint(1, highest) for _ in range(60)]
    return {post: choice.choices([0, *numbers], k=20) for post in choice.sample(numbers, posts)}


def one_by_one(more: Noted, fewer: Noted) -> Counter[tuple[int, int]]:
    """How much more often each pair counts, from both its sides."""
    found = Counter[tuple[int, int]]()
    for sign, pairs in ((1, more), (-1, fewer)):
        for post, others in pairs.items():
            for other in filter(None, others):
                found[post, other] += sign
                found[other, post] += sign
    return found


@pytest.mark.parametrize("highest", [40, 4_000, HIGHEST])
@pytest.mark.parametrize("seed", range(8))
def test_a_batch_counts_what_counting_one_by_one_does(seed: int, highest: int) -> None:
    """Also where an undo takes pairs away, which may then count less than nothing."""
    choice = chance(seed, highest)
    more = noted(choice, choice.randint(0, 30), highest)
    fewer = noted(choice, choice.randint(0, 30), highest) if seed % 2 else {}

    found = packs(more, fewer)

    assert list(found) == sorted(found)
    expected = {pair: n for pair, n in one_by_one(more, fewer).items() if n}
    told = {pair: n for bucket, pack in found.items() for pair, n in counts(bucket, pack).items()}
    assert told == expected
    assert sum(map(size_of, found.values())) == len(expected)


@pytest.mark.parametrize("seed", range(8))
def test_packs_come_to_what_their_pairs_come_to(seed: int) -> None:
    """Buckets are added up together, each for itself, and what comes to nothing is left out."""
    choice = chance(seed)
    buckets = choice.sample(range(5), choice.randint(1, 5))
    batches = [
        packs(noted(choice, 20, 79), noted(choice, 20, 79)) for _ in range(choice.randint(1, 6))
    ]
    batches += [packs({}, noted(choice, 0, 79))]
    groups = [[each[bucket] for each in batches if bucket in each] for bucket in buckets]

    sums = added_up(groups)

    for bucket, group, pack in zip(buckets, groups, sums, strict=True):
        expected = Counter[tuple[int, int]]()
        for each in group:
            for pair, both in counts(bucket, each).items():
                expected[pair] += both
        assert counts(bucket, pack) == {pair: both for pair, both in expected.items() if both}
        assert size_of(pack) == len(counts(bucket, pack))


def test_what_is_taken_away_again_leaves_nothing() -> None:
    """Neither a pack, nor posts that are near to one."""
    pairs = {35: [7, 8], 3: [35]}

    assert packs(pairs, pairs) == {}
    assert added_up([[packs(pairs)[2], packs({}, pairs)[2]], [], [packs(pairs)[0]]]) == [
        b"",
        b"",
        packs(pairs)[0],
    ]
    assert list(nearest_of(2, b"", Divisors())) == []


@pytest.mark.parametrize("seed", range(5))
def test_the_nearest_are_those_of_sorting_all(seed: int) -> None:
    """Ties stay in the order of posts, also where not all of them are remembered."""
    choice = chance(seed)
    users = {post: choice.randint(0, 4) for post in range(900)}
    divisors = Divisors()
    for post, number in users.items():
        divisors.note(post, number)
    both = {
        (post, other): choice.choice((1, 1, 2, 2, 3, 4, 1_200))
        for post in choice.sample(range(*posts_of(bucket_of(35))), 5)
        for other in choice.sample(range(48, 1_000), choice.choice((3, 390, 700)))
    }
    pairs: dict[int, list[int]] = {}
    for (post, other), number in both.items():
        pairs.setdefault(post, []).extend([other] * number)

    found = {each.post: each for each in nearest_of(2, packs(pairs)[2], divisors)}

    assert list(found) == sorted(pairs)
    for post, near in found.items():
        own = sorted((other, n) for (each, other), n in both.items() if each == post)
        several = sorted(
            (each for each in own if each[1] > 1),
            key=lambda each: -(each[1] ** 2 / (each[1] + 2) / max(users.get(each[0], 1), 1) ** 0.6),
        )[:400]
        room = 400 - len(several)
        newest = [each for each in own if each[1] == 1][-room:] if room else []
        assert counts(0, near.entries) == {(0, other): n for other, n in several + newest}
        assert near.nearest == ",".join(str(other) for other, _ in several[:120])
