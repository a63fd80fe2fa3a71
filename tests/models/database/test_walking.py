"""Statements that walk many rows: few at once, so that quick ones find a connection."""

import asyncio
from typing import Any

from tortoise.context import require_context

from models.database.database import Database, fetch, fetch_walking


async def test_whoever_counts_leaves_connections_to_others(database_url: str) -> None:
    """Where as many walk as may at once, the next one waits, and what is quick does not."""
    async with Database.at(database_url).reading():
        client: Any = require_context().db()
        while not client.walks.locked():
            await client.walks.acquire()

        waiting = [asyncio.create_task(fetch_walking("SELECT 1", ())) for _ in range(20)]
        quick = [tuple(row) for row in await fetch("SELECT 2", ())]

        assert quick == [(2,)]
        assert not any(each.done() for each in waiting)

        client.walks.release()
        found = await asyncio.gather(*waiting)

    assert [tuple(row) for (row,) in found] == [(1,)] * 20
