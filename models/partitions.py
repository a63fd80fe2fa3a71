"""Partitions and lanes: which of the database's writers records what a user does.

A user belongs to one of 64 partitions for good, and a lane is a set of partitions. How many lanes
there are may change.
"""

from typing import NamedTuple

from models.values import short_key

PARTITIONS = 64
"""As many as there may be lanes."""

LANE_COUNTS = (1, 2, 4, 8, 16, 32, 64)
"""How many lanes there can be."""


class Layout(NamedTuple):
    """How many lanes there are, and a number that grows when that is changed."""

    lanes: int = 1
    number: int = 0


ONE_LANE = Layout()


def partition_of(alias: str) -> int:
    """The partition of a user, in any database and for good."""
    return short_key(alias) % PARTITIONS


def lane_of(alias: str, lanes: int) -> int:
    """The lane of a user among so many."""
    return short_key(alias) % lanes


def aligned(number: int, lane: int, lanes: int) -> int:
    """The least number that is a lane's and not less than another.

    The numbers of each lane among so many leave its own remainder, so no two lanes give out one.
    """
    return number + (lane - number) % lanes
