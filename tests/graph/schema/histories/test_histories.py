"""Histories over GraphQL: pages in both directions, filters, totals, and bad arguments."""

from typing import Any

import pytest

from tests.support.client import Caller

PAGE = """
query Page($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
           $filter: InteractionFilter) {
  user(id: $id) {
    interactions(first: $first, after: $after, last: $last, before: $before, filter: $filter) {
      edges { cursor node { target { id } } }
      nodes { target { id } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount
    }
  }
}
"""

ALL = """
query All($first: Int, $after: String, $filter: InteractionFilter) {
  interactions(first: $first, after: $after, filter: $filter) {
    nodes { userAlias action target { kind id } } pageInfo { hasNextPage endCursor } totalCount
  }
}
"""


async def views(caller: Caller, size: int, user: str = "ann") -> None:
    """Record VIEWs of p0, p1 … a second apart, the last one now."""
    for number in range(size):
        caller.clock.advance(1)
        await caller.record(userId=user, action="VIEW", postId=f"p{number}")


async def page(caller: Caller, **arguments: Any) -> dict[str, Any]:
    """A page of Ann's history."""
    data = await caller.data(PAGE, id="ann", **arguments)
    found: dict[str, Any] = data["user"]["interactions"]
    return found


def targets(page: dict[str, Any]) -> list[str]:
    return [node["target"]["id"] for node in page["nodes"]]


async def test_a_page_holds_the_20_newest_unless_told_otherwise(caller: Caller) -> None:
    """Newest first, 20 by default, with the cursors and the total."""
    await views(caller, 23)

    found = await page(caller)

    assert targets(found) == [f"p{number}" for number in range(22, 2, -1)]
    assert found["totalCount"] == 23
    assert found["pageInfo"] == {
        "hasNextPage": True,
        "hasPreviousPage": False,
        "startCursor": found["edges"][0]["cursor"],
        "endCursor": found["edges"][-1]["cursor"],
    }


async def test_pages_forward_meet_every_interaction_once(caller: Caller) -> None:
    """`after` the last cursor goes on; the last page says that nothing follows."""
    await views(caller, 7)
    seen, after = [], None
    flags = []
    for _ in range(3):
        found = await page(caller, first=3, after=after)
        seen += targets(found)
        after = found["pageInfo"]["endCursor"]
        flags.append((found["pageInfo"]["hasNextPage"], found["pageInfo"]["hasPreviousPage"]))

    assert seen == ["p6", "p5", "p4", "p3", "p2", "p1", "p0"]
    assert flags == [(True, False), (True, True), (False, True)]


async def test_pages_backward_meet_every_interaction_once(caller: Caller) -> None:
    """`before` the first cursor goes back; each page is still newest first."""
    await views(caller, 5)
    pages, before = [], None
    flags = []
    for _ in range(3):
        found = await page(caller, last=2, before=before)
        pages.append(targets(found))
        before = found["pageInfo"]["startCursor"]
        flags.append((found["pageInfo"]["hasNextPage"], found["pageInfo"]["hasPreviousPage"]))

    assert pages == [["p1", "p0"], ["p3", "p2"], ["p4"]]
    assert flags == [(False, True), (True, True), (True, False)]


async def test_after_and_before_bound_a_page_together(caller: Caller) -> None:
    """Only what lies between two cursors, both excluded."""
    await views(caller, 6)
    edges = (await page(caller))["edges"]

    found = await page(caller, first=10, after=edges[1]["cursor"], before=edges[4]["cursor"])

    # Edges are newest first: after the second and before the fifth lie the third and the fourth.
    assert targets(found) == ["p3", "p2"]


async def test_what_lies_around_a_page_is_told_beyond_its_bounds(caller: Caller) -> None:
    """Both flags tell of the whole history, whichever cursor bounds the page, also an empty one."""
    await views(caller, 3)
    edges = (await page(caller))["edges"]
    newest, middle, oldest = (edge["cursor"] for edge in edges)

    async def flags(**arguments: Any) -> tuple[list[str], bool, bool]:
        found = await page(caller, **arguments)
        info = found["pageInfo"]
        return targets(found), info["hasPreviousPage"], info["hasNextPage"]

    assert await flags(first=2, before=oldest) == (["p2", "p1"], False, True)
    assert await flags(first=1, before=oldest) == (["p2"], False, True)
    assert await flags(before=middle) == (["p2"], False, True)
    assert await flags(before=newest) == ([], False, True)
    assert await flags(last=2, after=newest) == (["p1", "p0"], True, False)
    assert await flags(last=1, after=newest) == (["p0"], True, False)
    assert await flags(last=2, after=oldest) == ([], True, False)
    assert await flags(first=2, after=newest, before=oldest) == (["p1"], True, True)
    assert await flags(last=2, after=newest, before=oldest) == (["p1"], True, True)
    assert await flags(first=3) == await flags(last=3) == (["p2", "p1", "p0"], False, False)


