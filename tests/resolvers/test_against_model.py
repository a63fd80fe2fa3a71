"""Random records and undos, in any order of time, held against the plain model."""

import asyncio
import math
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.settings import Settings
from models.database import Database
from models.vocabulary import ActionType
from resolvers.identity import Identity
from resolvers.instants import format_instant
from resolvers.scoring import Scoring
from resolvers.verifying import Verification, verify
from tests.client import Caller, FixedClock
from tests.conftest import SECRET, serving
from tests.databases import empty
from tests.resolvers.plain_model import Input, Model

SECOND = 1_000_000
SCORING = Scoring()
POST_ACTIONS = (
    ActionType.MORE_LIKE_THIS,
    ActionType.LESS_LIKE_THIS,
    ActionType.FAVORITE,
    ActionType.REPORT,
    ActionType.CLICK,
)
# Few users, targets and instants, so that ties, repeats and opposites are common; far instants,
# so that a score must not lose what is small beside what is large.
SECONDS_AGO = (0, 1, 2, 3, 60, 86_400, 40 * 86_400, 89 * 86_400)
INPUTS = st.builds(
    Input,
    user=st.sampled_from(("ann", "bob")),
    action=st.sampled_from(POST_ACTIONS),
    target=st.sampled_from(("p", "q")),
    undo=st.booleans(),
    at=st.none() | st.sampled_from(SECONDS_AGO),
    event_id=st.none() | st.none() | st.sampled_from(("e1", "e2", "e3")),
)
CALLS = st.lists(st.lists(INPUTS, min_size=1, max_size=6), min_size=1, max_size=12)


@settings(max_examples=40)
@given(calls=CALLS)
def test_random_inputs_are_stored_as_the_rules_say(
    database_url: str, sqlite_file: Path, calls: list[list[Input]]
) -> None:
    """Outcomes, histories, totals and scores equal the plain model's, and verify agrees."""
    asyncio.run(_check(database_url, sqlite_file, calls))


@pytest.mark.slow
@settings(max_examples=1_500)
@given(calls=CALLS)
def test_thousands_of_random_inputs_are_stored_as_the_rules_say(
    database_url: str, sqlite_file: Path, calls: list[list[Input]]
) -> None:
    """The same over many more cases."""
    asyncio.run(_check(database_url, sqlite_file, calls))


async def _check(url: str, template: Path, calls: list[list[Input]]) -> None:
    await _empty(url, template)
    clock, model = FixedClock(), Model()
    async with serving(Settings(url, SECRET), clock) as caller:
        start = clock.now
        for call in calls:
            clock.advance(0.5)
            inputs = [_dated(input, start) for input in call]
            expected = [
                model.expect(input, clock.now + position) for position, input in enumerate(inputs)
            ]
            assert await caller.outcomes(*(_sent(input) for input in inputs)) == expected
        await _compare(caller, model)


def _dated(input: Input, start: int) -> Input:
    at = None if input.at is None else start - input.at * SECOND
    return Input(input.user, input.action, input.target, input.undo, at, input.event_id)


def _sent(input: Input) -> dict[str, object]:
    return {
        "userId": input.user,
        "action": input.action,
        "postId": input.target,
        "undo": input.undo,
        "occurredAt": None if input.at is None else format_instant(input.at),
        "eventId": input.event_id,
    }


async def _compare(caller: Caller, model: Model) -> None:
    for target in ("p", "q"):
        assert await caller.counts(target) == model.counts(target)
    for user in ("ann", "bob"):
        expected = Counter(
            f"{action} {target}" for who, action, target, _ in model.counted() if who == user
        )
        assert Counter(await caller.history(user)) == expected
    assert [difference async for difference in verify(Verification(), SCORING)] == []
    await _compare_scores(caller, model)
    caller.clock.advance(40 * 86_400)
    await _compare_scores(caller, model)


async def _compare_scores(caller: Caller, model: Model) -> None:
    """Scores, components, ranks and both orders are the formula's, as of the clock's now."""
    now, data = caller.clock.now, await caller.data(SCORES)
    posts = {target: model.post_score(target, now) for target in ("p", "q")}
    for each in data["posts"]:
        assert each["stats"]["score"] == close(posts[each["postId"]])
    trending = [(each["post"]["postId"], each["score"]) for each in data["trendingPosts"]]
    _in_order(trending, {target: score for target, score in posts.items() if score > 0})

    active = {who for who, *_ in model.counted()}
    users = {Identity(SECRET).alias(user): model.user_score(user, now) for user in active}
    leaders = [(each["user"]["alias"], each["score"]) for each in data["engagementScores"]]
    _in_order(leaders, users)
    for place, each in enumerate(data["engagementScores"], 1):
        assert each["rank"] == place
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
    return pytest.approx(expected, rel=1e-9, abs=1e-300)


SCORES = """
{
  posts(ids: ["p", "q"]) { postId stats { score } }
  trendingPosts(first: 100) { post { postId } score }
  engagementScores(first: 100) {
    user { alias } score normalized rank components { count weight contribution }
  }
}
"""


async def _empty(url: str, template: Path) -> None:
    if url.startswith("sqlite://"):
        file = url.removeprefix("sqlite://")
        for leftover in Path(file).parent.glob("trailmark.db-*"):
            leftover.unlink()
        shutil.copy(template, file)
    else:
        await empty(Database.at(url))
