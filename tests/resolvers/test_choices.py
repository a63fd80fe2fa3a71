"""Random records, levels and erasures, held against the plain model."""

import random
from pathlib import Path

import pytest

from graph.settings import Settings
from models.vocabulary import ActionType, PrivacyLevel
from tests.client import FixedClock
from tests.conftest import SECRET, serving
from tests.pasts import choose, erase
from tests.resolvers.comparing import compare, sent, start_empty
from tests.resolvers.plain_model import Input, Model

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
NOBODY = ""


def forget(model: Model, user: str, *, keep: bool) -> None:
    """Take a user out of the model; what counted stays, as nobody's, if it is kept."""
    counted = [each[1:] for each in model.counted() if each[0] == user]
    model.states = {key: held for key, held in model.states.items() if key[0] != user}
    model.events = [event for event in model.events if event[0] != user]
    model.event_ids = {key: seen for key, seen in model.event_ids.items() if key[0] != user}
    model._answered = {key for key in model._answered if key[0] != user}
    if keep:
        model.events += [(NOBODY, *each) for each in counted]


def set_level(model: Model, levels: dict[str, PrivacyLevel], user: str, to: PrivacyLevel) -> None:
    was = levels[user]
    if was is FULL and to is not FULL:
        forget(model, user, keep=to is LIMITED)
    elif was is not FULL and to is FULL:
        forget(model, user, keep=True)  # what tokens remember says nothing to FULL
    levels[user] = to


@pytest.mark.parametrize("seed", range(4))
async def test_random_choices_leave_what_the_rules_say(
    database_url: str,
    sqlite_file: Path,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
) -> None:
    """Records, undos, levels and erasures in any order: everything equals the plain model."""
    monkeypatch.setattr("resolvers.removing.ROWS_AT_ONCE", 3)
    await start_empty(database_url, sqlite_file)
    chance = random.Random(seed)  # noqa: S311 (reproducible, not secret)
    levels = {NOBODY: LIMITED, **dict.fromkeys(USERS, FULL)}
    model = Model(levels)
    async with serving(Settings(database_url, SECRET), clock) as caller:
        for _ in range(25):
            clock.advance(30)
            inputs = [_input(chance, clock.now) for _ in range(chance.randrange(1, 12))]
            expected = [
                model.expect(input, clock.now + place) for place, input in enumerate(inputs)
            ]
            assert await caller.outcomes(*map(sent, inputs)) == expected
            user = chance.choice(USERS)
            if chance.random() < 0.15:
                await erase(caller, userId=user, confirm=True)
                forget(model, user, keep=levels[user] is not FULL)
                levels[user] = FULL
            elif chance.random() < 0.5:
                to = chance.choice((FULL, LIMITED, NONE))
                payload = await choose(caller, userId=user, level=to.name)
                stored = [each for each in model.stored() if each[0] == user]
                assert payload["removedInteractions"] == (0 if to is FULL else len(stored))
                set_level(model, levels, user, to)
        await compare(caller, model, POSTS, USERS)


def _input(chance: random.Random, now: int) -> Input:
    ago = chance.choice((None, None, 0, 1, 60, 86_400, 80 * 86_400))
    return Input(
        chance.choice(USERS),
        chance.choice(ACTIONS),
        chance.choice(POSTS),
        chance.random() < 0.25,
        None if ago is None else now - ago * 1_000_000,
        chance.choice((None, None, "e1", "e2", "e3", "e4")),
    )
