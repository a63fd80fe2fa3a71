"""Killing a server whose followers are behind: nothing is lost, and nothing is counted twice."""

import asyncio
import random
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from models.database.database import Database, fetch
from resolvers.signals.co_engagement.auditing import behind, differences
from resolvers.signals.similarity import neighbors
from tests.support.client import Caller
from tests.support.durability.server import server_process, until_awaited
from tests.support.durability.stores import own_database
from tests.support.recording.co_engagement import similarities, stored_ordinals

KILLS = 8
POSTS = [f"p{number}" for number in range(60)]
RECORD = """
mutation Record($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded }
}
"""

pytestmark = pytest.mark.slow


def inputs(chance: random.Random) -> list[dict[str, object]]:
    """What a few users do to a few posts, and take back of it."""
    return [
        {
            "userId": f"u{chance.randrange(30)}",
            "action": "FAVORITE",
            "postId": chance.choice(POSTS),
            "undo": chance.random() < 0.3,
        }
        for _ in range(200)
    ]


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
async def test_co_engagement_counts_each_once_however_often_it_is_killed(
    kind: str, tmp_path: Path
) -> None:
    """Killed at any moment while it is behind, it ends at what is stored, each pair once."""
    chance = random.Random(5)  # noqa: S311 (reproducible, not secret)
    async with own_database(kind, tmp_path) as url, server_process(url, tmp_path) as server:
        for _ in range(KILLS):
            async with server.caller() as caller:
                sending = asyncio.create_task(_send(caller, chance))
                await asyncio.sleep(chance.uniform(0.2, 1.0))  # each kill finds another moment
                await server.kill()
                with suppress(httpx.HTTPError, asyncio.CancelledError):
                    sending.cancel()
                    await sending
            await server.start()

        async with Database.at(url).reading():
            await until_awaited(_is_up_to_date, 60, server)
            stored, rows = await stored_ordinals(), await _holding()
            near = {post: dict(found) for post, found in (await neighbors(POSTS)).items()}
            unlike = [each async for each in differences()]

    assert {(alias, post) for alias, own in stored.items() for post in own} == rows
    right = similarities(stored)
    assert right
    assert near == {post: pytest.approx(found, rel=1e-12) for post, found in right.items()}
    assert unlike == []


async def _send(caller: Caller, chance: random.Random) -> None:
    while True:
        await caller.data(RECORD, inputs=inputs(chance))


async def _is_up_to_date() -> bool:
    return await behind() == 0


async def _holding() -> set[tuple[str, str]]:
    """The users and the posts that they hold as a favorite."""
    rows = await fetch("SELECT user_alias, target_id FROM interactions WHERE status = 0", ())
    return {(row[0], row[1]) for row in rows}
