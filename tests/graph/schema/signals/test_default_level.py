"""The server's default level in what feeds get: it holds for whoever chose no level."""

import dataclasses

import pytest

from graph.config.settings import Settings
from models.vocabulary import PrivacyLevel
from tests.support.client import Caller, FixedClock
from tests.support.levels import set_level
from tests.support.serving import SECRET, serving
from tests.support.signals.asking import did, engaged, signals
from tests.support.signals.preferences import preferences
from tests.support.signals.recommended import recommended

CATS = {"context": {"hashtags": ["cats"], "source": "home"}}


async def _recorded_at_full(settings: Settings, clock: FixedClock) -> None:
    """Ann and Max did things while the default was FULL; Max chose it as well."""
    async with serving(settings, clock) as server:
        await did(server, "FAVORITE", "p", "ann", "max", **CATS)
        await did(server, "HIDE", "q", "ann", "max", **CATS)
        await did(server, "FAVORITE", "q", "bob", **CATS)
        await engaged(server, "p", 2)
        await engaged(server, "q", 1)
    await set_level(settings.database_url, SECRET, "max", PrivacyLevel.FULL)


async def _told(server: Caller, user: str) -> list[object]:
    """All that a feed gets of a user."""
    return [
        await preferences(server, user),
        await signals(server, user, "p", "q", "r"),
        await recommended(server, user),
    ]


@pytest.mark.parametrize("level", [PrivacyLevel.LIMITED, PrivacyLevel.NONE])
async def test_a_lowered_default_makes_strangers_of_those_who_chose_none(
    database_url: str, clock: FixedClock, level: PrivacyLevel
) -> None:
    """What was stored under the former default is used no more; who chose FULL stays known."""
    settings = Settings(database_url, SECRET)
    await _recorded_at_full(settings, clock)

    async with serving(dataclasses.replace(settings, default_privacy=level), clock) as server:
        assert await _told(server, "ann") == await _told(server, "stranger")
        assert await preferences(server, "ann") == {}
        assert list(await preferences(server, "max")) == ["HASHTAG cats", "SOURCE home"]
        assert await _told(server, "max") != await _told(server, "stranger")


async def test_a_default_that_is_full_again_finds_what_is_still_stored(
    database_url: str, clock: FixedClock
) -> None:
    """A default removes nothing: what was hidden is there again."""
    settings = Settings(database_url, SECRET)
    await _recorded_at_full(settings, clock)
    limited = dataclasses.replace(settings, default_privacy=PrivacyLevel.LIMITED)
    async with serving(limited, clock) as server:
        assert await preferences(server, "ann") == {}

    async with serving(settings, clock) as server:
        assert await preferences(server, "ann") == {
            "HASHTAG cats": (2.0, 2),
            "SOURCE home": (2.0, 2),
        }


@pytest.mark.parametrize("level", [PrivacyLevel.LIMITED, PrivacyLevel.NONE])
async def test_a_choice_below_full_shows_no_preferences_before_they_are_gone(
    caller: Caller, level: PrivacyLevel
) -> None:
    """The level holds from its commit on, and the rows go afterwards."""
    await did(caller, "FAVORITE", "p", "ann", **CATS)
    await set_level(caller.url, SECRET, "ann", level)

    assert await preferences(caller, "ann") == {}