async def test_a_row_recorded_while_someone_pages_disturbs_nothing(caller: Caller) -> None:
    """A new row is neither repeated on the next page nor pushes another out of it."""
    await views(caller, 4)
    first = await page(caller, first=2)
    caller.clock.advance(1)
    await caller.record(userId="ann", action="VIEW", postId="new")

    second = await page(caller, first=2, after=first["pageInfo"]["endCursor"])

    assert targets(first) + targets(second) == ["p3", "p2", "p1", "p0"]


async def test_ties_are_ordered_by_id_across_pages(caller: Caller) -> None:
    """Interactions of the same instant come each once, the one recorded last first."""
    inputs = [
        {
            "userId": "ann",
            "action": "VIEW",
            "postId": f"p{number}",
            "occurredAt": "2026-11-20T11:00:00Z",
        }
        for number in range(5)
    ]
    await caller.outcomes(*inputs)

    first = await page(caller, first=3)
    second = await page(caller, first=3, after=first["pageInfo"]["endCursor"])

    assert targets(first) + targets(second) == ["p4", "p3", "p2", "p1", "p0"]


async def test_filters_take_what_passes_every_condition(caller: Caller) -> None:
    """Actions, families, kinds, sources, recommended and instants narrow a history."""
    records = [
        ("FAVORITE", "POST", "p1", {"source": "home", "recommended": True}),
        ("HIDE", "POST", "p2", {"source": "home"}),
        ("VIEW", "POST", "p1", {"source": "search"}),
        ("GROUP_JOIN", "GROUP", "g1", {}),
        ("SEARCH", "QUERY", "cats", {}),
    ]
    for action, kind, target, context in records:
        caller.clock.advance(1)
        target_input = {"kind": kind, "id": target}
        await caller.record(userId="ann", action=action, target=target_input, context=context)

    async def passing(**conditions: Any) -> list[str]:
        return targets(await page(caller, filter=conditions))

    assert await passing() == ["cats", "g1", "p1", "p2", "p1"]
    assert await passing(actions=["VIEW", "HIDE"]) == ["p1", "p2"]
    assert await passing(families=["ENGAGEMENT"]) == ["p1", "p1"]
    assert await passing(families=["ENGAGEMENT"], actions=["HIDE"]) == []
    assert await passing(targetKinds=["GROUP", "QUERY"]) == ["cats", "g1"]
    assert await passing(postIds=["p1"]) == ["p1", "p1"]
    assert await passing(sources=["home"]) == ["p2", "p1"]
    assert await passing(recommended=True) == ["p1"]
    assert await passing(recommended=False, sources=["home"]) == ["p2"]
    assert await passing(since="2026-11-20T12:00:02Z", until="2026-11-20T12:00:04Z") == [
        "p1",
        "p2",
    ]
    assert await passing(actions=[]) == []
    assert await passing(userAliases=["u_0123456789abcdef"]) == []


