"""Pages that end before they are full, since ten thousand rows were looked at for them."""

from typing import Any

import pytest

from tests.support.access.callers import alias
from tests.support.client import Caller
from tests.support.recording.histories import plant_views
from tests.support.sql import run

ANN = alias("ann")
LOOKED_AT = 10_000
PAGE = """
query Page($alias: ID!, $first: Int, $after: String, $last: Int, $before: String) {
  user(alias: $alias) {
    interactions(
      first: $first, after: $after, last: $last, before: $before, filter: {actions: [CLICK]}
    ) {
      edges { cursor node { target { targetId } } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    }
  }
}
"""


@pytest.fixture
async def clicks(caller: Caller) -> Caller:
    """A caller of a server where Ann's first and last interactions are CLICKs, all else VIEWs."""
    await plant_views(caller.url, LOOKED_AT + 50, alias=ANN, post_id="hot", first=1)
    for number, post_id in ((1, "first"), (LOOKED_AT + 50, "last")):
        change = f"SET action = 6, target_id = '{post_id}'"
        await run(caller.url, f"UPDATE interactions {change} WHERE id = {number}")
    return caller


async def page(caller: Caller, **arguments: Any) -> tuple[list[str], dict[str, Any]]:
    data = await caller.data(PAGE, alias=ANN, **arguments)
    found = data["user"]["interactions"]
    info = found["pageInfo"] | {"cursors": [edge["cursor"] for edge in found["edges"]]}
    return [edge["node"]["target"]["targetId"] for edge in found["edges"]], info


async def test_a_page_that_ends_early_says_where_to_go_on(clicks: Caller) -> None:
    """Its end is not its last edge's: from there on the next page finds what is left."""
    found, info = await page(clicks, first=5)
    rest, last_info = await page(clicks, first=5, after=info["endCursor"])

    assert (found, info["hasNextPage"], info["hasPreviousPage"]) == (["last"], True, False)
    assert (rest, last_info["hasNextPage"]) == (["first"], False)


async def test_from_the_end_a_page_says_so_at_its_start(clicks: Caller) -> None:
    """Backward, `hasPreviousPage` is true and `startCursor` is where to go on."""
    found, info = await page(clicks, last=5)
    rest, last_info = await page(clicks, last=5, before=info["startCursor"])

    assert (found, info["hasPreviousPage"], info["hasNextPage"]) == (["first"], True, False)
    assert (rest, last_info["hasPreviousPage"]) == (["last"], False)


async def test_an_empty_page_has_a_place_to_go_on(clicks: Caller) -> None:
    """Between the two there is nothing to show, and as many rows to look at."""
    _, info = await page(clicks, first=1)
    found, rest = await page(clicks, first=5, after=info["cursors"][0])

    assert (found, rest["hasNextPage"], rest["startCursor"]) == ([], True, None)
    assert rest["endCursor"] is not None
    assert (await page(clicks, first=5, after=rest["endCursor"]))[0] == ["first"]


async def test_a_count_that_would_look_at_too_many_is_unknown(clicks: Caller) -> None:
    """It is counted where time or totals leave at most ten thousand rows to look at."""
    counts = """query Count($alias: ID!, $filter: InteractionFilter) {
      user(alias: $alias) { interactions(filter: $filter) { totalCount } }
    }"""

    async def count(**filter: Any) -> int | None:
        data = await clicks.data(counts, alias=ANN, filter=filter)
        found: int | None = data["user"]["interactions"]["totalCount"]
        return found

    assert await count(recommended=False) is None
    assert await count(recommended=False, since="2026-11-20T00:00:51Z") == LOOKED_AT
    assert await count(postIds=["first", "last"]) == 2


async def test_older_clients_get_whole_pages(clicks: Caller) -> None:
    """The REST API reads on until a page is full, and counts all."""
    path = f"/api/v1/interactions/user/{ANN}?action_type=click&since=2026-11-20"
    history = (await clicks.http.get(path)).json()
    second = (await clicks.http.get("/activities/?activity_type=click&page=2&page_size=1")).json()

    assert [each["post_id"] for each in history["interactions"]] == ["last", "first"]
    assert history["total_count"] == 2
    assert [each["target"] for each in second["results"]] == ["first"]
    assert (second["count"], second["next"]) == (2, None)
