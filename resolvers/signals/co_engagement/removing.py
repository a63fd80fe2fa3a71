"""Removing: taking out of co-engagement what one user is in it with."""

from dataclasses import replace

from models.database.database import Database
from models.following.followers import read_follower
from models.following.writer import Overtaken, follower_writer
from models.records import Micros
from resolvers.signals.co_engagement.following import NAME, CoEngagement

POSITIVES_AT_ONCE = 200


async def take_out(database: Database, alias: str, half_life: Micros) -> None:
    """Take a user out, some positives in a transaction, whoever else follows the log meanwhile.

    Call it once none of the user's rows are there any more. The last transaction finds nothing to
    take out. A batch that was read while there were rows is refused after it, and read anew.

    Raises:
        DatabaseUnavailable: some is still there; the same again goes on.
    """
    work, is_in = CoEngagement(half_life), True
    async with follower_writer(database) as writer:
        while is_in and (at := await read_follower(NAME)) is not None:
            changes, is_in = await work.removal(alias, POSITIVES_AT_ONCE, at)
            try:
                after = replace(at, state=changes.state)
                await writer.commit(at, after, changes.statements)
            except Overtaken:
                is_in = True
