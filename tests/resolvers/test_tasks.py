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


async def test_all_are_waited_for_and_what_one_raised_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """One that failed before keeps nobody from waiting for the others, nor fails who waits."""
    goes_on = asyncio.Event()

    async def fails() -> None:
        raise ValueError("unforeseen")

    async def ends() -> None:
        await goes_on.wait()

    failed = asyncio.create_task(fails(), name="writer 0")
    other = asyncio.create_task(ends(), name="writer 1")
    await asyncio.wait([failed])
    asyncio.get_running_loop().call_soon(goes_on.set)

    await tasks.all_ended([failed, other])

    assert other.done()
    (record,) = caplog.records
    assert record.getMessage() == "the task writer 0 has failed"
    assert record.exc_info is not None
    assert record.exc_info[1] is failed.exception()
