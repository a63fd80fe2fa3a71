"""Lanes that stand still are brought up, so that readers of the log need not wait for them."""

from collections.abc import AsyncIterator

import pytest

from models.database.database import Database
from models.database.notifications.lane_heads import LaneHeads, bring_up_now
from models.database.postgres import COMMANDS, Connection, connect
from models.ledger.lanes.layouts import change_lanes
from tests.support.live.lanes import LANES, heads, lane_held, set_heads
from tests.support.sql import run

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


@pytest.fixture
async def connection(database_url: str) -> AsyncIterator[Connection]:
    """A connection to a database of four lanes."""
    await change_lanes(Database.at(database_url), LANES)
    connection = await connect(Database.at(database_url).credentials, COMMANDS)
    yield connection
    connection.terminate()


async def test_only_what_has_not_moved_since_the_last_look_is_brought_up(
    database_url: str, connection: Connection
) -> None:
    """A lane that moves, however far behind, is left to whoever records in it."""
    lanes = LaneHeads()
    await set_heads(database_url, 9, 5, 7, 3)
    await lanes.bring_up(connection)
    assert await heads(database_url) == [9, 5, 7, 3]
    await set_heads(database_url, 10, 6, 7, 3)

    await lanes.bring_up(connection)

    assert await heads(database_url) == [10, 6, 10, 10]
    assert (lanes.least, lanes.highest) == (6, 10)


async def test_bringing_up_leaves_all_but_the_head(
    database_url: str, connection: Connection
) -> None:
    """What was judged by a lane's last commit was judged by its last commit still."""
    await set_heads(database_url, 9, 5, 7, 3)
    state = "SELECT id, mark, pruned_number, quiet_commits, layout FROM log_head ORDER BY id"
    before = await run(database_url, state)

    await bring_up_now(connection)

    assert await heads(database_url) == [9, 9, 9, 9]
    assert await run(database_url, state) == before


async def test_it_waits_for_no_lane_that_is_being_written(
    database_url: str, connection: Connection
) -> None:
    """Such a lane is brought up later, if it stands still then."""
    await set_heads(database_url, 9, 5, 7, 3)
    async with lane_held(database_url, 1):
        await bring_up_now(connection)
        assert await heads(database_url) == [9, 5, 9, 9]

    await bring_up_now(connection)

    assert await heads(database_url) == [9, 9, 9, 9]
