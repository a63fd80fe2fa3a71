"""What happens to PostgreSQL: it stops, crashes, is killed, stands still, is full or replaced."""

import asyncio
import os
import signal
from typing import Literal

import asyncpg

from bench.soak.trials.ground import REFUSALS, Ground
from models.database.database import Database
from tests.support.durability.disks import fill
from tests.support.durability.stores import Postgres, rows

FEW_CONNECTIONS = "max_connections = 30"
SMALL_LOG = ("max_wal_size = '64MB'", "min_wal_size = '32MB'")
_WRITERS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'trailmark writer'"
_OURS = "FROM pg_stat_activity WHERE application_name LIKE 'trailmark %'"


async def stop(ground: Ground) -> None:
    """Stop PostgreSQL, which ends its sessions, and start it again."""
    await _without(ground, "fast")


async def crash(ground: Ground) -> None:
    """Have PostgreSQL end without a checkpoint, and recover."""
    await _without(ground, "immediate")


async def kill(ground: Ground) -> None:
    """Kill all of PostgreSQL's processes at once, as a power cut would, and start it again."""
    postgres = _postgres(ground)
    await asyncio.to_thread(postgres.kill)
    await ground.load.is_refused(ground.server, REFUSALS)
    await asyncio.to_thread(postgres.start)


async def kill_session(ground: Ground) -> None:
    """Kill a session that writes; PostgreSQL then ends all others, and recovers by itself."""
    found = await rows(_postgres(ground).url, _WRITERS)
    assert found, "nobody writes"
    os.kill(found[0][0], signal.SIGKILL)


async def pause(ground: Ground) -> None:
    """Have PostgreSQL stand still until callers are refused, and go on."""
    with _postgres(ground).standing_still():
        await ground.load.is_refused(ground.server, 1)


async def take_connections(ground: Ground) -> None:
    """Take all connections that PostgreSQL allows, also the server's, and give them back."""
    credentials = Database.at(_postgres(ground).url).credentials
    taken: list[asyncpg.Connection[asyncpg.Record]] = []
    try:
        while True:
            try:
                taken.append(await asyncpg.connect(**credentials))
            except asyncpg.TooManyConnectionsError:
                ended = await taken[0].fetch(f"SELECT pg_terminate_backend(pid) {_OURS}")
                if not ended:
                    break
        await ground.load.is_refused(ground.server, REFUSALS)
    finally:
        for connection in taken:
            connection.terminate()


async def fill_disk(ground: Ground) -> None:
    """Fill the disk that PostgreSQL is on, make room, and start it again where it has ended."""
    assert ground.disk is not None
    filler = ground.disk / "filler"
    await asyncio.to_thread(fill, filler)
    await ground.load.is_refused(ground.server, REFUSALS)
    filler.unlink()
    await asyncio.to_thread(_postgres(ground).start)


async def fail_over(ground: Ground) -> None:
    """Lose PostgreSQL for good, and have its standby go on."""
    assert ground.standby is not None
    await asyncio.to_thread(_postgres(ground).stop, "immediate")
    await ground.load.is_refused(ground.server, REFUSALS)
    await asyncio.to_thread(ground.standby.promote)


async def _without(ground: Ground, mode: Literal["fast", "immediate"]) -> None:
    postgres = _postgres(ground)
    await asyncio.to_thread(postgres.stop, mode)
    await ground.load.is_refused(ground.server, REFUSALS)
    await asyncio.to_thread(postgres.start)


def _postgres(ground: Ground) -> Postgres:
    assert ground.postgres is not None
    return ground.postgres
