"""Reading over GraphQL: nodes, users, posts, stats, and what they cost."""

import time

import jwt
import pytest

from graph.config.settings import Settings
from graph.schema.types.global_ids import global_id
from models.vocabulary import ACTIONS
from resolvers.identity import Identity
from tests.support.client import Caller, FixedClock
from tests.support.serving import SECRET, serving
from tests.support.sql import statements_asked

STATS = """
query Stats($id: ID!) {
  post(id: $id) {
    id
    postId
    stats {
      postId
      post { postId }
      interactionCounts { favorites reblogs replies bookmarks moreLikeThis lessLikeThis clicks
        views hides }
      counts { action count }
      engagementRate
      lastInteractionAt
    }
    interactions { nodes { id } totalCount }
  }
}
"""


async def test_the_interactions_document_s_example_reads_back(caller: Caller) -> None:
    """42 favorites, 12 reblogs, 7 replies, 5 bookmarks, 3, 1, 18 clicks, 208 views: 77/208."""
    actions = {
        "FAVORITE": 42,
        "REBLOG": 12,
        "REPLY": 7,
        "BOOKMARK": 5,
        "MORE_LIKE_THIS": 3,
        "LESS_LIKE_THIS": 1,
        "CLICK": 18,
        "VIEW": 208,
    }
    inputs = [
        # Those who want less are others than those who want more: the two exclude each other.
        {"userId": f"{action}-{number}", "action": action, "postId": "114132050804394743"}
        for action, count in actions.items()
        for number in range(count)
    ]
    await caller.outcomes(*inputs)

    post = (await caller.data(STATS, id="114132050804394743"))["post"]

    assert post["stats"]["interactionCounts"] == {
        "favorites": 42,
        "reblogs": 12,
        "replies": 7,
        "bookmarks": 5,
        "moreLikeThis": 3,
        "lessLikeThis": 1,
        "clicks": 18,
        "views": 208,
        "hides": 0,
    }
    assert post["stats"]["engagementRate"] == 77 / 208
    assert round(post["stats"]["engagementRate"], 2) == 0.37
    assert [each["action"] for each in post["stats"]["counts"]] == [
        "VIEW",
        "FAVORITE",
        "CLICK",
        "REBLOG",
        "REPLY",
        "BOOKMARK",
        "MORE_LIKE_THIS",
        "LESS_LIKE_THIS",
    ]
    assert post["interactions"]["totalCount"] == sum(actions.values())


async def test_a_post_nobody_touched_has_zero_counts(caller: Caller) -> None:
    """An unknown post is no error: zeros, no rate, no instant, no interactions."""
    post = (await caller.data(STATS, id="unknown"))["post"]

    assert post["stats"]["interactionCounts"]["views"] == 0
    assert post["stats"]["counts"] == []
    assert post["stats"]["engagementRate"] is None
    assert post["stats"]["lastInteractionAt"] is None
    assert post["interactions"] == {"nodes": [], "totalCount": 0}


async def test_the_last_interaction_never_moves_back(caller: Caller) -> None:
    """Neither a late arrival nor an undo takes lastInteractionAt back."""
    favorite = {"userId": "ann", "action": "FAVORITE", "postId": "p"}
    await caller.record(**favorite)
    await caller.record(userId="ann", action="VIEW", postId="p", occurredAt="2026-11-01T00:00:00Z")
    await caller.record(**favorite, undo=True)

    stats = (await caller.data(STATS, id="p"))["post"]["stats"]

    assert stats["lastInteractionAt"] == "2026-11-20T12:00:00.000000Z"


async def test_every_node_can_be_fetched_by_its_global_id(caller: Caller) -> None:
    """Interactions, posts and users come back as themselves; anything else is null."""
    payload = await caller.record(userId="ann", action="FAVORITE", postId="p")
    interaction = payload["interaction"]
    forged = global_id("Interaction", "int_" + "0" * 32)
    ids = [
        interaction["id"],
        global_id("Post", "p"),
        global_id("User", interaction["userAlias"]),
        forged,
        global_id("User", "ann"),
        global_id("Post", ""),
        global_id("Nothing", "x"),
        "!",
        "",
    ]

    data = await caller.data(
        """query ($ids: [ID!]!) { nodes(ids: $ids) {
             __typename id
             ... on Interaction { interactionId user { alias } post { postId } }
             ... on Post { postId } ... on User { alias } } }""",
        ids=ids,
    )

    assert data["nodes"] == [
        {
            "__typename": "Interaction",
            "id": interaction["id"],
            "interactionId": interaction["interactionId"],
            "user": {"alias": interaction["userAlias"]},
            "post": {"postId": "p"},
        },
        {"__typename": "Post", "id": ids[1], "postId": "p"},
        {"__typename": "User", "id": ids[2], "alias": interaction["userAlias"]},
        *[None] * 6,
    ]


