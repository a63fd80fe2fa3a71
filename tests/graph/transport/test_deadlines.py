"""Deadlines: what is cut off, when, and what it is told."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest

from graph.transport.deadlines import CutOff, Deadlines
from tests.support.live.streams import soon


async def forever() -> None:
    await asyncio.Event().wait()


async def stubborn() -> None:
    """Go on after a first cancelling, as one does who gives a connection back."""
    try:
        await forever()
    finally:
        await forever()


async def test_what_takes_too_long_is_cut_off() -> None:
    """It says after how many seconds."""
    with pytest.raises(CutOff, match=r"took longer than 0\.05 seconds"):
        await soon(Deadlines(0.05).within(forever()))


@pytest.mark.parametrize("work", [forever, stubborn])
@pytest.mark.parametrize("unhurried", [False, True])
async def test_all_is_cut_off_at_the_end(
    work: Callable[[], Coroutine[None, None, None]], unhurried: bool
) -> None:
    """Also what may take its time, what does not end at once, and what begins later."""
    deadlines = Deadlines(60.0)
    under_way = asyncio.create_task(deadlines.within(work(), unhurried=unhurried))

    deadlines.end(0.05)

    for each in (under_way, deadlines.within(work(), unhurried=unhurried)):
        with pytest.raises(CutOff, match="the server is stopping"):
            await soon(each)
    assert under_way.cancelling() == 0


async def test_what_somebody_else_cancels_is_cancelled() -> None:
    """A client that leaves is not told that it was late."""
    deadlines = Deadlines(60.0)
    under_way = asyncio.create_task(deadlines.within(stubborn()))
    await asyncio.sleep(0)

    under_way.cancel()
    deadlines.end(0)

    with pytest.raises(asyncio.CancelledError):
        await soon(under_way)
