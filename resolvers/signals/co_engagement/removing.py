"""Removing: taking out of co-engagement what one user is in it with."""

from dataclasses import replace

from models.database.database import Database
from models.following.followers import StoredFollower, read_follower
from models.following.moves import Overtaken
from models.following.writer import follower_writer
from models.reading.user_data import removals_of
from resolvers.scoring.weights import Scoring
from resolvers.signals.co_engagement.following import NAME, CoEngagement

POSITIVES_AT_ONCE = 200


async def take_out(database: Database, alias: str, scoring: Scoring) -> None:
    """Take a user out who is being removed, some positives in a transaction.

    Call it once none of the user's rows are there any more. Others follow the log meanwhile. The
    last transaction finds nothing to take out. A batch that was read while there were rows is
    refused after it, and read anew. What the user stores once the removal is over stays.

    Raises:
        DatabaseUnavailable: some is still there; the same again goes on.
    """
    work, is_in = CoEngagement(scoring.user_half_life), True
    async with follower_writer(database) as writer:
        while is_in:
            at = await read_follower(NAME) or StoredFollower(NAME)  # none has begun
            if not await removals_of(alias):
                return
            changes, is_in = await work.removal(alias, POSITIVES_AT_ONCE, at)
            try:
                after = replace(at, state=changes.state)
                await writer.commit(at, after, changes.statements)
            except Overtaken:
                is_in = True
