"""Auditing: how far co-engagement is behind the log, and whether it agrees with itself."""

from collections.abc import AsyncIterator

from models.following.followed import rows_behind
from models.following.followers import read_follower
from models.reading.log import LogPosition
from models.reading.signals.co_engagement import miscounted_posts
from resolvers.signals.co_engagement.following import NAME
from resolvers.signals.co_engagement.marks import POSITIVE_CODES

MOST = 1_000
"""Differences that are told of."""


async def behind() -> int:
    """How many interactions of the log, imported ones too, are not in co-engagement yet."""
    at = await read_follower(NAME)
    position = LogPosition(0, 0) if at is None else LogPosition(at.incarnation, at.sequence)
    return await rows_behind(position, POSITIVE_CODES)


async def lag() -> str:
    """How far behind it is, in words."""
    rows = await behind()
    return f"{rows:,} interactions behind the log" if rows else "up to date with the log"


async def differences() -> AsyncIterator[str]:
    """The posts that are not positive for as many users as are counted; none on a healthy one."""
    for post_id, stored, right in await miscounted_posts(MOST):
        yield f"POST {post_id} co-engagement users: stored {stored}, recounted {right}"
