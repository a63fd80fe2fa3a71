"""A witness of the feed: remembers what it was told, and holds the server to it after a restore."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from tests.support.live.feeds import TRANSPORTS, Feed, line

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type cursor interaction { id interactionId action target { id } } }
}
"""
_NODE = "query ($id: ID!) { node(id: $id) { id } }"
TOO_OLD = {"code": "CURSOR_TOO_OLD"}


class Witness:
    """A client that has followed the feed, and holds its cursors and ids."""

    def __init__(self) -> None:
        self.told: list[dict[str, Any]] = []
        self.lost: list[dict[str, Any]] = []

    async def records(self, feed: Feed, *post_ids: str) -> None:
        """Record views, each by a commit of its own, and remember their events."""
        start = await feed.cursor()
        for post_id in post_ids:
            await feed.caller.record(userId="ann", action="VIEW", postId=post_id)
        await self.follows(feed, start, *post_ids)

    async def follows(self, feed: Feed, after: str, *post_ids: str) -> None:
        """Remember the events of views that follow a cursor."""
        async with feed.subscribed(FOLLOW, after=after) as subscriber:
            events = await subscriber.events(len(post_ids))
        assert [line(event) for event in events] == [f"RECORDED VIEW {id}" for id in post_ids]
        self.told += events

    def loses(self, count: int) -> None:
        """Note that the last events were of what is no more."""
        self.told, self.lost = self.told[:-count], self.lost + self.told[-count:]

    @asynccontextmanager
    async def ended(self, feed: Feed) -> AsyncIterator[None]:
        """Within this, the past changes beneath a subscription that is up to date: it is told."""
        async with feed.subscribed(FOLLOW, after=self.told[-2]["cursor"]) as subscriber:
            assert await subscriber.event() == self.told[-1]
            yield
            (error,) = await subscriber.errors()
        assert error["extensions"] == TOO_OLD

    async def check(self, feed: Feed) -> None:
        """Each cursor either goes on, without a gap or a repeat, or is too old; ids are unique."""
        await self.check_lost(feed)
        for number, event in enumerate(self.told):
            rest = self.told[number + 1 :]
            async with feed.subscribed(FOLLOW, after=event["cursor"]) as subscriber:
                assert await subscriber.events(len(rest)) == rest
        for name in ("id", "interactionId"):
            ids = [event["interaction"][name] for event in (*self.told, *self.lost)]
            assert len(set(ids)) == len(ids)

    async def check_lost(self, feed: Feed) -> None:
        """Cursors of what is lost are too old, and ids of it name nothing."""
        for event in self.lost:
            error = await feed.refused(FOLLOW, TRANSPORTS[0], after=event["cursor"])
            assert error["extensions"] == TOO_OLD, line(event)
            for name in ("id", "interactionId"):
                data = await feed.caller.data(_NODE, id=event["interaction"][name])
                assert data == {"node": None}
