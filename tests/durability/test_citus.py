"""Tables that Citus distributes over servers: the product does on them what it does on one.

These need a coordinator with workers: TRAILMARK_TEST_CITUS_URL is a database on it, which is made
anew.
"""

from collections.abc import AsyncIterator

import orjson
import pytest

from models.database.database import Database
from models.errors import UnsuitableDatabase
from models.ledger.copying import LARGE
from models.ledger.lanes.layouts import change_lanes, read_layout
from models.partitions import lane_of
from tests.support.client import Caller, FixedClock
from tests.support.lanes import citus
from tests.support.live.feeds import Feed, feeding, usual
from tests.support.pasts import choose, differences, erase, traces
from tests.support.recording.co_engagement import catch_up
from tests.support.recording.exports import import_exported
from tests.support.recording.pruned import BEFORE, prune, record
from tests.support.signals.recommended import recommended
from tests.support.sql import run

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not citus.URL, reason="TRAILMARK_TEST_CITUS_URL names no Citus"),
]

FOLLOW = """
subscription Follow($after: String) {
  interactions(after: $after) { type cursor interaction { userAlias action target { id } } }
}
"""
TRENDING = "{ trendingPosts(first: 10) { post { postId } } }"
PEOPLE = [f"user {number}" for number in range(24)]


@pytest.fixture(scope="session")
def distributed() -> str:
    """The URL of the database, with tables that are distributed."""
    citus.make_anew()
    return citus.URL


@pytest.fixture
async def feed(distributed: str, clock: FixedClock) -> AsyncIterator[Feed]:
    """A server over it that listens, and tells the same as its rows once all is done."""
    await citus.empty(distributed)
    async with feeding(usual(distributed), clock) as feed:
        yield feed
        assert await differences() == []


@pytest.fixture
def server(feed: Feed) -> Caller:
    """A caller of it."""
    return feed.caller


async def test_people_of_all_lanes_record_and_are_counted_together(server: Caller) -> None:
    """Each person's rows are in its lane; a post's count is the sum over lanes."""
    view = {"action": "VIEW", "postId": "p"}

    outcomes = await server.outcomes(*({"userId": who, **view} for who in PEOPLE))

    assert outcomes == ["CREATED"] * len(PEOPLE)
    assert await server.counts("p") == {"VIEW": len(PEOPLE)}
    rows = await run(server.url, "SELECT user_alias, lane FROM interactions")
    assert {lane for _, lane in rows} == set(range(citus.LANES))
    assert all(lane == lane_of(name, citus.LANES) for name, lane in rows)
    slots = await run(server.url, "SELECT slot, sum(count) FROM totals GROUP BY slot")
    assert {slot for slot, _ in slots} == set(range(citus.LANES))


async def test_a_lane_is_on_one_server(server: Caller) -> None:
    """All shards with a lane's rows are with its head, and both workers have some lanes."""
    tables = ("log_head", "interactions", "event_ids", "totals", "scores", "activity")
    placed = []
    for lane in range(citus.LANES):
        found = await run(
            server.url,
            f"SELECT DISTINCT nodeport FROM unnest(ARRAY{list(tables)}) t(name) "
            f"JOIN pg_dist_shard_placement s ON s.shardid = "
            f"get_shard_id_for_distribution_column(t.name::regclass, {lane}::smallint)",
        )
        assert len(found) == 1
        placed += found

    assert len(set(placed)) > 1


async def test_states_hold_once_and_are_undone(server: Caller) -> None:
    """A repeat counts nothing, an undo takes the count back, and history shows what is left."""
    favorite = {"userId": "ann", "action": "FAVORITE", "postId": "p"}
    await server.outcome(userId="ann", action="VIEW", postId="p", eventId="e")

    outcomes = [await server.outcome(**favorite) for _ in range(2)]
    undone = await server.outcome(**favorite, undo=True)
    again = await server.outcome(userId="ann", action="VIEW", postId="p", eventId="e")

    assert (outcomes, undone, again) == (["CREATED", "UNCHANGED"], "UNDONE", "UNCHANGED")
    assert await server.counts("p") == {"VIEW": 1}
    assert await server.history("ann") == ["VIEW p"]


async def test_the_feed_tells_each_change_once_and_in_order(feed: Feed) -> None:
    """Of people in all lanes, from a cursor on."""
    after = await feed.cursor()
    inputs = [{"userId": who, "action": "VIEW", "postId": f"p {who}"} for who in PEOPLE]
    await feed.caller.outcomes(*inputs)

    async with feed.subscribed(FOLLOW, "websocket", after=after) as subscriber:
        told = await subscriber.received(len(PEOPLE))

    assert sorted(told) == sorted(f"RECORDED VIEW p {who}" for who in PEOPLE)