async def test_the_list_of_all_merges_the_users_and_posts_asked_for(caller: Caller) -> None:
    """Filters by users and by posts over all interactions page through a merge of histories."""
    aliases = {}
    for number in range(4):
        for user in ("ann", "bob", "eve"):
            caller.clock.advance(1)
            payload = await caller.record(userId=user, action="VIEW", postId=f"p{number}")
            aliases[user] = payload["interaction"]["userAlias"]

    chosen = {"userAliases": [aliases["ann"], aliases["eve"]]}
    found = (await caller.data(ALL, first=3, filter=chosen))["interactions"]
    rest = (await caller.data(ALL, after=found["pageInfo"]["endCursor"], filter=chosen))[
        "interactions"
    ]
    who = [node["userAlias"] for node in found["nodes"] + rest["nodes"]]
    assert who == [aliases["eve"], aliases["ann"]] * 4
    assert (found["totalCount"], rest["totalCount"]) == (8, 8)
    assert (found["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)

    posts = (await caller.data(ALL, filter={"postIds": ["p0", "p3"]}))["interactions"]
    assert [node["target"]["id"] for node in posts["nodes"]] == ["p3"] * 3 + ["p0"] * 3
    both = (await caller.data(ALL, filter={"postIds": ["p0"], **chosen}))["interactions"]
    assert [node["userAlias"] for node in both["nodes"]] == [aliases["eve"], aliases["ann"]]
    assert both["totalCount"] == 2


async def test_a_count_beyond_ten_thousand_is_null_unless_totals_tell(caller: Caller) -> None:
    """Totals count a user's history exactly; a filtered one is counted up to 10 000."""
    inputs = [{"userId": "ann", "action": "VIEW", "postId": f"p{i % 3}"} for i in range(1000)]
    for _ in range(10):
        await caller.outcomes(*inputs)

    assert (await page(caller, first=1))["totalCount"] == 10_000
    since = {"since": "2026-11-01T00:00:00Z"}
    assert (await page(caller, first=1, filter=since))["totalCount"] == 10_000
    await caller.outcomes(inputs[0])
    assert (await page(caller, first=1))["totalCount"] == 10_001
    assert (await page(caller, first=1, filter={"actions": ["VIEW"]}))["totalCount"] == 10_001
    assert (await page(caller, first=1, filter={"actions": ["CLICK"]}))["totalCount"] == 0
    assert (await page(caller, first=1, filter=since))["totalCount"] is None


async def test_merged_histories_are_counted_up_to_ten_thousand_together(caller: Caller) -> None:
    """Ten posts, or a hundred, cost no more to count than one; beyond, the count is null."""
    inputs = [{"userId": "ann", "action": "VIEW", "postId": f"p{i % 10}"} for i in range(1000)]
    for _ in range(10):
        await caller.outcomes(*inputs)
    posts = [f"p{number}" for number in range(100)]

    async def counted(size: int, **conditions: Any) -> int | None:
        filter = {"postIds": posts[:size], "since": "2026-11-01T00:00:00Z", **conditions}
        count: int | None = (await caller.data(ALL, filter=filter))["interactions"]["totalCount"]
        return count

    assert [await counted(size) for size in (0, 1, 9, 10, 100)] == [0, 1000, 9000, 10_000, 10_000]
    assert await counted(100, until="2026-11-02T00:00:00Z") == 0
    await caller.outcomes(inputs[0])
    assert [await counted(size) for size in (1, 9, 10, 100)] == [1001, 9001, None, None]


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("arguments", "argument"),
    [
        ({"last": -1}, "last"),
        ({"first": 101}, "first"),
        ({"first": -1}, "first"),
        ({"last": 101}, "last"),
        ({"first": 1, "last": 1}, "last"),
        ({"after": "x"}, "after"),
        ({"after": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}, "after"),
        ({"before": "ü"}, "before"),
        ({"filter": {"postIds": ["p"] * 101}}, "filter.postIds"),
        ({"filter": {"postIds": ["p\u0000"]}}, "filter.postIds"),
        ({"filter": {"userAliases": ["ann"]}}, "filter.userAliases"),
        ({"filter": {"sources": ["\u0000"]}}, "filter.sources"),
        (
            {"filter": {"since": "2026-11-20T12:00:00Z", "until": "2026-11-20T11:00:00Z"}},
            "filter.since",
        ),
    ],
)
async def test_bad_arguments_are_named(
    caller: Caller, arguments: dict[str, Any], argument: str
) -> None:
    """A page that cannot be is BAD_USER_INPUT with the argument's name."""
    (error,) = await caller.errors(PAGE, id="ann", **arguments)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}
    assert error["message"].startswith(f"{argument}: ")


@pytest.mark.parametrize("condition", [{"sources": ["home"]}, {"recommended": True}])
async def test_a_filter_that_would_read_the_whole_log_needs_a_bound(
    caller: Caller, condition: dict[str, Any]
) -> None:
    """`sources` and `recommended` over all interactions need users, posts or `since`."""
    (error,) = await caller.errors(ALL, filter=condition)
    assert error["extensions"]["argument"] == f"filter.{next(iter(condition))}"

    bounded = {**condition, "since": "2026-11-20T00:00:00Z"}
    assert (await caller.data(ALL, filter=bounded))["interactions"]["nodes"] == []


async def test_an_empty_page_tells_what_lies_around_it(caller: Caller) -> None:
    """With a size of 0, as where only the count is wanted; pages around a cursor hold its row."""
    for post in ("p1", "p2"):
        await caller.record(userId="ann", action="VIEW", postId=post)
    query = """query ($first: Int, $after: String, $last: Int, $before: String) {
      user(id: "ann") { interactions(first: $first, after: $after, last: $last, before: $before) {
        edges { cursor } totalCount
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }"""

    async def page(**arguments: Any) -> tuple[int, int, bool, bool]:
        found = (await caller.data(query, **arguments))["user"]["interactions"]
        info = found["pageInfo"]
        assert found["edges"] or (info["startCursor"], info["endCursor"]) == (None, None)
        around = info["hasNextPage"], info["hasPreviousPage"]
        return len(found["edges"]), found["totalCount"], *around

    whole = (await caller.data(query))["user"]["interactions"]
    newest, oldest = (edge["cursor"] for edge in whole["edges"])

    assert await page(first=0) == (0, 2, True, False)
    assert await page(last=0) == (0, 2, False, True)
    assert await page(first=0, after=newest) == (0, 2, True, True)
    assert await page(first=0, after=oldest) == (0, 2, False, True)
    assert await page(last=0, before=oldest) == (0, 2, True, True)
    assert await page(last=0, before=newest) == (0, 2, True, False)
