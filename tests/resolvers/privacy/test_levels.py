"""Random records, levels and erasures, held against the plain model."""

import random
from pathlib import Path

import pytest

from graph.config.settings import Settings
from models.vocabulary import ActionType, PrivacyLevel
from tests.support.client import FixedClock
from tests.support.pasts import choose, erase
from tests.support.recording.comparing import compare, sent, start_empty
from tests.support.recording.plain_model import Input, Model
from tests.support.serving import SECRET, serving

FULL, LIMITED, NONE = PrivacyLevel
USERS, POSTS = ("ann", "bob", "cid"), ("p", "q", "r")
ACTIONS = (
    ActionType.FAVORITE,
    ActionType.MORE_LIKE_THIS,
    ActionType.LESS_LIKE_THIS,
    ActionType.REPORT,
    ActionType.VIEW,
    ActionType.REPLY,
)


@pytest.mark.parametrize(
    "seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3))]
)
async def test_random_choices_leave_what_the_rules_say(
    database_url: str,
    sqlite_file: Path,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """Records, undos, levels and erasures in any order: everything equals the plain model."""
    monkeypatch.setattr("resolvers.privacy.removing.ROWS_AT_ONCE", 3)
    await start_empty(database_url, sqlite_file)
    chance = random.Random(seed)  # noqa: S311 (reproducible, not secret)
    model = Model()
    async with serving(Settings(database_url, SECRET), clock) as caller:
        for _ in range(25):
            clock.advance(30)
            inputs = [_input(chance, clock.now) for _ in range(chance.randrange(1, 12))]
            expected = model.expect_all(inputs, clock.now)
            assert await caller.outcomes(*map(sent, inputs)) == expected
            user = chance.choice(USERS)
            if chance.random() < 0.15:
                gone = await erase(caller, userId=user, confirm=True)
                assert gone["removedInteractions"] == model.erase(user)
            elif chance.random() < 0.5:
                to = chance.choice((FULL, LIMITED, NONE))
                payload = await choose(caller, userId=user, level=to.name)
                assert payload["removedInteractions"] == model.choose(user, to)
        await compare(caller, model, POSTS, USERS)


def _input(chance: random.Random, now: int) -> Input:
    ago = chance.choice((None, None, 0, 1, 60, 86_400, 80 * 86_400))
    return Input(
        user=chance.choice(USERS),
        action=chance.choice(ACTIONS),
        target=chance.choice(POSTS),
        undo=chance.random() < 0.25,
        at=None if ago is None else now - ago * 1_000_000,
        event_id=chance.choice((None, None, "e1", "e2", "e3", "e4")),
    )
