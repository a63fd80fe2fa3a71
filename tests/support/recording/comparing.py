"""A server held against the plain model: everything that can be read, over the public API."""

import math
import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from models.database.database import Database
from resolvers.audit.verifying import Verification, verify
from resolvers.identity import Identity
from resolvers.instants import format_instant
from resolvers.scoring.weights import Scoring
from resolvers.signals.preferences import preferences_of
from tests.support.client import Caller
from tests.support.databases import empty
from tests.support.recording.plain_model import Input, Model
from tests.support.serving import SECRET

FORTY_DAYS_S = 40 * 86_400

SCORES = """
query Scores($posts: [ID!]!) {
  posts(ids: $posts) { postId stats { score counts { action count } } }
  trendingPosts(first: 100) { post { postId } score }
  engagementScores(first: 100) {
    user { alias } score normalized rank components { count weight contribution }
  }
}
"""

USERS = """
query Users($id: ID!, $after: String) {
  user(id: $id) {
    counts { action count }
    interactions(first: 100, after: $after) {
      nodes { action target { id } } pageInfo { hasNextPage endCursor }
    }
  }
}
"""


def sent(input: Input) -> dict[str, object]:
    """The input as a client sends it."""
    return {
        "userId": input.user,
        "action": input.action,
        "postId": input.target,
        "undo": input.undo,
        "occurredAt": None if input.at is None else format_instant(input.at),
        "eventId": input.event_id,
        "context": {"source": input.source, "hashtags": list(input.hashtags)},
    }


async def compare(caller: Caller, model: Model, posts: Sequence[str], users: Sequence[str]) -> None:
    """Histories, totals, scores and orders are the model's, now and 40 days later."""
    for user in users:
        expected = Counter(
            f"{action} {target}" for who, action, target, _ in model.shown() if who == user
        )
        assert Counter(await _history(caller, user)) == expected
    assert [difference async for difference in verify(Verification(), Scoring())] == []
    for user in users:
        await compare_preferences(model, user, caller.clock.now)
    await _compare_scores(caller, model, posts)
    caller.clock.advance(FORTY_DAYS_S)
    await _compare_scores(caller, model, posts)
    caller.clock.advance(-FORTY_DAYS_S)


async def compare_preferences(model: Model, user: str, now: int) -> None:
    """What a user prefers is the model's, best first."""
    found = list(await preferences_of(Identity(SECRET).alias(user), Scoring(), now))
    assert found == sorted(found, key=lambda each: (-each.score, each.value, each.kind))
    shown = {(each.kind, each.value): (each.score, each.count) for each in found}
    expected = model.preferences(user, now)
    assert {facet: count for facet, (_, count) in shown.items()} == {
        facet: count for facet, (_, count) in expected.items()
    }
    for facet, (score, _) in shown.items():
        assert score == pytest.approx(expected[facet][0], rel=1e-9, abs=1e-9)


async def _history(caller: Caller, user: str) -> list[str]:
    found: list[str] = []
    after = None
    while True:
        page = (await caller.data(USERS, id=user, after=after))["user"]["interactions"]
        found += [f"{node['action']} {node['target']['id']}" for node in page["nodes"]]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


async def _compare_scores(caller: Caller, model: Model, posts: Sequence[str]) -> None:
    now, data = caller.clock.now, await caller.data(SCORES, posts=posts)
    scores = {target: model.post_score(target, now) for target in posts}
    for each in data["posts"]:
        counts = {count["action"]: count["count"] for count in each["stats"]["counts"]}
        assert counts == model.counts(each["postId"])
        assert each["stats"]["score"] == close(scores[each["postId"]])
    trending = [(each["post"]["postId"], each["score"]) for each in data["trendingPosts"]]
    _in_order(trending, {target: score for target, score in scores.items() if score > 0})

    active = {who for who, *_ in model.stored()}
    by_alias = {Identity(SECRET).alias(user): model.user_score(user, now) for user in active}
    leaders = [(each["user"]["alias"], each["score"]) for each in data["engagementScores"]]
    _in_order(leaders, by_alias)
    for rank, each in enumerate(data["engagementScores"], 1):
        assert each["rank"] == rank
        parts = math.fsum(part["contribution"] for part in each["components"])
        assert parts == close(each["score"])
        assert each["normalized"] == close(100 * (1 - 2 ** (-each["score"] / 20)))


def _in_order(found: list[tuple[str, float]], expected: dict[str, float]) -> None:
    """The found are the expected, best first, and by name where two are equal."""
    assert {name for name, _ in found} == set(expected)
    for name, score in found:
        assert score == close(expected[name])
    for (name, score), (next_name, next_score) in pairwise(found):
        assert score > next_score or (score == close(next_score) and name < next_name)


def close(expected: float) -> Any:
    """Equal to a billionth of itself."""
    return pytest.approx(expected, rel=1e-9, abs=1e-300)


async def start_empty(url: str, template: Path) -> None:
    """Empty the database under test once more."""
    if url.startswith("sqlite://"):
        file = url.removeprefix("sqlite://")
        for leftover in Path(file).parent.glob("trailmark.db-*"):
            leftover.unlink()
        shutil.copy(template, file)
    else:
        await empty(Database.at(url))
