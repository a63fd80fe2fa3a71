"""Sweeping: what was pruned leaves co-engagement, and nothing else does."""

import random
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from models.database.database import Database, fetch
from models.following.followers import StoredFollower
from models.following.statements import Statement
from models.following.writer import FollowerWriter
from models.reading.log import read_settled_head
from resolvers.following.follower import Follower
from resolvers.identity import Identity
from resolvers.scoring.weights import DAY, Scoring
from resolvers.signals.co_engagement.auditing import differences
from resolvers.signals.co_engagement.following import CoEngagement
from resolvers.signals.co_engagement.sweeping import MarkSweeper
from resolvers.signals.similarity import neighbors
from tests.support.client import Caller
from tests.support.recording.co_engagement import catch_up, similarities, stored_ordinals
from tests.support.recording.pruned import prune
from tests.support.serving import SECRET

POSTS = [f"p{number}" for number in range(15)]
USERS = [f"u{number}" for number in range(6)]
STATES, EVENTS = ("FAVORITE", "SAVE"), ("VIEW", "COMMENT", "CLICK")


async def sweep(caller: Caller) -> int:
    """Sweep as a process does that has just started."""
    return await MarkSweeper(Database.at(caller.url), Scoring()).sweep(caller.clock())


async def marks() -> list[tuple[str, int, int | None]]:
    """Each positive: its post, and how much of it there is."""
    rows = await fetch(
        "SELECT e.post_id, p.marks, p.liked_at FROM positives p "
        "JOIN engaged_posts e ON e.number = p.post ORDER BY e.post_id",
        (),
    )
    return [tuple(row) for row in rows]


async def test_a_pruned_event_leaves_and_a_state_that_holds_stays(caller: Caller) -> None:
    """Of a post with both, the state's instant is what its like is counted by."""
    favored_at = caller.clock.now
    await caller.record(userId="ann", action="FAVORITE", postId="both")
    caller.clock.advance(1)
    for action, post in (("COMMENT", "both"), ("VIEW", "seen"), ("COMMENT", "said")):
        await caller.record(userId="ann", action=action, postId=post)
    await catch_up(caller.url)
    caller.clock.advance(2 * 86_400)
    await caller.record(userId="ann", action="CLICK", postId="young")
    await prune(caller, days=1)
    await catch_up(caller.url)

    swept = await sweep(caller)

    assert swept == 3
    both, young = await marks()
    assert (both[0], both[2]) == ("both", favored_at)
    assert (young[0], young[2]) == ("young", None)
    assert [line async for line in differences()] == []
    assert await sweep(caller) == 0


@pytest.mark.parametrize(
    "seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2))]
)
async def test_it_leaves_what_a_plain_model_says(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Whatever was recorded, undone, pruned and followed, some positives at a time."""
    monkeypatch.setattr("resolvers.signals.co_engagement.sweeping.POSITIVES_AT_ONCE", 7)
    chance, identity = random.Random(seed), Identity(SECRET)  # noqa: S311 (not a secret)
    events: dict[tuple[str, str, str], int] = {}
    states: set[tuple[str, str, str]] = set()
    for step in range(8):
        inputs = [_input(chance, events, states, caller.clock.now) for _ in range(40)]
        await caller.outcomes(*inputs)
        caller.clock.advance(43_200)
        if chance.random() < 0.7:
            await catch_up(caller.url, rows_at_once=chance.choice((7, 1_000)))
        if step in (3, 6):
            await prune(caller, days=1)
            events = {key: at for key, at in events.items() if at >= caller.clock.now - DAY}
    await sweep(caller)
    await catch_up(caller.url)

    stored = await stored_ordinals()

    right = {(identity.alias(user), post) for user, _, post in [*events, *states]}
    assert {(alias, post) for alias, own in stored.items() for post in own} == right
    found = {post: dict(near) for post, near in (await neighbors(POSTS)).items()}
    assert found == {
        post: pytest.approx(near, rel=1e-12) for post, near in similarities(stored).items()
    }
    assert found
    assert [line async for line in differences()] == []


def _input(
    chance: random.Random,
    events: dict[tuple[str, str, str], int],
    states: set[tuple[str, str, str]],
    now: int,
) -> dict[str, Any]:
    """Something that a user does or takes back, which the model does as well."""
    user, post = chance.choice(USERS), chance.choice(POSTS)
    action = chance.choice((*STATES, *EVENTS))
    undo = action in STATES and chance.random() < 0.5
    if action in EVENTS:
        events[user, action, post] = now
    else:
        (states.discard if undo else states.add)((user, action, post))
    return {"userId": user, "action": action, "postId": post, "undo": undo}


class _Meanwhile(FollowerWriter):
    """Commits once something else is done, the first time."""

    def __init__(self, database: Database, first: Callable[[], Awaitable[object]]) -> None:
        super().__init__(database)
        self._first: Callable[[], Awaitable[object]] | None = first

    async def commit(
        self, before: StoredFollower, after: StoredFollower, statements: Sequence[Statement]
    ) -> StoredFollower:
        first, self._first = self._first, None
        if first is not None:
            await first()
        return await super().commit(before, after, statements)


async def test_a_batch_that_was_read_before_pruning_brings_nothing_back(caller: Caller) -> None:
    """It is refused, and read anew; what it read is gone by then."""
    await caller.record(userId="ann", action="VIEW", postId="a")
    await catch_up(caller.url)
    await caller.record(userId="ann", action="VIEW", postId="b")
    await read_settled_head(Database.at(caller.url))
    caller.clock.advance(2 * 86_400)

    async def prune_and_sweep() -> None:
        await prune(caller, days=1)
        await sweep(caller)

    writer = _Meanwhile(Database.at(caller.url), prune_and_sweep)
    follower = Follower(CoEngagement(Scoring().user_half_life), writer)
    while await follower.step():
        pass
    writer.close()

    assert await marks() == []


async def test_all_is_swept_once_a_day(caller: Caller) -> None:
    """What is pruned in between waits for the next day."""
    sweeper = MarkSweeper(Database.at(caller.url), Scoring())
    await caller.record(userId="ann", action="VIEW", postId="a")
    await catch_up(caller.url)
    assert await sweeper.sweep(caller.clock() + DAY) == 0
    caller.clock.advance(2 * 86_400)
    await prune(caller, days=1)

    assert await sweeper.sweep(caller.clock() - 1) == 0
    assert await sweeper.sweep(caller.clock()) == 1
