"""Pruning: what goes, what stays, and that nothing which was counted or holds is forgotten."""

from collections import Counter
from typing import Any

from models.values import event_key
from models.vocabulary import ActionType
from resolvers.history.viewer_states import states_of
from resolvers.identity import Identity
from resolvers.instants import format_instant
from resolvers.scoring.weights import DAY
from tests.support.client import Caller
from tests.support.command_line import ndjson, trailmark
from tests.support.pasts import alias, healthy
from tests.support.recording.pruned import AFTER, AT, BEFORE, dated, prune, record, rows
from tests.support.serving import SECRET
from tests.support.sql import run

STATES = ("SAVE", "MORE_LIKE_THIS", "VIBE")
EVERYTHING_COUNTED = """
query Counted($post: ID!, $user: ID!) {
  post(id: $post) {
    stats { interactionCounts { favorites views hides } counts { action count }
      engagementRate score lastInteractionAt }
  }
  user(id: $user) { counts { action count }
    engagementScore { score rank updatedAt components { action count contribution } } }
  trendingPosts { post { postId } score }
  engagementScores { user { alias } score rank }
  targetStats(kind: GROUP, id: "g") { counts { action count } lastInteractionAt }
  activityStats(since: "2026-11-08T00:00:00Z") {
    total counts { action count } series(interval: HOUR) { start total counts { action count } }
  }
}
"""
SEEN = """
query Seen($post: ID!, $user: ID!, $views: InteractionFilter) {
  post(id: $post) { interactions { totalCount nodes { action } } }
  user(id: $user) {
    interactions { totalCount nodes { action } }
    views: interactions(filter: $views) { totalCount }
  }
  interactions(filter: {postIds: [$post]}) { totalCount nodes { action } }
}
"""


async def test_the_cutoff_is_exact_to_the_microsecond(caller: Caller) -> None:
    """What is dated strictly before it goes; what is dated at it or after it stays as it is."""
    for name, at in (("before", BEFORE), ("at", AT), ("after", AFTER)):
        await record(caller, f"VIEW {name}", at, context={"source": name})
        await record(caller, f"FAVORITE {name}", at, context={"source": name})

    assert await prune(caller) == 2

    assert await rows(caller) == [
        "FAVORITE before ARCHIVED",
        "VIEW at SHOWN",
        "FAVORITE at SHOWN",
        "VIEW after SHOWN",
        "FAVORITE after SHOWN",
    ]
    sources = await run(caller.url, "SELECT source FROM interactions ORDER BY id")
    assert sources == [(None,), ("at",), ("at",), ("after",), ("after",)]
    assert await healthy()