async def test_what_trends_is_ranked_by_all_lanes(server: Caller) -> None:
    """The post that more people like comes first, as soon as it is recorded."""
    for post_id, count in (("few", 3), ("many", 9)):
        await server.outcomes(
            *({"userId": who, "action": "FAVORITE", "postId": post_id} for who in PEOPLE[:count])
        )

    found = (await server.data(TRENDING))["trendingPosts"]

    assert [each["post"]["postId"] for each in found] == ["many", "few"]


async def test_nothing_is_left_of_who_is_erased_or_records_no_more(server: Caller) -> None:
    """Erasing and levels take rows out on all servers, and counts with them."""
    for who in ("ann", "bob", "cid"):
        await server.outcome(userId=who, action="FAVORITE", postId="p", eventId=who)

    erased = await erase(server, userId="ann", confirm=True)
    chosen = await choose(server, userId="bob", level="NONE")

    assert (erased["removedInteractions"], erased["errors"]) == (1, [])
    assert (chosen["removedInteractions"], chosen["errors"]) == (1, [])
    assert await server.counts("p") == {"FAVORITE": 1}
    assert await traces(server.url, "ann") == []


async def test_who_is_limited_is_counted_and_not_shown(server: Caller) -> None:
    """Tokens tell a repeat, without a row."""
    favorite = {"userId": "ann", "action": "FAVORITE", "postId": "p"}
    await choose(server, userId="ann", level="LIMITED")

    outcomes = [await server.outcome(**favorite) for _ in range(2)]

    assert outcomes == ["AGGREGATED", "UNCHANGED"]
    assert await server.counts("p") == {"FAVORITE": 1}
    assert await run(server.url, "SELECT FROM interactions") == []


async def test_pruning_takes_old_rows_and_leaves_their_counts(server: Caller) -> None:
    """As on one server."""
    await record(server, "VIEW p", BEFORE)
    await server.outcome(userId="bob", action="VIEW", postId="p")

    removed = await prune(server)

    assert removed == 1
    assert await server.counts("p") == {"VIEW": 2}
    assert await server.history("ann") == []


async def test_recommendations_are_of_what_all_lanes_like(server: Caller) -> None:
    """What the same people liked is similar, and comes first to who likes one of both."""
    likes = [{"userId": who, "action": "FAVORITE", "postId": "other"} for who in PEOPLE]
    for post_id in ("a", "b"):
        likes += [{"userId": who, "action": "FAVORITE", "postId": post_id} for who in PEOPLE[:6]]
    await server.outcomes(*likes, {"userId": "new", "action": "FAVORITE", "postId": "a"})
    await catch_up(server.url)

    page = await recommended(server, "new")
    stranger = await recommended(server, "stranger")

    assert [each["post"]["postId"] for each in page["posts"]] == ["b", "other"]
    kinds = {reason["kind"] for reason in page["posts"][0]["contributions"]}
    assert "SIMILAR" in kinds
    assert [each["post"]["postId"] for each in stranger["posts"]] == ["other", "a", "b"]


async def test_an_export_is_imported_into_all_lanes(server: Caller) -> None:
    """Once, however often its lines come."""
    numbers = [str(number) for number in range(2 * LARGE)]
    given = [
        orjson.dumps(
            {
                "user_id": PEOPLE[number % len(PEOPLE)],
                "action": "VIEW",
                "post_id": f"p {number % 7}",
                "event_id": id,
            }
        )
        + b"\n"
        for number, id in enumerate(numbers)
    ]

    first = await import_exported(server, given)
    again = await import_exported(server, given)

    assert (first, again) == ({"CREATED": len(numbers)}, {"UNCHANGED": len(numbers)})
    ((rows, lanes),) = await run(
        server.url, "SELECT count(*), count(DISTINCT lane) FROM interactions"
    )
    assert (rows, lanes) == (len(numbers), citus.LANES)


async def test_the_number_of_lanes_is_fixed(distributed: str) -> None:
    """A row says its lane, and would have to move to another server."""
    with pytest.raises(UnsuitableDatabase, match="are fixed"):
        await change_lanes(Database.at(distributed), 2 * citus.LANES)

    assert (await read_layout(Database.at(distributed))).lanes == citus.LANES
