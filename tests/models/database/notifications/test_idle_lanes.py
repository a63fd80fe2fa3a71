"""Lanes that stand still cost little, however many there are beside one in which users record."""

import asyncio

import pytest

from models.database.database import Database
from models.database.notifications.commit_notifier import HEAD_S, CommitNotifier
from models.ledger.lanes.layouts import change_lanes
from tests.support.durability.server import until_awaited
from tests.support.live.lanes import heads
from tests.support.sql import run

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

LANES, COMMITS = 64, 30
_COMMIT = f"UPDATE log_head SET last_number = last_number + {LANES} WHERE id = 0"
_UPDATES = "SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'log_head'"
_NOTIFIERS = """SELECT 1 FROM pg_stat_activity
WHERE application_name = 'trailmark notifier' AND datname = current_database()"""


async def test_heads_are_brought_up_less_often_the_more_stand_still(database_url: str) -> None:
    """At most one each 2 ms, beside those of the first time; and all are in the end."""
    database, loop = Database.at(database_url), asyncio.get_running_loop()
    await change_lanes(database, LANES)
    notifier = CommitNotifier(database.credentials, 0.001, lanes=LANES)
    ((before,),) = await run(database_url, _UPDATES)
    began_at = loop.time()
    for _ in range(COMMITS):
        await run(database_url, _COMMIT)
        notifier.notify()

    async def is_readable() -> bool:
        found = await heads(database_url)
        return min(found) == max(found)

    await until_awaited(is_readable)
    took_s = loop.time() - began_at
    await notifier.close()

    async def has_ended() -> bool:
        return not await run(database_url, _NOTIFIERS)

    await until_awaited(has_ended)  # by when what it has updated is counted
    ((after,),) = await run(database_url, _UPDATES)
    assert after - before <= COMMITS + 2 * LANES + took_s / HEAD_S
