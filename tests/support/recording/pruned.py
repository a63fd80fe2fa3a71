"""Interactions about the cutoff of pruning, and what is left of them."""

from typing import Any

from models.vocabulary import ACTION_BY_CODE, Status
from resolvers.instants import format_instant
from resolvers.scoring.weights import DAY
from tests.support.client import Caller
from tests.support.sql import run

DAYS = 10
BEFORE, AT, AFTER = -1, 0, 1  # microseconds from the cutoff

PRUNE = """
mutation Prune($days: Int!, $dry: Boolean) {
  pruneInteractions(input: {olderThanDays: $days, dryRun: $dry}) {
    removed olderThan dryRun errors { code field message }
  }
}
"""


def dated(caller: Caller, from_cutoff: int) -> str:
    """An instant by its microseconds from the cutoff of `DAYS` days."""
    return format_instant(caller.clock.now - DAYS * DAY + from_cutoff)


async def prune(caller: Caller, days: int = DAYS, *, dry: bool = False) -> int:
    """Prune by the mutation; how many interactions were taken out of history."""
    payload = (await caller.data(PRUNE, days=days, dry=dry))["pruneInteractions"]
    assert (payload["dryRun"], payload["errors"]) == (dry, [])
    removed: int = payload["removed"]
    return removed


async def rows(caller: Caller) -> list[str]:
    """The rows that are stored, as `ACTION target STATUS`, in the order of recording."""
    kept = await run(caller.url, "SELECT action, target_id, status FROM interactions ORDER BY id")
    return [f"{ACTION_BY_CODE[code].type} {on} {Status(status).name}" for code, on, status in kept]


async def record(caller: Caller, what: str, at: int, **more: Any) -> dict[str, Any]:
    """Have Ann do `ACTION post`, so many microseconds from the cutoff."""
    action, post = what.split()
    input = {"userId": "ann", "action": action, "postId": post, "occurredAt": dated(caller, at)}
    return await caller.record(**input, **more)
