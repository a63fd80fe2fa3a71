"""Random records and undos, in any order of time, held against the plain model."""

import asyncio
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.settings import Settings
from models import recount
from models.database import Database
from models.records import Subject
from models.recount import TARGETS, USERS
from models.vocabulary import ActionType, SubjectKind
from resolvers import decay
from resolvers.identity import Identity
from resolvers.scoring import Scoring
from resolvers.verifying import Progress, verify
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
        await _compare(caller, model, clock.now)


def _dated(input: Input, start: int) -> Input:
    at = None if input.at is None else start - input.at * SECOND
    return Input(input.user, input.action, input.target, input.undo, at, input.event_id)


def _sent(input: Input) -> dict[str, object]:
    from graph.scalars import format_instant

    return {
        "userId": input.user,
        "action": input.action,
        "postId": input.target,
        "undo": input.undo,
        "occurredAt": None if input.at is None else format_instant(input.at),
        "eventId": input.event_id,
    }


async def _compare(caller: Caller, model: Model, now: int) -> None:
    for target in ("p", "q"):
        assert await caller.counts(target) == model.counts(target)
    for user in ("ann", "bob"):
        expected = Counter(
            f"{action} {target}" for who, action, target, _ in model.counted() if who == user
        )
        assert Counter(await caller.history(user)) == expected
    assert [difference async for difference in verify(Progress(), SCORING)] == []
    scores = await _scores(now)
    for target in ("p", "q"):
        score = scores.get(Subject(SubjectKind.POST, target), 0.0)
        assert score == pytest.approx(model.post_score(target, now), rel=1e-9, abs=1e-30)
    for user in ("ann", "bob"):
        subject = Subject(SubjectKind.USER, Identity(SECRET).alias(user))
        score = scores.get(subject, 0.0)
        assert score == pytest.approx(model.user_score(user, now), rel=1e-9, abs=1e-30)


async def _scores(now: int) -> dict[Subject, float]:
    found = {}
    for axis, half_life in ((USERS, SCORING.user_half_life), (TARGETS, SCORING.post_half_life)):
        subjects = await recount.subjects_after(axis, None, 100)
        if not subjects:
            continue
        for row in await recount.scores_between(axis, subjects[0], subjects[-1]):
            score = decay.weighted(decay.decode(row.positive), decay.decode(row.negative))
            subject = Subject(row.subject_kind, row.subject_id)
            found[subject] = decay.value(score, now, half_life)
    return found


async def _empty(url: str, template: Path) -> None:
    if url.startswith("sqlite://"):
        file = url.removeprefix("sqlite://")
        for leftover in Path(file).parent.glob("trailmark.db-*"):
            leftover.unlink()
        shutil.copy(template, file)
    else:
        await empty(Database.at(url))
