"""What a client may be told while the database is away, and what must hold once it is back."""

import asyncio
import time
from typing import Any

from tests.support.client import HISTORY, RECORD, Caller
from tests.support.durability.server import until_awaited

CODES = ("OVERLOADED", "INTERNAL")


def view(post_id: str, **more: Any) -> dict[str, Any]:
    """Ann's view of a post, with the post's id as event id."""
    return {"userId": "ann", "action": "VIEW", "postId": post_id, "eventId": post_id, **more}


async def refused(caller: Caller, post_id: str, within: float = 9.0) -> str:
    """Record a view, which must fail in time and say that it may succeed later; the code."""
    begun = time.monotonic()
    answer = await caller.send(RECORD, input=view(post_id))
    seconds = time.monotonic() - begun
    assert answer.get("data") is None
    (error,) = answer["errors"]
    code: str = error["extensions"]["code"]
    assert code in CODES
    assert set(error["extensions"]) <= {"code", "requestId"}
    assert seconds < within
    return code


async def unreadable(caller: Caller, within: float = 9.0) -> None:
    """Read a history, which must be OVERLOADED in time."""
    begun = time.monotonic()
    errors = await caller.errors(HISTORY, id="ann")
    seconds = time.monotonic() - begun
    assert {error["extensions"]["code"] for error in errors} == {"OVERLOADED"}
    assert seconds < within


async def readiness(caller: Caller) -> int:
    """The status of /readyz, which must come in time."""
    async with asyncio.timeout(9):
        return (await caller.http.get("/readyz")).status_code


async def recovered(caller: Caller, post_id: str) -> None:
    """Return when a view can be recorded, by retries of the same event id; it is stored once."""

    async def recorded() -> bool:
        answer = await caller.send(RECORD, input=view(post_id))
        return "errors" not in answer

    await until_awaited(recorded)
    assert await caller.outcome(**view(post_id)) == "UNCHANGED"
    assert (await caller.history("ann")).count(f"VIEW {post_id}") == 1


async def refused_all(caller: Caller, *post_ids: str) -> list[str]:
    """Record views at once, all of which must fail in time; the codes."""
    return list(await asyncio.gather(*(refused(caller, post_id) for post_id in post_ids)))
