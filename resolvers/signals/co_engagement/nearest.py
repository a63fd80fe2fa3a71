"""The nearest: how similar two posts are, and those that are shown as nearest to a post."""

import math
from array import array
from collections.abc import Mapping
from dataclasses import dataclass

LEAST_USERS = 3
"""How many users a pair rests on at least, so that it tells of no one of them."""

NEAREST = 100
"""How many posts are shown as near to a post at most."""

Others = Mapping[int, tuple[str, float]]
"""Posts by their numbers: the id, and what similarity to it is divided by."""


@dataclass(frozen=True, slots=True)
class Near:
    """What is remembered of a post's neighbours: counts, packed, and the posts worth showing."""

    post: int
    entries: bytes
    nearest: str


class Divisors:
    """What similarity to each post is divided by, by its number, in the order of neighbours.

    Posts that nothing is noted of are taken as posts with one user.
    """

    def __init__(self) -> None:
        self.values = array("d", [1.0])

    def note(self, post: int, users: int) -> None:
        """Note how many users a post has by now."""
        lacking = post + 1 - len(self.values)
        if lacking > 0:  # made anew, as numpy may look at it
            self.values = self.values + array("d", [1.0]) * (lacking + post // 4)
        self.values[post] = math.pow(max(users, 1), 0.6)


def others(known: Mapping[int, tuple[str, int]]) -> Others:
    """Posts with their users, by their numbers, as many posts are compared with them."""
    return {number: (post_id, math.pow(users, 0.6)) for number, (post_id, users) in known.items()}


def similarities(counts: Mapping[int, int], users: int, others: Others) -> list[tuple[str, float]]:
    """How similar a post with so many users is to others, by the users of both.

    n_ij / (n_i^.75 n_j^.6) n_ij / (n_ij + 2), measured on held-out ratings of a public set. Those
    with fewer than 3 users of both are left out.
    """
    own = math.pow(users, 0.75)
    return [
        (other[0], both * both / ((both + 2) * own * other[1]))
        for number, both in counts.items()
        if both >= LEAST_USERS and (other := others.get(number)) is not None
    ]


def shown_nearest(counts: Mapping[int, int], users: int, others: Others) -> list[tuple[str, float]]:
    """The nearest to a post with so many users, best first, ties by id.

    `counts` are by the others' numbers.
    """
    scored = similarities(counts, users, others)
    return sorted(scored, key=lambda each: (-each[1], each[0]))[:NEAREST]
