"""docs/feeds.md: its queries pasted one after another, into a real server that is empty."""

import asyncio
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from resolvers.signals.reasons import ReasonKind
from tests.support.client import Caller
from tests.support.durability.server import server_process, until_awaited

PAGE = (Path(__file__).parents[1] / "docs" / "feeds.md").read_text(encoding="utf-8")
QUERIES = re.findall(r"^```graphql\n((?:query|mutation) (\w+).*?)^```$", PAGE, re.DOTALL | re.M)
CLOSE = 1e-9
FOLLOWED_S = 60.0
"""A machine may be busy; two seconds are promised for one that is not."""


@pytest.fixture(scope="module")
def answers(sqlite_file: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What each query of the page is answered, by its name."""
    folder = tmp_path_factory.mktemp("feeds")
    shutil.copy(sqlite_file, folder / "feeds.db")
    return asyncio.run(_answers(folder))


async def _answers(folder: Path) -> dict[str, Any]:
    async with (
        server_process(f"sqlite://{folder}/feeds.db", folder) as server,
        server.caller() as caller,
    ):
        found = {}
        for query, name in QUERIES:
            found[name] = await caller.data(query)
            if name == "Record":
                await until_awaited(lambda: _are_alike(caller), FOLLOWED_S)
        return found


async def _are_alike(caller: Caller) -> bool:
    """Whether it is known by now that the same people like two posts."""
    found = await caller.data('{ post(id: "green-tea") { similar { post { postId } reasons } } }')
    texts = [each["reasons"] for each in found["post"]["similar"]]
    return any("people" in text for reasons in texts for text in reasons)


def test_every_query_of_the_page_is_pasted() -> None:
    """Each has a name of its own, and there are those that the recipes promise."""
    names = [name for _, name in QUERIES]

    assert len(set(names)) == len(names) == PAGE.count("```graphql")
    assert {"Rank", "FillAPage", "MoreOfTheSame", "DidItHelp"} <= set(names)


def test_what_is_planted_is_taken(answers: dict[str, Any]) -> None:
    """Descriptions and records of the page are as the server wants them."""
    described = answers["DescribePosts"]["describePosts"]

    assert described["errors"] == []
    assert len(described["posts"]) == 5
    assert answers["Record"]["recordInteractions"] == {"recorded": 10, "rejected": 0}
    assert answers["MoreLikeThis"]["recordInteraction"] == {"outcome": "CREATED"}
    assert answers["Viewed"]["recordInteractions"] == {"recorded": 3}


def test_preferences_are_those_of_what_was_done(answers: dict[str, Any]) -> None:
    """What is described counts, the liked above the hidden."""
    found = answers["Preferences"]["user"]["preferences"]

    assert {each["value"]: each["count"] for each in found["hashtags"]} == {
        "tea": 1,
        "green": 1,
        "news": 1,
    }
    assert [each["value"] for each in found["contentTypes"]] == ["image", "text"]
    assert [each["score"] > 0 for each in found["authors"]] == [True, False]


def test_candidates_are_ranked_with_reasons(answers: dict[str, Any]) -> None:
    """In the order asked, each score the sum of its contributions; the hidden is suppressed."""
    found = {each["post"]["postId"]: each for each in answers["Rank"]["user"]["feedSignals"]}

    assert list(found) == ["green-tea", "black-tea", "tea-pots", "gossip", "club-news"]
    for each in found.values():
        parts = [part["contribution"] for part in each["contributions"]]
        assert each["score"] == pytest.approx(sum(parts), abs=CLOSE)
        assert [part["text"] for part in each["contributions"]] == each["reasons"]
        assert all(0 <= each[name] <= 1 for name in ("popularity", "affinity", "similarity"))
    assert [id for id, each in found.items() if each["seen"]] == ["green-tea", "gossip"]
    assert [id for id, each in found.items() if each["suppressed"]] == ["gossip"]
    assert found["gossip"]["score"] <= 0
    assert found["gossip"]["contributions"][0]["kind"] == ReasonKind.HIDDEN
    assert found["club-news"]["social"] > 0
    assert found["tea-pots"]["similarity"] > 0
    assert found["black-tea"]["affinity"] > 0


def test_a_page_has_what_the_user_has_not_seen(answers: dict[str, Any]) -> None:
    """Neither what the user liked nor what the user hid."""
    found = answers["FillAPage"]["user"]["recommendations"]

    assert found["recommendationId"].startswith("trailmark:")
    posts = [each["post"]["postId"] for each in found["posts"]]
    assert "tea-pots" in posts
    assert not {"green-tea", "gossip"} & set(posts)
    assert all(each["reasons"] for each in found["posts"])


def test_what_is_like_a_post_is_told(answers: dict[str, Any]) -> None:
    """First what the same people like, then what shares facets, without the post itself."""
    found = answers["MoreOfTheSame"]["post"]["similar"]

    assert [each["post"]["postId"] for each in found][:2] == ["tea-pots", "black-tea"]
    assert all(each["reasons"] and each["cursor"] for each in found)


def test_outcomes_tell_what_was_recommended(answers: dict[str, Any]) -> None:
    """One view and one favorite of ours, beside what came otherwise."""
    found = answers["DidItHelp"]["recommendationOutcomes"]
    ours = next(each for each in found if each["group"] == "trailmark")
    others = next(each for each in found if not each["recommended"])

    assert ours["recommended"]
    assert (ours["views"], ours["favorites"], ours["favoriteRate"]["value"]) == (1, 1, 1.0)
    assert (others["group"], others["views"], others["hides"]) == ("", 1, 1)
