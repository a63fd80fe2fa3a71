"""What one user's token gets of another user: nothing, whether or not there is such a user."""

import json
from dataclasses import dataclass
from typing import Any

import pytest

from graph.schema.types.global_ids import global_id
from tests.support.access.callers import TRANSPORTS, Guarded, Reply, alias
from tests.support.pasts import everything

pytestmark = pytest.mark.slow  # a server for each test, on every transport

CHANGES = ("post", "sse", "websocket")
NOBODY = "nobody was ever called so"
RECORD = """mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) {
    outcome privacyLevel interaction { id } post { postId } errors { code field message }
  }
}"""
UNDO = """mutation ($input: UndoInteractionInput!) {
  undoInteraction(input: $input) {
    outcome privacyLevel interaction { id } post { postId } errors { code field message }
  }
}"""
LISTED = "totalCount edges { cursor } nodes { id action } pageInfo { hasNextPage hasPreviousPage }"
MINE = f"""query ($after: String, $before: String, $first: Int, $last: Int) {{
  interactions(after: $after, before: $before, first: $first, last: $last) {{ {LISTED} }}
}}"""


@dataclass
class Past:
    """What there is of Bob: ids and cursors that Ann should never have, but may."""

    node: str
    cursors: list[str]


@pytest.fixture
async def past(guarded: Guarded) -> Past:
    """Bob acted on posts of his own and on a common one; Ann on that alone."""
    for who, post_id in (("bob", "bob's post"), ("bob", "common"), ("ann", "common")):
        for action in ("VIEW", "FAVORITE"):
            input = {"action": action, "postId": post_id, "context": {"source": f"source of {who}"}}
            await guarded.data(who, RECORD, input=input)
            guarded.clock.advance(1)
    edges = "{ interactions { edges { cursor node { id } } } }"
    found = (await guarded.data("bob", edges))["interactions"]["edges"]
    return Past(found[0]["node"]["id"], [each["cursor"] for each in found])


def _others(past: Past) -> dict[str, str]:
    """Queries by Ann that ask for what is Bob's, with `BOB` where his alias goes."""
    listed = f"{{ {LISTED} }}"
    return {
        "user(id)": '{ user(id: "NAME") { alias privacy { level } counts { count } } }',
        "user(alias)": f'{{ user(alias: "BOB") {{ interactions {listed} }} }}',
        "user(id).score": '{ user(id: "NAME") { engagementScore { score rank } } }',
        "user(id).recommendations": '{ user(id: "NAME") { recommendations { endCursor } } }',
        "user(id).preferences": '{ user(id: "NAME") { preferences { authors { value } } } }',
        "interactions by": f'{{ interactions(filter: {{userAliases: ["BOB"]}}) {listed} }}',
        "interactions by both": (
            f'{{ interactions(filter: {{userAliases: ["{alias("ann")}", "BOB"]}}) {listed} }}'
        ),
        "post's by": (
            '{ post(id: "common") { '
            f'interactions(filter: {{userAliases: ["BOB"]}}) {listed} }} }}'
        ),
        "own by": (
            '{ user(id: "ann") { interactions(filter: {userAliases: ["BOB"]}) { totalCount } } }'
        ),
        "engagementScores": "{ engagementScores { user { alias } score } }",
        "activityStats": "{ activityStats { uniqueUsers total } }",
    }


def _named(query: str, name: str) -> str:
    return query.replace("BOB", alias(name)).replace("NAME", name)


