"""Stopping: what is said to clients between the signal to stop and the server's obeying it."""

import asyncio
import logging
import signal
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from types import FrameType
from typing import Any

FINISH_S = 2.0
"""How long what is said to streams may take; the server itself then has some seconds to stop."""

ANSWER_S = 3.5
"""After the signal, what is still under way is broken off, and answered before the server is.

A server has to be gone in ten seconds. What is left is for what waits to be committed, for 1.5 s,
and for the connections, or a wait for SQLite's file, which nothing can break off.
"""

log = logging.getLogger(__name__)

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def finishing(finish: Callable[[float, float], Awaitable[None]]) -> AsyncIterator[None]:
    """Within this, a signal to stop is passed on to who handled it before, once `finish` is done.

    A server such as uvicorn ends WebSockets as soon as it knows of the signal. The same signal once
    more is passed on at once.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    handlers: dict[int, Any] = {number: signal.getsignal(number) for number in _SIGNALS}
    heard = set[int]()
    tasks = list[asyncio.Task[None]]()

    async def stop(number: int) -> None:
        log.info("stopping, as %s asks", signal.Signals(number).name)
        try:
            await finish(FINISH_S, ANSWER_S)
        finally:
            pass_on(number)

    def pass_on(number: int, frame: FrameType | None = None) -> None:
        signal.signal(number, handlers[number])
        signal.raise_signal(number)

    def hear(number: int, frame: FrameType | None) -> None:
        if number in heard:
            pass_on(number, frame)
        elif not heard:
            loop.call_soon_threadsafe(lambda: tasks.append(loop.create_task(stop(number))))
        heard.add(number)

    for number in handlers:
        signal.signal(number, hear)
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
