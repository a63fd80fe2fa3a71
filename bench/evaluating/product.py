"""Trailmark's own recommendations, asked of a server over a real database, as of a split."""

import io
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from bench.databases.filling import SECRET
from bench.evaluating.events import FAVORITES
from bench.evaluating.measures import PLACES
from bench.evaluating.splits import Split
from graph.config.settings import Settings
from models.database.database import Database
from models.ledger.opening import open_ledger
from models.records import Micros
from resolvers.clock import Clock
from resolvers.identity import Identity, is_alias
from resolvers.instants import parse_instant
from resolvers.moving.import_lines import lines
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.writer import Writer
from tests.support.client import Caller, FixedClock
from tests.support.recording.co_engagement import catch_up
from tests.support.serving import serving

_DESCRIPTIONS_AT_ONCE = 100

DESCRIBE = """mutation ($inputs: [DescribePostInput!]!) {
  describePosts(inputs: $inputs) { errors { message } }
}"""
RECOMMEND = """query ($id: ID, $alias: ID, $first: Int!) {
  user(id: $id, alias: $alias) {
    recommendations(first: $first) { posts { post { postId } } }
  }
}"""
SIMILAR = """query ($id: ID!, $first: Int!) {
  post(id: $id) { similar(first: $first) { post { postId } } }
}"""


@dataclass(slots=True)
class Asked:
    """The lists that a server answered with, and what each answer took."""

    lists: dict[str, list[str]] = field(default_factory=dict)
    seconds: list[float] = field(default_factory=list)

    @property
    def median_ms(self) -> float:
        """Milliseconds that half of the requests stay below."""
        return 1_000 * sorted(self.seconds)[len(self.seconds) // 2] if self.seconds else 0.0


async def load(database_url: str, split: Split, descriptions: Sequence[dict[str, Any]]) -> None:
    """Describe the posts in an empty database, then import what a split learns from.

    In that order, since a post's facets count for the users who engage with it from then on.

    Raises:
        ValueError: a line or a description is refused.
    """
    settings, clock = _settings(database_url, exploration=0.0), FixedClock(split.now)
    async with serving(settings, clock) as caller:
        left = (each for each in descriptions if _is_there(each, split.now))
        while inputs := list(islice(left, _DESCRIPTIONS_AT_ONCE)):
            data = await caller.data(DESCRIBE, inputs=inputs)
            if errors := data["describePosts"]["errors"]:
                raise ValueError(f"descriptions: {errors[0]['message']}")
    await _import(settings.database, settings, split, clock)
    async with settings.database.reading():
        await catch_up(database_url)


@asynccontextmanager
async def serving_as_of(
    database_url: str, split: Split, exploration: float
) -> AsyncIterator[Caller]:
    """A server over what was loaded, whose clock stands at the split."""
    async with serving(_settings(database_url, exploration), FixedClock(split.now)) as caller:
        yield caller


async def recommendations(caller: Caller, split: Split) -> Asked:
    """Ten recommendations for each user whose posts are held out."""
    asked = Asked()
    for user in split.held:
        who = {"alias": user} if is_alias(user) else {"id": user}
        data = await _timed(asked, caller, RECOMMEND, first=PLACES, **who)
        asked.lists[user] = _posts(data["user"]["recommendations"]["posts"])
    return asked


async def similar(caller: Caller, split: Split) -> Asked:
    """Ten posts similar to the latest favorite that is left of each user; without one, no list."""
    asked = Asked()
    for user, post in _latest_left(split).items():
        data = await _timed(asked, caller, SIMILAR, first=PLACES, id=post)
        asked.lists[user] = _posts(data["post"]["similar"])
    return asked


def _settings(database_url: str, exploration: float) -> Settings:
    return Settings(database_url, SECRET, prune_after_days=0, exploration=exploration)


def _is_there(description: dict[str, Any], now: Micros) -> bool:
    """Whether a post is created by then, as far as it says when."""
    created_at = description.get("createdAt")
    return created_at is None or parse_instant(created_at) <= now


async def _import(database: Database, settings: Settings, split: Split, clock: Clock) -> None:
    def refuse(number: int, reason: str) -> None:
        raise ValueError(f"line {number} of what is learned from: {reason}")

    writer = Writer(open_ledger(database), settings.rules, stops_at_failure=True)
    progress = Import(refuse, lambda end: None)
    file = io.BytesIO(b"".join(event.line for event in split.training))
    async with database.reading():
        writer.start()
        try:
            await import_lines(
                lines(file, "ndjson"), writer, progress, identity=Identity(SECRET), clock=clock
            )
        finally:
            await writer.stop()


async def _timed(asked: Asked, caller: Caller, query: str, **variables: Any) -> dict[str, Any]:
    started = time.perf_counter()
    data = await caller.data(query, **variables)
    asked.seconds.append(time.perf_counter() - started)
    return data


def _posts(nodes: list[dict[str, Any]]) -> list[str]:
    return [node["post"]["postId"] for node in nodes]


def _latest_left(split: Split) -> dict[str, str]:
    return {
        event.user: event.post
        for event in split.training
        if event.user in split.held and event.action in FAVORITES and not event.is_undo
    }