def _text(reply: Reply) -> str:
    return json.dumps(reply.body)


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_asking_for_another_user_is_forbidden(
    guarded: Guarded, past: Past, transport: str
) -> None:
    """The answers to a user who is there and to one who never was are the same to the byte."""
    for name, query in _others(past).items():
        there = await guarded.ask(transport, "ann", _named(query, "bob"))
        absent = await guarded.ask(transport, "ann", _named(query, NOBODY))

        assert there.codes == {"FORBIDDEN"}, name
        assert _text(there) == _text(absent), name
        assert not there.tells, name
        assert alias("bob") not in _text(there), name


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_nodes_of_another_user_are_null(guarded: Guarded, past: Past, transport: str) -> None:
    """As are those that never were; one's own are there, and so is any post."""
    others = [
        global_id("User", alias("bob")),
        global_id("User", alias(NOBODY)),
        past.node,
        global_id("Interaction", "int_00000000000000000000000000000000"),
    ]
    own = [global_id("User", alias("ann")), global_id("Post", "bob's post")]
    node = "query ($id: ID!) { node(id: $id) { id } }"
    nodes = "query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on User { alias } } }"

    single = [await guarded.ask(transport, "ann", node, id=id) for id in others]
    many = (await guarded.ask(transport, "ann", nodes, ids=[*others, *own])).data["nodes"]

    assert [_text(reply) for reply in single] == ['{"data": {"node": null}}'] * len(others)
    assert many[: len(others)] == [None] * len(others)
    assert [each["id"] for each in many[len(others) :]] == own
    assert (await guarded.ask(transport, "bob", node, id=past.node)).data == {
        "node": {"id": past.node}
    }


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_lists_hold_ones_own_alone(guarded: Guarded, past: Past, transport: str) -> None:
    """Whatever filter there is: of a post that others touched too, of sources, of everything."""
    listed = f"{{ {LISTED} }}"
    lists = {
        "all": f"{{ found: interactions {listed} }}",
        "common": f'{{ found: interactions(filter: {{postIds: ["common"]}}) {listed} }}',
        "bob's": f'{{ found: interactions(filter: {{postIds: ["bob\'s post"]}}) {listed} }}',
        "source": f'{{ found: interactions(filter: {{sources: ["source of bob"]}}) {listed} }}',
        "since": (
            "{ found: interactions(filter: "
            f'{{since: "2026-01-01T00:00:00Z", recommended: false}}) {listed} }}'
        ),
        "nobody's": f"{{ found: interactions(filter: {{userAliases: []}}) {listed} }}",
        "post": f'{{ post(id: "common") {{ found: interactions {listed} }} }}',
        "bob's post": f'{{ post(id: "bob\'s post") {{ found: interactions {listed} }} }}',
        "posts": f'{{ posts(ids: ["common"]) {{ found: interactions {listed} }} }}',
        "trending": f"{{ trendingPosts {{ post {{ found: interactions {listed} }} }} }}",
    }
    mine = await guarded.data("ann", '{ user(id: "ann") { interactions { nodes { id } } } }')
    own = {each["id"] for each in mine["user"]["interactions"]["nodes"]}
    sizes = {}

    for name, query in lists.items():
        reply = await guarded.ask(transport, "ann", query)
        found = _connections(reply.data)
        sizes[name] = sum(each["totalCount"] for each in found)
        for each in found:
            assert {node["id"] for node in each["nodes"]} <= own, name
            assert each["totalCount"] == len(each["nodes"]), name
            assert each["pageInfo"] == {"hasNextPage": False, "hasPreviousPage": False}, name

    expected = {"all": 2, "common": 2, "bob's": 0, "source": 0, "since": 2, "nobody's": 0}
    expected |= {"post": 2, "bob's post": 0, "posts": 2, "trending": 2}
    assert sizes == expected


def _connections(data: Any) -> list[dict[str, Any]]:
    if isinstance(data, list):
        return [found for each in data for found in _connections(each)]
    if isinstance(data, dict):
        if "totalCount" in data:
            return [data]
        return [found for each in data.values() for found in _connections(each)]
    return []


async def test_cursors_of_anothers_pages_open_nothing(guarded: Guarded, past: Past) -> None:
    """They are places in time: whatever page is cut there, it holds one's own alone."""
    mine = await guarded.data("ann", '{ user(id: "ann") { interactions { nodes { id } } } }')
    own = {each["id"] for each in mine["user"]["interactions"]["nodes"]}
    assert len(own) == 2

    for cursor in past.cursors:
        for cut in ("after", "before"):
            for size in ("first", "last"):
                window = {cut: cursor, size: 1}
                page = (await guarded.data("ann", MINE, **window))["interactions"]
                assert {each["id"] for each in page["nodes"]} <= own
                assert page["totalCount"] == len(own)


@pytest.mark.parametrize("transport", CHANGES)
@pytest.mark.parametrize("naming", ["userId", "userAlias"])
async def test_recording_as_another_user_is_rejected(
    guarded: Guarded, past: Past, transport: str, naming: str
) -> None:
    """Nothing is stored; the answer does not tell whether there is such a user, or its level."""
    before = await everything(guarded.url)
    given = {"action": "FAVORITE", "postId": "common"}
    error = {
        "code": "NOT_ALLOWED",
        "field": [naming],
        "message": "names another user; allowed is the caller's own user, or none",
    }

    for document in (RECORD, UNDO):
        texts = []
        for name in ("bob", NOBODY):
            named = name if naming == "userId" else alias(name)
            input = {**given, naming: named, "eventId": "e"}
            reply = await guarded.ask(transport, "ann", document, input=input)
            (payload,) = reply.data.values()
            assert (payload["outcome"], payload["errors"]) == ("REJECTED", [error])
            assert (payload["privacyLevel"], payload["interaction"]) == (None, None)
            texts.append(_text(reply))
        assert texts[0] == texts[1]

    assert await everything(guarded.url) == before


