"""Following: the followers of a database in a process that does nothing else."""

import asyncio
import logging
import time
from collections.abc import Callable

from graph.config.settings import Settings
from graph.server import interpreter
from graph.server.logs.outages import Outages
from models.database.postgres import ANSWER_S
from models.database.readiness import check_ready
from models.errors import DatabaseUnavailable, described
from resolvers.following.followers import FollowersHere
from resolvers.signals.co_engagement.following import ROWS_AT_ONCE, ROWS_OF_A_FILE, CoEngagement
from resolvers.tasks import cancel

log = logging.getLogger(__name__)

LOOK_S = 3.0
"""How long the database may take to show that it is back."""


async def follow(settings: Settings, is_over: asyncio.Event) -> None:
    """Follow until it is over, as soon as no other process does."""
    begun = time.monotonic()
    database = settings.database
    followers = FollowersHere(database, background_works(settings))
    async with (
        database.reading(ANSWER_S),
        Outages(_trouble).watched(),
        followers.at_work(),
    ):
        hearing = database.notifications().listen(followers.notify)
        listening = asyncio.create_task(hearing, name="commit notifications")
        interpreter.prepare()
        log.info("following %s", database.address)
        try:
            await is_over.wait()
        finally:
            await cancel([listening])
    log.info("followed for %.0f s", time.monotonic() - begun)


def background_works(settings: Settings) -> list[CoEngagement]:
    """All that reads the log in the background."""
    rows = ROWS_OF_A_FILE if settings.database.is_embedded else ROWS_AT_ONCE
    return [CoEngagement(settings.scoring.user_half_life, rows)]


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    """The loop that servers have as well."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return asyncio.new_event_loop
    return new_event_loop


async def _trouble() -> str | None:
    """Why the database cannot be followed now, if it cannot."""
    try:
        async with asyncio.timeout(LOOK_S):
            await check_ready()
    except DatabaseUnavailable as error:
        return error.reason
    except Exception as error:
        return described(error)
    return None
