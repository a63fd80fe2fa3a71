"""Stretches: when long work leaves the event loop to others."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from resolvers.pacing import stretches
from resolvers.pacing.stretches import ALONE, LOOK_EACH, Stretches


async def others_turns(work: AsyncIterator[int]) -> tuple[list[int], int]:
    """What work goes through, and how often another task has its turn meanwhile."""
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    beside = asyncio.create_task(other())
    found = [item async for item in work]
    beside.cancel()
    return found, turns


async def test_others_have_the_loop_between_stretches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Items come in order, and after some of them there is a look at how long it has been."""
    monkeypatch.setattr(stretches, "STRETCH_S", 0.0)

    found, turns = await others_turns(Stretches().each(range(2 * LOOK_EACH)))

    assert found == list(range(2 * LOOK_EACH))
    assert turns >= 2


async def test_work_that_has_the_loop_to_itself_never_rests() -> None:
    """A command has nobody to wait for."""

    async def read() -> AsyncIterator[int]:
        for number in range(10 * LOOK_EACH):
            yield number

    found, turns = await others_turns(ALONE.over(read()))

    assert found == list(range(10 * LOOK_EACH))
    assert turns == 0
