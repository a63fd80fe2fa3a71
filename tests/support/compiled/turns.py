"""Turns of the event loop: what everybody else feels of work that is done in it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


@asynccontextmanager
async def turns() -> AsyncIterator[list[float]]:
    """What others computed each time until a task had the loop that always wants it.

    In seconds of this thread's work, so that it does not matter what else the machine does.
    """
    gaps = list[float]()

    async def tick() -> None:
        while True:
            begun = time.thread_time()
            await asyncio.sleep(0)
            gaps.append(time.thread_time() - begun)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(0)
    try:
        yield gaps
    finally:
        await asyncio.sleep(0)  # so that the last one is noted, too
        ticking.cancel()
