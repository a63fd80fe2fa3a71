"""Who may do what: field by field, for every caller, by every transport."""

import pytest

from graph.access.rights import RIGHTS
from graph.schema.types.global_ids import global_id
from tests.support.access.callers import TRANSPORTS, Guarded, Reply, alias
from tests.support.pasts import everything

pytestmark = pytest.mark.slow  # a server for each test, on every transport

ANN, POST = global_id("User", alias("ann")), global_id("Post", "p")
CALLERS = ("nobody", "record", "read", "admin", "ann")

READING = {
    "node": f'{{ node(id: "{ANN}") {{ id }} }}',
    "nodes": f'{{ nodes(ids: ["{ANN}", "{POST}"]) {{ id }} }}',
    "viewer": "{ viewer { id alias } }",
    "user": '{ user(id: "ann") { alias } }',
    "users": '{ users(ids: ["ann"]) { alias } }',
    "post": '{ post(id: "p") { postId stats { engagementRate } } }',
    "posts": '{ posts(ids: ["p"]) { postId } }',
    "interactions": "{ interactions { totalCount } }",
    "trendingPosts": "{ trendingPosts { score post { postId } } }",
    "engagementScores": "{ engagementScores { score user { alias } } }",
    "targetStats": '{ targetStats(kind: GROUP, id: "g") { counts { count } } }',
    "activityStats": "{ activityStats { total uniqueUsers series { total } } }",
    "recommendationOutcomes": "{ recommendationOutcomes { group views } }",
    "feedCursor": "{ feedCursor }",
    "actionTypes": "{ actionTypes { action weight } }",
}
NESTED = {
    "Interaction.user": '{ user(id: "ann") { interactions { nodes { user { alias } } } } }',
    "Interaction.post": '{ user(id: "ann") { interactions { nodes { post { postId } } } } }',
    "Post.interactions": '{ post(id: "p") { interactions { nodes { id } } } }',
    "Post.viewerStates": '{ post(id: "p") { viewerStates } }',
    "Post.statesOf": '{ post(id: "p") { statesOf(userId: "ann") } }',
    "PostStats.post": '{ post(id: "p") { stats { post { viewerStates } } } }',
    "User.privacy": '{ user(id: "ann") { privacy { level } } }',
    "User.counts": '{ user(id: "ann") { counts { count } } }',
    "User.feedSignals": '{ user(id: "ann") { feedSignals(postIds: ["p"]) { score seen } } }',
    "User.engagementScore": '{ user(id: "ann") { engagementScore { rank user { id } } } }',
    "User.recommendations": '{ user(id: "ann") { recommendations { recommendationId } } }',
    "User.preferences": '{ user(id: "ann") { preferences { authors { value } } } }',
    "Node on User": f'{{ node(id: "{ANN}") {{ ... on User {{ counts {{ count }} }} }} }}',
}
CHANGING = {
    "recordInteraction": """mutation { recordInteraction(
        input: {userId: "ann", action: VIEW, postId: "p"}) { outcome } }""",
    "recordInteractions": """mutation { recordInteractions(
        inputs: [{userId: "ann", action: VIEW, postId: "p"}]) { recorded } }""",
    "undoInteraction": """mutation { undoInteraction(
        input: {userId: "ann", action: FAVORITE, postId: "p"}) { outcome } }""",
    "describePosts": """mutation { describePosts(
        inputs: [{postId: "p", contentType: "text"}]) { posts { postId } } }""",
    "setPrivacy": """mutation { setPrivacy(
        input: {userId: "ann", level: LIMITED}) { removedInteractions } }""",
    "eraseUser": """mutation { eraseUser(
        input: {userId: "ann", confirm: true}) { removedInteractions } }""",
    "pruneInteractions": "mutation { pruneInteractions(input: {olderThanDays: 1}) { removed } }",
    "recalculateScores": "mutation { recalculateScores { users } }",
}
#: What each caller may not use.
NO = {
    "nobody": {*READING, *NESTED, *CHANGING},
    "record": {*READING, *NESTED, *CHANGING}
    - {"recordInteraction", "recordInteractions", "undoInteraction"},
    "read": {*CHANGING},
    "admin": set[str](),
    "ann": {
        "users",
        "Post.statesOf",
        "engagementScores",
        "activityStats",
        "recommendationOutcomes",
        "describePosts",
        "pruneInteractions",
        "recalculateScores",
    },
}
NODE = "query ($id: ID!) { node(id: $id) { id } }"
RECORD = """mutation ($user: ID, $eventId: ID) {
  recordInteraction(input: {userId: $user, action: VIEW, postId: "p", eventId: $eventId}) {
    outcome %s
  }
}"""


