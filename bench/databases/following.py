"""Following a filled database's log to its end, which a server would do while it is measured."""

import time

from models.database.database import Database
from models.following.writer import follower_writer
from resolvers.following.follower import Follower
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.following import CoEngagement


async def follow(database: Database) -> float:
    """Follow the log to its end, and put together what came of it; the seconds that took."""
    started = time.monotonic()
    async with database.reading(), follower_writer(database) as writer:
        follower = Follower(CoEngagement(Scoring().user_half_life), writer)
        while await follower.step():
            pass
    return time.monotonic() - started
