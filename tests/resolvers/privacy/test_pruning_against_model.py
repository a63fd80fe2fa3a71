"""Random records, undos and prunes, in any order of time, held against the plain model."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.config.settings import Settings
from models.database.database import Database
from models.ledger.opening import open_ledger
from resolvers.privacy.pruning import Cutoff, Pruned, count, prune
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.recording.calls import CALLS, SECONDS_AGO
from tests.support.recording.comparing import compare, sent, start_empty
from tests.support.recording.plain_model import Input, Model
from tests.support.serving import SECRET, serving

SECOND = 1_000_000
POSTS, USERS = ("p", "q"), ("ann", "bob")


@dataclass(frozen=True)
class Prune:
    """A prune: its cutoffs in seconds before the start, negative after it, and microseconds."""

    dated: int
    seen: int
    micros: int


# Cutoffs lie where inputs lie, or one microsecond later, so that the boundary is hit.
CUTOFFS = st.sampled_from((*SECONDS_AGO, -1, -2, -4, -8))
PRUNES = st.builds(Prune, dated=CUTOFFS, seen=CUTOFFS, micros=st.sampled_from((0, 1)))
STEPS = st.lists(CALLS | PRUNES, min_size=2, max_size=6)
Steps = list[list[list[Input]] | Prune]


@pytest.mark.slow
@settings(max_examples=90)
@given(steps=STEPS)
def test_random_inputs_between_prunes_are_stored_as_the_rules_say(
    database_url: str, sqlite_file: Path, steps: Steps
) -> None:
    """Outcomes, what history shows, totals and scores equal the model's, and verify agrees."""
    asyncio.run(_check(database_url, sqlite_file, steps))


async def _check(url: str, template: Path, steps: Steps) -> None:
    await start_empty(url, template)
    clock, model = FixedClock(), Model()
    async with serving(Settings(url, SECRET, prune_after_days=0), clock) as caller:
        start = clock.now
        for step in steps:
            if isinstance(step, Prune):
                await _prune(caller, model, step, start)
                continue
            for call in step:
                clock.advance(1)
                inputs = [_dated(input, start) for input in call]
                expected = [
                    model.expect(input, clock.now + position)
                    for position, input in enumerate(inputs)
                ]
                assert await caller.outcomes(*(sent(input) for input in inputs)) == expected
        await compare(caller, model, POSTS, USERS)


async def _prune(caller: Caller, model: Model, step: Prune, start: int) -> None:
    dated, seen = (
        min(start - ago * SECOND + step.micros, caller.clock.now) for ago in (step.dated, step.seen)
    )
    seen = min(seen, dated)  # as every Cutoff is: a row that stays keeps its event id
    counted, done, ledger = Pruned(), Pruned(), open_ledger(Database.at(caller.url))
    await count(Cutoff(dated, seen), counted)
    await prune(ledger, Scoring(), Cutoff(dated, seen), done)
    await ledger.close()
    assert done == counted
    assert done.removed == model.prune(dated, seen)


def _dated(input: Input, start: int) -> Input:
    at = None if input.at is None else start - input.at * SECOND
    return replace(input, at=at)
