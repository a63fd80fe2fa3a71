"""Asking for a user's feed signals in tests."""

import asyncio
from collections.abc import Sequence
from typing import Any

from tests.support.client import Caller
from tests.support.sql import run

SIGNALS = """
query Signals($id: ID, $alias: ID, $posts: [ID!]!) {
  user(id: $id, alias: $alias) {
    feedSignals(postIds: $posts) {
      post { postId } score popularity affinity similarity social seen suppressed reasons
      contributions { kind text contribution subject }
    }
  }
}
"""


async def signals(caller: Caller, user: str, *posts: str) -> list[dict[str, Any]]:
    """The signals of posts for a user by id, in the order asked for."""
    data = await caller.data(SIGNALS, id=user, posts=posts)
    found: list[dict[str, Any]] = data["user"]["feedSignals"]
    return found


async def signal(caller: Caller, user: str, post: str) -> dict[str, Any]:
    """The signals of one post for a user by id."""
    (found,) = await signals(caller, user, post)
    return found


async def did(caller: Caller, action: str, post: str, *users: str, **more: Any) -> None:
    """Let users do something to a post."""
    inputs = [{"userId": user, "action": action, "postId": post, **more} for user in users]
    assert set(await caller.outcomes(*inputs)) <= {"CREATED", "REACTIVATED"}


async def engaged(caller: Caller, post: str, users: int) -> None:
    """Wait until the log is followed so far that so many users are known to engage with a post."""
    known = f"SELECT count(*) FROM engaged_posts WHERE post_id = '{post}' AND users = {users}"
    async with asyncio.timeout(10):
        while await run(caller.url, known) != [(1,)]:  # noqa: ASYNC110 (it is in the database)
            await asyncio.sleep(0.02)


def kinds(signal: dict[str, Any]) -> list[str]:
    """The kinds of a signal's reasons, the largest first."""
    return [each["kind"] for each in signal["contributions"]]


def ids(found: Sequence[dict[str, Any]]) -> list[str]:
    """The posts of signals, in their order."""
    return [each["post"]["postId"] for each in found]


DESCRIBE = """
mutation Describe($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { code field message } }
}
"""


async def describe(caller: Caller, post: str, **said: Any) -> None:
    """Say what a post is."""
    data = await caller.data(DESCRIBE, inputs=[{"postId": post, **said}])
    assert data["describePosts"] == {"errors": []}


async def targeted(caller: Caller, user: str, action: str, kind: str, id: str, **more: Any) -> None:
    """Let a user do something to a target that is no post."""
    target = {"kind": kind, "id": id}
    assert await caller.outcome(userId=user, action=action, target=target, **more) == "CREATED"