async def test_an_undone_interaction_is_no_node(caller: Caller) -> None:
    """What was taken back cannot be fetched until it holds again."""
    favorite = {"userId": "ann", "action": "FAVORITE", "postId": "p"}
    id = (await caller.record(**favorite))["interaction"]["id"]
    query = "query ($id: ID!) { node(id: $id) { id } }"
    await caller.record(**favorite, undo=True)
    assert (await caller.data(query, id=id))["node"] is None

    await caller.record(**favorite)
    assert (await caller.data(query, id=id))["node"] == {"id": id}


async def test_interaction_ids_show_no_sequence(caller: Caller) -> None:
    """Interactions recorded one after another have ids that do not resemble each other."""
    ids = [
        (await caller.record(userId="ann", action="VIEW", postId="p"))["interaction"][
            "interactionId"
        ]
        for _ in range(20)
    ]

    assert len({id[:12] for id in ids}) == 20


@pytest.mark.either_database
@pytest.mark.parametrize(
    ("query", "argument"),
    [
        ("{ user { alias } }", "id"),
        ('{ user(id: "ann", alias: "u_0123456789abcdef") { alias } }', "id"),
        ('{ user(id: "") { alias } }', "id"),
        ('{ user(alias: "ann") { alias } }', "alias"),
        ('{ post(id: "") { id } }', "id"),
        ('{ posts(ids: ["p", ""]) { id } }', "ids"),
        ('{ targetStats(kind: QUERY, id: "cats") { counts { count } } }', "kind"),
        ('{ targetStats(kind: CIRCLE, id: "cats") { counts { count } } }', "id"),
    ],
)
async def test_bad_arguments_are_named(caller: Caller, query: str, argument: str) -> None:
    """BAD_USER_INPUT says which argument."""
    (error,) = await caller.errors(query)

    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


@pytest.mark.parametrize("field", ["posts", "nodes"])
async def test_lists_of_ids_hold_at_most_100(caller: Caller, field: str) -> None:
    """100 are answered in order; 101 are refused."""
    query = f"query ($ids: [ID!]!) {{ {field}(ids: $ids) {{ id }} }}"
    ids = [global_id("Post", f"p{number}") for number in range(101)]

    assert len((await caller.data(query, ids=ids[:100]))[field]) == 100
    (error,) = await caller.errors(query, ids=ids)
    assert error["message"] == "ids: got 101 items; allowed are at most 100"


async def test_the_vocabulary_can_be_read(caller: Caller) -> None:
    """`actionTypes` lists all 25, as the table says."""
    data = await caller.data("{ actionTypes { action family targetKind isState weight } }")

    assert len(data["actionTypes"]) == 25 == len(ACTIONS)
    assert data["actionTypes"][4] == {
        "action": "LESS_LIKE_THIS",
        "family": "FEEDBACK",
        "targetKind": "POST",
        "isState": True,
        "weight": -6.0,
    }


@pytest.mark.parametrize("size", [1, 100])
async def test_posts_with_stats_and_interactions_cost_a_fixed_number_of_queries(
    caller: Caller, size: int
) -> None:
    """One query for totals and one for pages, for one post as for a hundred."""
    ids = [f"p{number}" for number in range(size)]
    inputs = [
        {"userId": user, "action": action, "postId": id}
        for id in ids
        for user, action in (("ann", "VIEW"), ("bob", "FAVORITE"))
    ]
    await caller.outcomes(*inputs)

    with statements_asked() as statements:
        data = await caller.data(
            """query ($ids: [ID!]!) { posts(ids: $ids) {
                 postId
                 stats { interactionCounts { views favorites } engagementRate lastInteractionAt }
                 interactions(first: 2) {
                   totalCount nodes { action user { alias } post { stats { counts { count } } } }
                   pageInfo { hasNextPage hasPreviousPage } } } }""",
            ids=ids,
        )

    assert len(statements) == 2
    assert [post["postId"] for post in data["posts"]] == ids
    assert all(post["stats"]["engagementRate"] == 1.0 for post in data["posts"])
    assert all(post["interactions"]["totalCount"] == 2 for post in data["posts"])


async def test_a_calling_user_sees_the_states_they_hold(
    database_url: str, clock: FixedClock
) -> None:
    """`viewer` is the caller's own user, and `viewerStates` what that user holds on a post."""
    query = '{ viewer { alias } post(id: "p") { viewerStates } }'
    async with serving(Settings(database_url, SECRET), clock) as caller:
        for action in ("FAVORITE", "VIEW", "BOOKMARK", "HIDE"):
            await caller.record(userId="ann", action=action, postId="p")
        await caller.record(userId="ann", action="HIDE", postId="p", undo=True)
        await caller.record(userId="bob", action="REPORT", postId="p")
        as_nobody = await caller.data(query)
    async with serving(Settings(database_url, SECRET, token_secret=SECRET * 2), clock) as caller:
        token = jwt.encode({"sub": "ann", "exp": time.time() + 60}, SECRET * 2)
        caller.http.headers["Authorization"] = f"Bearer {token}"
        as_ann = await caller.data(query)

    assert as_nobody == {"viewer": None, "post": {"viewerStates": []}}
    assert as_ann == {
        "viewer": {"alias": Identity(SECRET).alias("ann")},
        "post": {"viewerStates": ["FAVORITE", "BOOKMARK"]},
    }
