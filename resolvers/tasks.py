"""Ending: tasks that are to end have some time for it, whatever they wait for."""

import asyncio
from collections.abc import Collection

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


async def cancel(tasks: "Collection[asyncio.Task[None]]") -> None:
    """Cancel tasks, and wait until they have ended.

    One that goes on all the same waits for a database that does not even end what is cancelled. It
    is cancelled once more, and not waited for.
    """
    for task in tasks:
        task.add_done_callback(_say_nothing)
        task.cancel()
    if tasks:
        _, going_on = await asyncio.wait(tasks, timeout=END_S)
        for task in going_on:
            task.cancel()


def _say_nothing(task: "asyncio.Task[None]") -> None:
    """Take what a cancelled task failed with, which asyncio would log otherwise."""
    if not task.cancelled():
        task.exception()
