"""Random records and undos, in any order of time, held against the plain model."""

import asyncio
import random
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.config.settings import Settings
from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes
from models.vocabulary import ActionType, PrivacyLevel
from tests.support.client import FixedClock
from tests.support.levels import set_level
from tests.support.recording.calls import CALLS, POST_ACTIONS, USERS
from tests.support.recording.comparing import compare, sent, start_empty
from tests.support.recording.plain_model import Input, Model
from tests.support.serving import SECRET, serving

SECOND = 1_000_000
# Mostly LIMITED, which has more ways to go wrong than FULL: it works on the same rules and tokens.
FULL, LIMITED, NONE = PrivacyLevel
LEVELS = st.sampled_from(((FULL, FULL), (FULL, LIMITED), (LIMITED, LIMITED), (LIMITED, NONE)))
Levels = tuple[PrivacyLevel, PrivacyLevel]
HOURS_APART = 3.5  # calls: all within two midnights and the 48 hours that LIMITED is remembered


@pytest.mark.either_database
@settings(max_examples=12)
@given(calls=CALLS, levels=LEVELS)
def test_random_inputs_are_stored_as_the_rules_say(
    database_url: str, sqlite_file: Path, calls: list[list[Input]], levels: Levels
) -> None:
    """Outcomes, histories, totals and scores equal the plain model's, and verify agrees."""
    asyncio.run(_check(database_url, sqlite_file, calls, levels))


@pytest.mark.slow
@settings(max_examples=150)
@given(calls=CALLS, levels=LEVELS)
def test_thousands_of_random_inputs_are_stored_as_the_rules_say(
    database_url: str, sqlite_file: Path, calls: list[list[Input]], levels: Levels
) -> None:
    """The same over many more cases."""
    asyncio.run(_check(database_url, sqlite_file, calls, levels))


@settings(max_examples=5)
@given(calls=CALLS, levels=LEVELS)
def test_random_inputs_are_stored_alike_in_four_lanes(
    postgres: str, sqlite_file: Path, calls: list[list[Input]], levels: Levels
) -> None:
    """The two users' lanes are different ones; all that is read is the plain model's."""
    asyncio.run(_check(postgres, sqlite_file, calls, levels, lanes=4))


@pytest.mark.slow
@settings(max_examples=50)
@given(calls=CALLS, levels=LEVELS)
def test_thousands_of_random_inputs_are_stored_alike_in_four_lanes(
    postgres: str, sqlite_file: Path, calls: list[list[Input]], levels: Levels
) -> None:
    """The same over many more cases."""
    asyncio.run(_check(postgres, sqlite_file, calls, levels, lanes=4))


async def _check(
    url: str, template: Path, calls: list[list[Input]], levels: Levels, *, lanes: int = 1
) -> None:
    await start_empty(url, template)
    if lanes > 1:
        await change_lanes(Database.at(url), lanes)
    clock, model = FixedClock(), Model(dict(zip(USERS, levels, strict=True)))
    for user, level in model.levels.items():
        await set_level(url, SECRET, user, level)
    async with serving(Settings(url, SECRET, prune_after_days=92), clock) as caller:
        start = clock.now
        for call in calls:
            clock.advance(HOURS_APART * 3_600 + 0.5)
            inputs = [_dated(input, start) for input in call]
            expected = [
                model.expect(input, clock.now + position) for position, input in enumerate(inputs)
            ]
            assert await caller.outcomes(*(sent(input) for input in inputs)) == expected
        await compare(caller, model, ("p", "q"), USERS)


def _dated(input: Input, start: int) -> Input:
    at = None if input.at is None else start - input.at * SECOND
    return replace(input, at=at)


@pytest.mark.slow
async def test_ten_thousand_shuffled_inputs_score_as_the_formula_says(
    database_url: str, sqlite_file: Path, clock: FixedClock
) -> None:
    """Ties, undos and late arrivals in any order: totals, scores and orders are the formula's,
    before and after recalculating, and again 40 days later."""
    chance, model = random.Random(20), Model()  # noqa: S311
    posts, users = [f"p{n}" for n in range(60)], [f"u{n}" for n in range(50)]
    instants = [clock.now - chance.randrange(89 * 86_400) * SECOND for _ in range(3_000)]
    inputs = [
        Input(
            user=chance.choice(users),
            action=chance.choice((*POST_ACTIONS, ActionType.VIEW, ActionType.REPLY)),
            target=chance.choice(posts),
            undo=chance.random() < 0.2,
            at=chance.choice(instants),
            event_id=f"e{number}" if number % 3 else None,
        )
        for number in range(10_000)
    ]
    async with serving(Settings(database_url, SECRET), clock) as caller:
        for position in range(0, len(inputs), 1_000):
            batch = inputs[position : position + 1_000]
            expected = [model.expect(input, clock.now) for input in batch]
            assert await caller.outcomes(*map(sent, batch)) == expected
        await compare(caller, model, posts, users)
        data = await caller.data("mutation { recalculateScores { users posts maxDrift } }")
        assert data["recalculateScores"] == {"users": 50, "posts": 60, "maxDrift": 0.0}
        await compare(caller, model, posts, users)
