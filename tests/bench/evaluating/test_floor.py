"""The floor: how much better than popularity the product recommends, where there is structure."""

import asyncio
from functools import cache
from typing import Any

import pytest

from bench.databases.empty import EMPTY
from bench.evaluating import product
from bench.evaluating.baselines import lately_popular
from bench.evaluating.events import Event, read
from bench.evaluating.measures import Lists, measure
from bench.evaluating.splits import Split, by_time, latest_favorites
from bench.evaluating.synthetic import World, synthesize

pytestmark = pytest.mark.slow  # a server learns 20 000 lines, twice


@cache
def _past() -> tuple[list[Event], list[dict[str, Any]]]:
    """What happened in a world, and the lines that describe its posts."""
    lines, descriptions = synthesize(World())
    return read(lines).events, descriptions


async def _asked(url: str, split: Split, exploration: float) -> tuple[Lists, Lists]:
    await product.load(url, split, _past()[1])
    async with product.serving_as_of(url, split, exploration) as caller:
        recommended = await product.recommendations(caller, split)
        return recommended.lists, (await product.similar(caller, split)).lists


def _ratios(split: Split, exploration: float) -> dict[str, float]:
    """How many times the hit rate and the gain of what is popular of late ours are."""
    with EMPTY["sqlite"]() as url:
        recommended, similar = asyncio.run(_asked(url, split, exploration))
    beside = measure(lately_popular(split), split)
    ours, alike = measure(recommended, split), measure(similar, split)
    return {
        "hit rate": ours.hit_rate.value / beside.hit_rate.value,
        "gain": ours.ndcg.value / beside.ndcg.value,
        "similar": alike.hit_rate.value / beside.hit_rate.value,
    }


def test_what_a_user_favors_next_is_recommended() -> None:
    """Three times as many favorites that are held out are found as by what is popular of late."""
    ratios = _ratios(latest_favorites(_past()[0]), 0.0)

    assert ratios["hit rate"] > 3, ratios
    assert ratios["gain"] > 3, ratios
    assert ratios["similar"] > 1.3, ratios


def test_what_users_favor_later_is_recommended_while_a_tenth_explores() -> None:
    """The same by time, with the setting's default."""
    ratios = _ratios(by_time(_past()[0], 0.2), 0.1)

    assert ratios["hit rate"] > 3, ratios
    assert ratios["gain"] > 3, ratios
