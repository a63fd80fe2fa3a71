"""Latest: users' latest positives, which new ones make pairs with, as a follower remembers them."""

from array import array
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeAlias

WINDOW = 20
"""How far apart two positives of a user may be to count as a pair."""

Latest: TypeAlias = "array[int]"
"""The posts of a user's highest WINDOW ordinals, that of ordinal n at n % WINDOW, 0 where there is
none; and behind them the highest ordinal."""


def latest_of(posts: Iterable[int] = (), ordinals: Sequence[int] = ()) -> Latest:
    """Those of a user with these posts by these ordinals, among which are the highest."""
    highest = max(ordinals, default=0)
    latest = array("I", bytes(WINDOW * 4))
    latest.append(highest)
    for post, ordinal in zip(posts, ordinals, strict=True):
        if ordinal > highest - WINDOW:
            latest[ordinal % WINDOW] = post
    return latest


def put(latest: Latest, post: int, ordinal: int) -> None:
    """Put a new positive, whose ordinal is the highest by one."""
    latest[ordinal % WINDOW] = post
    latest[WINDOW] = ordinal


def take(latest: Latest, ordinal: int) -> None:
    """Take away what has an ordinal."""
    if ordinal > latest[WINDOW] - WINDOW:
        latest[ordinal % WINDOW] = 0


class Recent:
    """The latest of the users who were active last.

    What a follower makes of a batch it makes to them as well. So they are of no use once a batch
    was not committed, or somebody else has written.
    """

    def __init__(self, most_users: int) -> None:
        self._most = most_users
        self._users: dict[str, Latest] = {}  # who was active last comes last

    def known(self, aliases: Iterable[str]) -> dict[str, Latest]:
        """Those of some users, as far as they are remembered; they are active now."""
        users = self._users
        found = {alias: users.pop(alias) for alias in aliases if alias in users}
        users.update(found)
        return found

    def add(self, more: dict[str, Latest]) -> None:
        """Remember more users, who are active now."""
        self._users.update(more)

    def trim(self) -> None:
        """Forget those who were not active for longest, where there are too many."""
        excess = len(self._users) - self._most
        for alias in list(islice(self._users, max(excess, 0))):
            del self._users[alias]