async def test_of_a_batch_only_ones_own_is_recorded(guarded: Guarded, past: Past) -> None:
    """Each input is judged by itself, so the others' are rejected and stored nowhere."""
    many = """mutation ($inputs: [RecordInteractionInput!]!) {
      recordInteractions(inputs: $inputs) { recorded rejected results { outcome } } }"""
    bobs = await guarded.data("bob", '{ user(id: "bob") { counts { action count } } }')
    inputs = [
        {"action": "VIEW", "postId": "q"},
        {"action": "VIEW", "postId": "q", "userId": "bob"},
        {"action": "VIEW", "postId": "q", "userAlias": alias("bob")},
        {"action": "VIEW", "postId": "q", "userId": "ann"},
        {"action": "VIEW", "postId": "q", "userId": "ann", "userAlias": alias("bob")},
        {"action": "FAVORITE", "postId": "common", "userId": "bob", "undo": True},
    ]

    payload = (await guarded.data("ann", many, inputs=inputs))["recordInteractions"]

    outcomes = [each["outcome"] for each in payload["results"]]
    assert outcomes == ["CREATED", "REJECTED", "REJECTED", "CREATED", "REJECTED", "REJECTED"]
    assert await guarded.data("bob", '{ user(id: "bob") { counts { action count } } }') == bobs


@pytest.mark.parametrize("transport", CHANGES)
@pytest.mark.parametrize("naming", ["userId", "userAlias"])
async def test_another_users_privacy_is_out_of_reach(
    guarded: Guarded, past: Past, transport: str, naming: str
) -> None:
    """Neither set, nor tried, nor erased; the answers are the same for one who never was."""
    set_ = """mutation ($user: ID!, $dry: Boolean) { setPrivacy(
      input: {%s: $user, level: NONE, dryRun: $dry}) {
        privacy { level } removedInteractions dryRun errors { code field } } }"""
    erase = """mutation ($user: ID!) { eraseUser(input: {%s: $user, confirm: true}) {
        removedInteractions removedScores removedSettings erasedAt errors { code field } } }"""
    before = await everything(guarded.url)

    for document, variables in ((set_, {"dry": True}), (set_, {"dry": False}), (erase, {})):
        texts = []
        for name in ("bob", NOBODY):
            user = name if naming == "userId" else alias(name)
            reply = await guarded.ask(transport, "ann", document % naming, user=user, **variables)
            (payload,) = reply.data.values()
            assert payload["errors"] == [{"code": "NOT_ALLOWED", "field": [naming]}]
            assert payload["removedInteractions"] == 0
            texts.append(_text(reply))
        assert texts[0] == texts[1]

    assert await everything(guarded.url) == before


async def test_what_a_user_sees_of_posts_is_its_own_state(guarded: Guarded, past: Past) -> None:
    """The viewer and the states are the token's; Bob's favorite of his post is not Ann's."""
    query = '{ viewer { alias } posts(ids: ["common", "bob\'s post"]) { viewerStates } }'

    seen = {who: await guarded.data(who, query) for who in ("ann", "bob")}

    both, own = {"viewerStates": ["FAVORITE"]}, {"viewerStates": list[str]()}
    assert seen["ann"] == {"viewer": {"alias": alias("ann")}, "posts": [both, own]}
    assert seen["bob"] == {"viewer": {"alias": alias("bob")}, "posts": [both, both]}


async def test_exports_of_another_user_are_the_same_refusal(guarded: Guarded, past: Past) -> None:
    """By id and by alias, of one who is there and of one who never was."""
    for name in ("user_id", "user_alias"):
        answers = [
            await guarded.http.get(
                "/export",
                params={name: user if name == "user_id" else alias(user)},
                headers=guarded.headers("ann"),
            )
            for user in ("bob", NOBODY)
        ]
        assert [answer.status_code for answer in answers] == [403, 403]
        assert answers[0].content == answers[1].content
