"""A plain model of co-engagement, and following the log to its end."""

from collections import Counter
from dataclasses import dataclass, field

from models.database.database import Database, fetch
from models.following.writer import follower_writer
from models.reading.log import read_settled_head
from resolvers.following.follower import Follower
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.following import CoEngagement


async def catch_up(url: str, rows_at_once: int = 1_000, users_remembered: int = 1_000) -> None:
    """Follow the log to its end, and tidy up."""
    await read_settled_head(Database.at(url))
    async with follower_writer(Database.at(url)) as writer:
        work = CoEngagement(Scoring().user_half_life, rows_at_once, users_remembered)
        follower = Follower(work, writer)
        while await follower.step():
            pass


@dataclass
class PlainModel:
    """What of each user's stands behind each post that is positive for the user."""

    marks: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def mark(self, user: str, action: str, post: str) -> None:
        self.marks.setdefault((user, post), set()).add(action)

    def unmark(self, user: str, action: str, post: str) -> None:
        self.marks.get((user, post), set()).discard(action)

    def remove(self, user: str) -> None:
        self.marks = {key: marks for key, marks in self.marks.items() if key[0] != user}

    @property
    def positives(self) -> set[tuple[str, str]]:
        """The posts that are positive for each user."""
        return {key for key, marks in self.marks.items() if marks}


async def stored_ordinals() -> dict[str, dict[str, int]]:
    """The ordinal of each post that is positive, as it is stored, by users' aliases."""
    rows = await fetch(
        "SELECT p.user_alias, e.post_id, p.ordinal FROM positives p "
        "LEFT JOIN engaged_posts e ON e.number = p.post",
        (),
    )
    found: dict[str, dict[str, int]] = {}
    for alias, post, ordinal in map(tuple, rows):
        found.setdefault(alias, {})[post] = ordinal
    return found


def similarities(ordinals: dict[str, dict[str, int]]) -> dict[str, dict[str, float]]:
    """How similar posts are, by the formula, each pair counted anew."""
    users = Counter(post for own in ordinals.values() for post in own)
    both: Counter[tuple[str, str]] = Counter()
    for own in ordinals.values():
        for a, at in own.items():
            both.update((a, b) for b, other in own.items() if a != b and abs(at - other) <= 20)
    found: dict[str, dict[str, float]] = {}
    for (a, b), n in both.items():
        if n >= 3:
            score = n / (users[a] ** 0.75 * users[b] ** 0.6) * n / (n + 2)
            found.setdefault(a, {})[b] = score
    return found
