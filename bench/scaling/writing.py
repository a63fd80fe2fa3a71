"""The statements that write, alone: what each lane recorded, written again by all at once."""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from hashlib import sha256
from itertools import islice

from bench.databases.empty import start_empty
from bench.storage.recording import POST_ACTIONS
from bench.storage.statements_alone import Committed, Watched, commit_again
from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes, read_layout
from models.ledger.lanes.scopes import Scope
from models.ledger.opening import open_ledgers
from models.partitions import lane_of
from models.vocabulary import ACTIONS
from resolvers.clock import system_clock
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Submission

LANES = (1, 2, 4)
BATCH = 64
USERS, POSTS = 20_000, 10_000


async def rates(database: Database, rows: int) -> dict[int, float]:
    """Rows written a second by the number of lanes: by statements that were judged before."""
    return {lanes: await _rate(database, rows, lanes) for lanes in LANES}


async def _rate(database: Database, rows: int, lanes: int) -> float:
    await _start(database, lanes)
    recorded = await _recorded(database, rows, lanes)
    await _start(database, lanes)
    layout = await read_layout(database)
    # The first commit of all begins an incarnation, under the locks of all lanes.
    await commit_again(database, recorded[0][:1], Scope(0, layout))
    recorded[0] = recorded[0][1:]
    started = time.perf_counter()
    await asyncio.gather(
        *(commit_again(database, each, Scope(lane, layout)) for lane, each in enumerate(recorded))
    )
    written = sum(len(each.changes.interactions) for lane in recorded for each in lane)
    return written / (time.perf_counter() - started)


async def _start(database: Database, lanes: int) -> None:
    await start_empty(database)
    await change_lanes(database, lanes)


async def _recorded(database: Database, rows: int, lanes: int) -> list[list[Committed]]:
    """What each lane commits of its share of the rows, one lane after another."""
    ledgers = await open_ledgers(database)
    found = []
    for lane in range(lanes):
        watched, inputs = Watched(ledgers.lane(lane)), _inputs(lane, lanes)
        for _ in range(rows // lanes // BATCH):
            batch = list(islice(inputs, BATCH))
            await watched.transact(wanted(batch), partial(judge, batch, rules=Rules()))
        found.append(watched.committed)
    await ledgers.close()
    return found


def _inputs(lane: int, lanes: int) -> Iterator[Submission]:
    """Inputs of a lane's users, without end."""
    aliases = [f"u_{sha256(str(number).encode()).hexdigest()[:32]}" for number in range(USERS)]
    own = [alias for alias in aliases if lane_of(alias, lanes) == lane]
    number = 0
    while True:
        number += 1
        yield Submission(
            user_alias=own[number * 31 % len(own)],
            action=ACTIONS[POST_ACTIONS[number * 7 % len(POST_ACTIONS)]],
            target_id=f"post-{(number * number + lane) % POSTS}",
            undo=False,
            occurred_at=None,
            arrived_at=system_clock(),
            event_id=f"event-{number}",
        )
