"""The tracker's engagement scores, as its clients know them."""

from typing import Any

import pytest

from tests.support.client import Caller
from tests.support.pasts import alias
from tests.support.rest import ANN, BOB, NOON, act, get, post

pytestmark = pytest.mark.either_database


async def test_engagement_lists_scores_highest_first(caller: Caller) -> None:
    """With rank and parts, as `engagementScores` gives them."""
    await act(caller, user="bob", activity_type="comment")
    await act(caller)
    await act(caller, activity_type="report", target="q")

    told = await get(caller, "/engagement/")

    assert (told["count"], told["next"], told["previous"]) == (2, None, None)
    first, second = told["results"]
    assert (first["user"], first["rank"], first["score"]) == (BOB, 1, 6.0)
    assert first["normalized"] == pytest.approx(100 * (1 - 2 ** (-6 / 20)))
    assert (second["user"], second["rank"], second["updated_at"]) == (ANN, 2, NOON)
    assert second["components"] == [
        {"activity_type": "vibe", "count": 1, "weight": 4.0, "contribution": 4.0},
        {"activity_type": "report", "count": 1, "weight": 0.0, "contribution": 0.0},
    ]


async def test_engagement_comes_in_pages(caller: Caller) -> None:
    """Of those with the highest scores; ranks go on, and beyond the end a page is empty."""
    for user, times in (("ann", 1), ("bob", 3), ("cid", 2)):
        for number in range(times):
            await act(caller, user=user, target=str(number))
    host = "http://127.0.0.1/engagement/?page_size=2"

    first = await get(caller, "/engagement/", page_size=2)
    second = await get(caller, "/engagement/", page_size=2, page=2)
    beyond = await get(caller, "/engagement/", page_size=2, page=9999)

    pages = (first, second, beyond)
    assert [[(each["user"], each["rank"]) for each in page["results"]] for page in pages] == [
        [(BOB, 1), (alias("cid"), 2)],
        [(ANN, 3)],
        [],
    ]
    assert {page["count"] for page in pages} == {3}
    assert (first["next"], first["previous"]) == (f"{host}&page=2", None)
    assert (second["next"], second["previous"]) == (None, host)
    assert (beyond["next"], beyond["previous"]) == (None, f"{host}&page=9998")


async def test_engagement_ends_at_the_hundredth_but_for_a_user_asked_for(caller: Caller) -> None:
    """The list's count is that of its pages; a user is found by id or alias at whatever rank."""
    await caller.outcomes(
        *({"userId": f"u{number}", "action": "VIBE", "postId": "p"} for number in range(101)),
        {"userId": "ann", "action": "VIEW", "postId": "p"},
    )

    whole = await get(caller, "/engagement/")
    last = await get(caller, "/engagement/", page=5)
    by_id = await get(caller, "/engagement/", user="ann")
    by_alias = await get(caller, "/engagement/", user=ANN)

    assert (whole["count"], len(whole["results"]), last["next"]) == (100, 20, None)
    assert last["results"][-1]["rank"] == 100
    assert (by_id["count"], by_id["next"], by_id["previous"]) == (1, None, None)
    assert [(each["user"], each["rank"]) for each in by_id["results"]] == [(ANN, 102)]
    assert by_alias == by_id


async def test_who_did_nothing_or_took_it_back_has_no_engagement(caller: Caller) -> None:
    """An empty list, and no error."""
    await act(caller)
    await act(caller, activity_type="unvibe")

    empty: dict[str, Any] = {"count": 0, "next": None, "previous": None, "results": []}
    assert await get(caller, "/engagement/", user="ann") == empty
    assert await get(caller, "/engagement/", user="nobody") == empty


async def test_recalculating_says_how_many_scores_it_went_through(caller: Caller) -> None:
    """With a body or without one."""
    await act(caller)
    await act(caller, user="bob")

    bare = await caller.http.post("/engagement/recalculate/")

    assert (bare.status_code, bare.json()) == (200, {"updated": 2})
    assert await post(caller, "/engagement/recalculate/") == {"updated": 2}