def _expected(who: str, names: list[str]) -> dict[str, str]:
    refusal = "UNAUTHENTICATED" if who == "nobody" else "FORBIDDEN"
    return {name: refusal if name in NO[who] else "yes" for name in names}


async def _fill(guarded: Guarded) -> None:
    for user in ("ann", "bob"):
        payload = await guarded.data("admin", RECORD % "", user=user)
        assert payload == {"recordInteraction": {"outcome": "CREATED"}}


def test_every_field_of_the_roots_is_tried() -> None:
    """A new query or mutation needs a line here."""
    assert set(RIGHTS["Query"]) == set(READING)
    assert set(RIGHTS["Mutation"]) == set(CHANGING)


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("who", CALLERS)
async def test_who_may_read_what(guarded: Guarded, who: str, transport: str) -> None:
    """What is allowed works, and what is not is refused with its code; a refusal tells nothing."""
    await _fill(guarded)
    tried = READING | NESTED

    replies = {name: await guarded.ask(transport, who, query) for name, query in tried.items()}

    outcomes = {name: reply.outcome for name, reply in replies.items()}
    assert outcomes == _expected(who, list(tried))
    for name in NO[who] & set(READING):
        assert not replies[name].tells, name


@pytest.mark.parametrize("transport", ["post", "sse", "websocket"])
@pytest.mark.parametrize("who", CALLERS)
async def test_who_may_change_what(any_guarded: Guarded, who: str, transport: str) -> None:
    """What is not allowed changes nothing at all; what is allowed works."""
    guarded = any_guarded
    await _fill(guarded)
    before = await everything(guarded.url)
    denied = [name for name in CHANGING if name in NO[who]]
    allowed = [name for name in CHANGING if name not in NO[who]]

    refused = {name: await guarded.ask(transport, who, CHANGING[name]) for name in denied}
    after = await everything(guarded.url)
    done = {name: await guarded.ask(transport, who, CHANGING[name]) for name in allowed}

    outcomes = {name: reply.outcome for name, reply in (refused | done).items()}
    assert outcomes == _expected(who, denied + allowed)
    assert after == before
    assert not any(reply.tells for reply in refused.values())


async def test_mutations_by_get_are_refused_to_all(guarded: Guarded) -> None:
    """An address that is followed must change nothing, whoever follows it."""
    await _fill(guarded)
    before = await everything(guarded.url)

    statuses = {
        (await guarded.ask("get", who, query)).status
        for who in ("admin", "ann", "record")
        for query in CHANGING.values()
    }

    assert statuses == {405}
    assert await everything(guarded.url) == before


async def test_nobody_is_told_how_to_come_in(guarded: Guarded) -> None:
    """401 with a challenge over HTTP and server-sent events; 4403 and why over WebSocket."""
    message = "a key or a user token is needed: `Authorization: Bearer …`"
    refusal = {"message": message, "extensions": {"code": "UNAUTHENTICATED"}}

    replies = [await guarded.ask(transport, "nobody", "{ __typename }") for transport in TRANSPORTS]

    *over_http, over_websocket = replies
    for reply in over_http:
        assert reply.status == 401
        assert reply.headers["www-authenticate"] == "Bearer"
        assert reply.body == {"errors": [refusal]}
    assert over_websocket == Reply(4403, {}, {"reason": message})


