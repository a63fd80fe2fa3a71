"""Ending tasks: what goes on once it is cancelled is cancelled once more, and left alone."""

import asyncio
import gc

import pytest

from resolvers import tasks


async def test_what_is_not_waited_for_ends_without_a_word(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A task that still waits once it is cancelled ends the second time; nothing is logged."""
    monkeypatch.setattr(tasks, "END_S", 0)
    forever: asyncio.Future[None] = asyncio.Future()
    waiting = asyncio.Event()

    async def stubborn() -> None:
        try:
            waiting.set()
            await forever
        finally:
            await asyncio.Future()  # as a connection waits to be closed

    task = asyncio.create_task(stubborn())
    await waiting.wait()

    await tasks.cancel([task])
    await asyncio.wait([task])

    assert task.cancelled()
    del task
    gc.collect()
    assert caplog.records == []
