"""Ending: tasks that are to end have some time for it, whatever they wait for."""

import asyncio
import logging
from collections.abc import Collection

log = logging.getLogger(__name__)

END_S = 0.5


async def unfinished_after(
    tasks: "Collection[asyncio.Task[None]]", seconds: float
) -> "Collection[asyncio.Task[None]]":
    """Wait for tasks, at most so many seconds; those that go on.

    Raises:
        Exception: whatever the first that failed has raised.
    """
    if not tasks:
        return tasks
    done, going_on = await asyncio.wait(tasks, timeout=seconds)
    await asyncio.gather(*done)
    return going_on


async def all_ended(tasks: "Collection[asyncio.Task[None]]") -> None:
    """Wait until tasks have ended, however each did; what one has raised is logged."""
    for task, ended in zip(
        tasks, await asyncio.gather(*tasks, return_exceptions=True), strict=True
    ):
        if isinstance(ended, Exception):
            log.error("the task %s has failed", task.get_name(), exc_info=ended)


async def cancel(tasks: "Collection[asyncio.Task[None]]") -> None:
    """Cancel tasks, and wait until they have ended.

    One that goes on all the same waits for a database that does not even end what is cancelled. It
    is cancelled once more, and not waited for.
    """
    for task in tasks:
        task.cancel()
    ending = asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.wait([ending], timeout=END_S)
    if not ending.done():
        ending.add_done_callback(_take)
        ending.cancel()


def _take(ended: "asyncio.Future[list[BaseException | None]]") -> None:
    """Take how it ended, which nobody waits for, or it would be logged as never taken."""
    if not ended.cancelled():
        ended.exception()