async def test_forbidden_is_an_error_of_the_field(guarded: Guarded) -> None:
    """It names the field and the caller's scope, with 200 as errors of execution have."""
    reply = await guarded.post("ann", "{ a: post(id: $id) { postId } }".replace("$id", '"p"'))
    assert reply.status == 200

    reply = await guarded.post("ann", READING["engagementScores"])

    assert reply.status == 200
    (error,) = reply.body["errors"]
    assert error["message"] == "Query.engagementScores is not for callers of scope user"
    assert error["path"] == ["engagementScores"]
    assert error["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize("transport", ["post", "sse", "websocket"])
async def test_a_recording_key_reads_what_its_payload_shows(
    guarded: Guarded, transport: str
) -> None:
    """Outcome, its own interaction and the post's stats; of neither who else nor what else."""
    shown = """privacyLevel errors { code }
      interaction { id interactionId userAlias action target { id } occurredAt context { source } }
      post { id postId stats { counts { action count } score engagementRate } }"""
    data = (await guarded.ask(transport, "record", RECORD % shown, user="ann")).data

    payload = data["recordInteraction"]
    assert payload["outcome"] == "CREATED"
    assert payload["interaction"]["userAlias"] == alias("ann")
    assert payload["post"]["stats"]["counts"] == [{"action": "VIEW", "count": 1}]

    for beyond in (
        "interaction { user { alias } }",
        "interaction { user { interactions { nodes { id } } } }",
        "interaction { post { interactions { nodes { userAlias } } } }",
        "interaction { post { viewerStates } }",
        "post { interactions { totalCount } }",
        "post { viewerStates }",
        "post { stats { post { interactions { totalCount } } } }",
    ):
        reply = await guarded.ask(transport, "record", RECORD % beyond, user="bob")
        assert reply.codes == {"FORBIDDEN"}, beyond
        assert "alias" not in str(reply.body.get("data")), beyond


async def test_a_recording_key_learns_nothing_of_what_others_recorded(
    guarded: Guarded,
) -> None:
    """A retry shows the interaction it answers, of the user it names; there is no node to read."""
    first = await guarded.data("record", RECORD % "interaction { id }", user="ann", eventId="e")
    again = await guarded.data("record", RECORD % "interaction { id }", user="ann", eventId="e")

    assert again["recordInteraction"]["outcome"] == "UNCHANGED"
    id = first["recordInteraction"]["interaction"]["id"]
    assert again["recordInteraction"]["interaction"]["id"] == id
    for who in ("record", "nobody"):
        assert not (await guarded.post(who, NODE, id=id)).tells
    assert await guarded.data("read", NODE, id=id) == {"node": {"id": id}}


async def test_keys_are_no_users(guarded: Guarded) -> None:
    """They have no viewer and no states, and must say whom they record for."""
    for who in ("read", "admin"):
        assert await guarded.data(who, "{ viewer { id } }") == {"viewer": None}
        assert await guarded.data(who, NESTED["Post.viewerStates"]) == {
            "post": {"viewerStates": []}
        }
    for who in ("record", "admin"):
        payload = await guarded.data(who, RECORD % "errors { code field }")
        assert payload["recordInteraction"] == {
            "outcome": "REJECTED",
            "errors": [{"code": "MISSING", "field": ["userId"]}],
        }


async def test_the_rest_of_an_operation_is_refused_with_its_forbidden_part(
    guarded: Guarded,
) -> None:
    """Under one alias or in one fragment with what is allowed, the forbidden field stays so."""
    query = """query { post(id: "p") { ...Seen } }
      fragment Seen on Node { ... on Post { a: viewerStates b: interactions { totalCount } } }"""
    assert (await guarded.post("record", query)).codes == {"FORBIDDEN"}
    both = "mutation { %s more: recalculateScores { users } }"

    reply = await guarded.post(
        "record",
        both % 'recordInteraction(input: {userId: "ann", action: VIEW, postId: "p"}) { outcome }',
    )

    assert reply.codes == {"FORBIDDEN"}
    assert [error["path"] for error in reply.body["errors"]] == [["more"]]


async def test_scopes_are_for_the_schema_and_not_for_the_addresses(guarded: Guarded) -> None:
    """Health and readiness are open to all."""
    for address in ("/healthz", "/readyz"):
        assert (await guarded.http.get(address)).status_code == 200


@pytest.mark.parametrize(
    ("who", "params", "status"),
    [
        ("nobody", {"user_id": "ann"}, 401),
        ("record", {"user_id": "ann"}, 403),
        ("read", {"user_id": "ann"}, 403),
        ("admin", {"user_id": "ann"}, 200),
        ("admin", {}, 400),
        ("ann", {}, 200),
        ("ann", {"user_id": "ann"}, 200),
        ("ann", {"user_alias": alias("ann")}, 200),
        ("ann", {"user_id": "bob"}, 403),
        ("ann", {"user_id": "nobody was ever called so"}, 403),
        ("ann", {"user_alias": alias("bob")}, 403),
    ],
)
async def test_who_may_export_whom(
    guarded: Guarded, who: str, params: dict[str, str], status: int
) -> None:
    """A user itself, and whoever may do everything anyone; a refusal holds no row."""
    await _fill(guarded)

    answer = await guarded.http.get("/export", params=params, headers=guarded.headers(who))

    assert answer.status_code == status
    assert (alias("ann") in answer.text) == (status == 200)
    assert alias("bob") not in answer.text