async def test_what_was_undone_goes_when_all_its_instants_lie_before_the_cutoff(
    caller: Caller,
) -> None:
    """Late inputs are judged by an undone state, so a newer undo keeps it, an opposite's too."""
    for name, undone in (("gone", BEFORE), ("stays", AT)):
        await record(caller, f"SAVE {name}", -DAY)
        await record(caller, f"SAVE {name}", undone, undo=True)
        await record(caller, f"MORE_LIKE_THIS {name}", -DAY)
        await record(caller, f"LESS_LIKE_THIS {name}", undone)
        await record(caller, f"VIBE {name}", -DAY, undo=True)
        await record(caller, f"VIBE {name}", undone, undo=True)

    assert await prune(caller) == 1

    assert await rows(caller) == [
        "LESS_LIKE_THIS gone ARCHIVED",
        "SAVE stays UNDONE",
        "MORE_LIKE_THIS stays UNDONE",
        "LESS_LIKE_THIS stays SHOWN",
        "VIBE stays NEVER_HELD",
    ]
    late = {"at": -DAY // 2, "undo": False}
    outcomes = [(await record(caller, f"{what} stays", **late))["outcome"] for what in STATES]
    assert outcomes == ["UNCHANGED"] * 3
    assert await healthy()


async def test_an_old_state_that_was_taken_back_now_stays_for_late_inputs(caller: Caller) -> None:
    """An undo of what is archived leaves a row; so does an opposite that was recorded just now."""
    await record(caller, "SAVE p", BEFORE)
    await record(caller, "MORE_LIKE_THIS p", BEFORE)
    assert await prune(caller) == 2

    assert await caller.outcome(userId="ann", action="SAVE", postId="p", undo=True) == "UNDONE"
    assert await caller.outcome(userId="ann", action="LESS_LIKE_THIS", postId="p") == "CREATED"
    assert await prune(caller) == 0

    assert await rows(caller) == [
        "SAVE p UNDONE",
        "MORE_LIKE_THIS p UNDONE",
        "LESS_LIKE_THIS p SHOWN",
    ]
    again = await caller.record(userId="ann", action="SAVE", postId="p")
    assert (again["outcome"], again["interaction"] is None) == ("REACTIVATED", False)
    assert await caller.history("ann") == ["SAVE p", "LESS_LIKE_THIS p"]
    assert await healthy()


async def held() -> list[ActionType]:
    """The states that Ann holds on the post p."""
    ann = Identity(SECRET).alias("ann"), "p"
    return (await states_of([ann]))[ann]


async def test_a_bare_state_is_repeated_undone_and_seen_as_before(caller: Caller) -> None:
    """A repeat is UNCHANGED with no interaction; a hide keeps hiding; an undo is exact."""
    for action in ("FAVORITE", "HIDE"):
        await record(caller, f"{action} p", BEFORE)
    await prune(caller)

    repeated = await record(caller, "FAVORITE p", BEFORE)
    assert (repeated["outcome"], repeated["interaction"]) == ("UNCHANGED", None)
    repeated = await caller.record(userId="ann", action="HIDE", postId="p")
    assert (repeated["outcome"], repeated["interaction"]) == ("UNCHANGED", None)
    assert await caller.counts("p") == {"FAVORITE": 1, "HIDE": 1}
    assert await held() == [ActionType.FAVORITE, ActionType.HIDE]
    assert await caller.outcome(userId="ann", action="FAVORITE", postId="p", undo=True) == "UNDONE"
    assert await caller.counts("p") == {"HIDE": 1}
    assert await held() == [ActionType.HIDE]
    assert await caller.history("ann") == []
    totals = (
        "SELECT sum(count), sum(folded), sum(bare) FROM totals "
        "GROUP BY subject_kind, subject_id, action ORDER BY 1, 2, 3"
    )
    assert await run(caller.url, totals) == [(0, 0, 0), (0, 0, 0), (1, 0, 1), (1, 0, 1)]
    assert await healthy()


async def test_what_was_counted_stays_counted_and_history_shows_none_of_it(caller: Caller) -> None:
    """Totals, rates, scores, ranks, trends and activity are to the last bit what they were."""
    for number in range(7):
        at = -DAY + number * DAY // 5
        for action in ("VIEW", "CLICK", "REPLY"):
            await record(caller, f"{action} p", at)
        await caller.record(
            userId=f"u{number}", action="FAVORITE", postId="p", occurredAt=dated(caller, at)
        )
        group = {"kind": "GROUP", "id": "g"}
        await caller.record(
            userId=f"u{number}", action="GROUP_JOIN", target=group, occurredAt=dated(caller, at)
        )
    await record(caller, "HIDE p", BEFORE)
    text = {"kind": "QUERY", "id": "cats"}
    await caller.record(userId="ann", action="SEARCH", target=text, occurredAt=dated(caller, -1))
    before = await caller.data(EVERYTHING_COUNTED, post="p", user="ann")

    assert await prune(caller) == 5 * 5 + 2

    assert await caller.data(EVERYTHING_COUNTED, post="p", user="ann") == before
    seen = await caller.data(SEEN, post="p", user="ann", views={"actions": ["VIEW"]})
    left = ["REPLY", "CLICK", "VIEW"] * 2
    assert seen["user"]["views"] == {"totalCount": 2}
    assert seen["user"]["interactions"] == {
        "totalCount": 6,
        "nodes": [{"action": action} for action in left],
    }
    for page in (seen["post"]["interactions"], seen["interactions"]):
        assert page["totalCount"] == 8
        actions = Counter(node["action"] for node in page["nodes"])
        assert actions == {"VIEW": 2, "CLICK": 2, "REPLY": 2, "FAVORITE": 2}
    data = await caller.data("mutation { recalculateScores { maxDrift } }")
    assert data["recalculateScores"]["maxDrift"] == 0
    assert await caller.data(EVERYTHING_COUNTED, post="p", user="ann") == before
    assert await healthy()


async def test_what_is_pruned_is_no_node_and_no_cursor_breaks(caller: Caller) -> None:
    """The id of an event that is gone, or of an archived state, is of nothing any more."""
    ids = [(await record(caller, what, -2))["interaction"]["id"] for what in ("VIEW p", "SAVE p")]
    await record(caller, "CLICK p", AFTER)
    page = "{ interactions(first: 1) { pageInfo { endCursor } } }"
    cursor = (await caller.data(page))["interactions"]["pageInfo"]["endCursor"]

    await prune(caller)

    nodes = await caller.data("query ($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=ids)
    assert nodes == {"nodes": [None, None]}
    after = "query ($after: String) { interactions(after: $after) { nodes { action } } }"
    assert await caller.data(after, after=cursor) == {"interactions": {"nodes": []}}


async def test_event_ids_are_forgotten_when_they_were_seen_before_the_cutoff(
    caller: Caller,
) -> None:
    """One seen at the cutoff is known, also where its interaction is gone; one before it is not."""
    caller.clock.advance(-90 * 86_400 - 1e-6)
    await caller.record(userId="ann", action="CLICK", postId="p", eventId="forgotten")
    caller.clock.advance(1e-6)
    await caller.record(userId="ann", action="CLICK", postId="p", eventId="at")
    caller.clock.advance(90 * 86_400)
    old = format_instant(caller.clock.now - 89 * DAY)
    input = {"userId": "ann", "action": "VIEW", "postId": "p", "occurredAt": old}
    await caller.record(**input, eventId="known")

    assert await prune(caller, 90) == 1
    assert await prune(caller, 5) == 2

    kept = await run(caller.url, "SELECT user_key, event_key FROM event_ids ORDER BY seen_at")
    assert kept == [event_key(alias("ann"), id) for id in ("at", "known")]
    repeated = await caller.record(**input, eventId="known")
    assert (repeated["outcome"], repeated["interaction"]) == ("UNCHANGED", None)
    conflict = await caller.record(**{**input, "action": "REPLY"}, eventId="known")
    assert [error["code"] for error in conflict["errors"]] == ["CONFLICT_ID"]
    for name, outcome in (("at", "UNCHANGED"), ("forgotten", "CREATED")):
        input = {"userId": "ann", "action": "CLICK", "postId": "p", "eventId": name}
        assert await caller.outcome(**input) == outcome
    assert await caller.counts("p") == {"CLICK": 3, "VIEW": 1}
    assert await healthy()


async def test_what_was_imported_folded_or_bare_is_left_as_it_is(
    caller: Caller, tmp_path: Any
) -> None:
    """What has no row cannot go again, and an archived state is archived already."""
    old = {"user_id": "ann", "post_id": "p", "occurred_at": "2001-01-01T00:00:00Z"}
    lines = [{**old, "action": action} for action in ("VIEW", "VIEW", "SAVE")]
    trailmark(caller.url, "import", str(ndjson(tmp_path, *lines)))
    await record(caller, "VIEW p", BEFORE)
    # A total is the sum of its slots; an import's and a record's may stand in two.
    totals = (
        "SELECT sum(count), sum(folded), sum(bare) FROM totals"
        " WHERE subject_kind = 1 GROUP BY action ORDER BY 1"
    )
    assert await run(caller.url, totals) == [(1, 0, 1), (3, 2, 0)]

    assert [await prune(caller), await prune(caller)] == [1, 0]

    assert await rows(caller) == ["SAVE p ARCHIVED"]
    assert await run(caller.url, totals) == [(1, 0, 1), (3, 3, 0)]
    assert await caller.outcome(userId="ann", action="SAVE", postId="p", undo=True) == "UNDONE"
    assert await caller.counts("p") == {"VIEW": 3}
    assert await healthy()


async def test_a_dry_run_tells_the_number_and_changes_nothing(caller: Caller) -> None:
    """What it says would go is what goes then; until then every table is as it was."""
    for what in ("VIEW p", "FAVORITE p", "SAVE p", "VIBE p", "VIBE q"):
        await record(caller, what, BEFORE)
    await record(caller, "SAVE p", BEFORE, undo=True)
    tables = ("interactions", "event_ids", "totals", "scores", "activity", "log_head")
    before = [await run(caller.url, f"SELECT * FROM {name} ORDER BY 1") for name in tables]

    counted = await prune(caller, dry=True)

    assert [await run(caller.url, f"SELECT * FROM {name} ORDER BY 1") for name in tables] == before
    assert (counted, await prune(caller)) == (4, 4)


async def test_users_are_told_apart_among_what_is_stored(caller: Caller) -> None:
    """Before the retention nobody knows how many they were; within it, all who have rows."""
    query = "query ($since: DateTime) { activityStats(since: $since) { uniqueUsers total } }"
    for user, at in (("ann", BEFORE), ("bob", BEFORE), ("bob", DAY)):
        input = {"userId": user, "action": "SAVE", "postId": f"p{at}"}
        await caller.record(**input, occurredAt=dated(caller, at))

    await prune(caller)

    for days, unique, total in ((91, None, 3), (90, 1, 3), (9, 1, 1)):
        since = format_instant(caller.clock.now - days * DAY)
        data = await caller.data(query, since=since)
        assert data["activityStats"] == {"uniqueUsers": unique, "total": total}


async def test_the_log_says_up_to_where_it_may_have_gaps(caller: Caller) -> None:
    """It is the last place in the log of what was deleted or archived, and never moves back."""
    number = "SELECT max(pruned_number) FROM log_head"
    places = "SELECT seq FROM interactions WHERE target_id = 'p' ORDER BY seq"
    for at in (AT, BEFORE, BEFORE, AT):
        await record(caller, "VIEW p", at)
    (_, _, (third,), _) = await run(caller.url, places)

    await prune(caller)
    assert await run(caller.url, number) == [(third,)]

    await prune(caller)
    assert await run(caller.url, number) == [(third,)]
