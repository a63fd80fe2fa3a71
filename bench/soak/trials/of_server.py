"""What happens to the server: it is killed and stopped, its clock jumps, a flood comes."""

import asyncio
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from bench.soak.trials.ground import Ground
from tests.support.client import Caller
from tests.support.durability.load import RECORD_MANY, REFUSALS
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import log_held

FLOOD = 40
"""Calls of a thousand inputs at once: twice what may wait."""

_INPUTS = [{"userId": "flood", "action": "VIEW", "postId": f"f{n}"} for n in range(1_000)]
_LONG_AGO, _FAR_AHEAD = -1, 200  # days from now


async def kill(ground: Ground) -> None:
    """End the server as a power cut would, and start it again."""
    ground.load.up.clear()
    await ground.server.kill()
    await ground.server.start()
    ground.load.up.set()


async def restart(ground: Ground) -> None:
    """Ask the server to stop, and start it again."""
    ground.load.up.clear()
    await ground.server.terminate()
    await ground.server.start()
    ground.load.up.set()


async def jump(ground: Ground) -> None:
    """Set the server's clock far ahead, then back before all that was recorded, then ahead."""
    assert ground.clock is not None
    async with ground.server.caller() as caller:
        for days in (_FAR_AHEAD, _LONG_AGO, _FAR_AHEAD):
            ground.clock.set(f"{days:+}d")
            await until_awaited(partial(_has_jumped, caller, days))
            await ground.load.advances(ground.server, 50)


async def _has_jumped(caller: Caller, days: int) -> bool:
    """Whether the server's clock is so many days from this machine's."""
    recorded = await caller.record(userId="clock", action="VIEW", postId="p")
    at = datetime.fromisoformat(recorded["interaction"]["recordedAt"])
    return round((at - datetime.now(UTC)) / timedelta(days=1)) == days


async def flood(ground: Ground) -> None:
    """Send far more than may wait while nothing can be committed; all of it is refused."""
    async with log_held(ground.server.database_url), ground.server.caller() as caller:
        await asyncio.gather(*(_refused(caller) for _ in range(FLOOD)))


async def _refused(caller: Caller) -> None:
    answer: dict[str, Any] = await caller.send(RECORD_MANY, inputs=_INPUTS)
    codes = {error["extensions"]["code"] for error in answer.get("errors", ())}
    assert codes, "a call of a flood was acknowledged"
    assert codes <= REFUSALS | {"TIMEOUT"}, codes
