"""Trials under load: kills, restarts and stops, after which what was acknowledged is counted."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from models.database.database import Database
from models.database.migrating import migrate
from tests.support.durability.load import Client, Load, check
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import Postgres, own_database, own_postgres

CLIENTS = 16
ANSWERS = 300
"""Inputs that are acknowledged between two disturbances."""

REFUSALS = 50
_MOMENT_S = 0.05
_chance = random.Random()  # noqa: S311 (another moment each time, not secret)


@dataclass(frozen=True)
class Trial:
    """What happens to a server, or to PostgreSQL below it, while clients record."""

    name: str
    disturb: "Callable[[Ground], Awaitable[None]]"
    databases: tuple[str, ...] = ("sqlite", "postgres")
    has_standby: bool = False


@dataclass(frozen=True)
class Ground:
    """What a trial disturbs."""

    server: Server
    load: Load
    postgres: Postgres | None = None
    standby: Postgres | None = None


@dataclass(frozen=True)
class Survived:
    """What was acknowledged in a trial, and what is wrong with what is stored; empty if nothing."""

    acknowledged: int
    wrong: str


async def survive(trial: Trial, database: str, times: int) -> Survived:
    """Disturb so many times under load, and compare what is stored with what was acknowledged.

    With a standby it is once, as then that is the primary.
    """
    clients = [Client(number, retries=True, forgives=True) for number in range(CLIENTS)]
    load = Load(clients)
    async with _ground(trial, database, load) as ground:
        async with load.on(ground.server):
            for _ in range(1 if trial.has_standby else times):
                await load.advances(ground.server, ANSWERS)
                await asyncio.sleep(_chance.uniform(0, _MOMENT_S))
                await trial.disturb(ground)
            await load.advances(ground.server, ANSWERS)
        try:
            await check(clients, ground.server)
        except AssertionError as error:
            return Survived(load.acknowledged, str(error) or repr(error))
    return Survived(load.acknowledged, "")


@asynccontextmanager
async def _ground(trial: Trial, database: str, load: Load) -> AsyncIterator[Ground]:
    with TemporaryDirectory(prefix="trailmark-") as given, ExitStack() as servers:
        folder = Path(given)
        if database == "sqlite":
            async with own_database(database, folder) as url, server_process(url, folder) as server:
                yield Ground(server, load)
            return
        postgres, standby = servers.enter_context(own_postgres()), None
        url = postgres.url
        await migrate(Database.at(url))
        if trial.has_standby:
            standby = servers.enter_context(own_postgres(postgres))
            url = await asyncio.to_thread(_joined, postgres, standby)
        async with server_process(url, folder) as server:
            yield Ground(server, load, postgres, standby)


def _joined(primary: Postgres, standby: Postgres) -> str:
    """The address of both, each commit of one of which now waits until it is on the other."""
    settings = ("-c", "ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.run("psql", *settings, "-c", "SELECT pg_reload_conf()", "postgres")
    hosts = [Database.at(each.url).credentials["host"] for each in (primary, standby)]
    return f"postgres://postgres@/postgres?host={','.join(hosts)}"


async def _kill(ground: Ground) -> None:
    """End the server as a power cut would, and start it again."""
    ground.load.up.clear()
    await ground.server.kill()
    await ground.server.start()
    ground.load.up.set()


async def _restart(ground: Ground) -> None:
    """Ask the server to stop, and start it again."""
    ground.load.up.clear()
    await ground.server.terminate()
    await ground.server.start()
    ground.load.up.set()


async def _stop_postgres(ground: Ground) -> None:
    """Stop PostgreSQL, which ends its sessions, and start it again."""
    await _without_postgres(ground, "fast")


async def _crash_postgres(ground: Ground) -> None:
    """Have PostgreSQL end without a checkpoint, and recover."""
    await _without_postgres(ground, "immediate")


async def _fail_over(ground: Ground) -> None:
    """Lose PostgreSQL for good, and have its standby go on."""
    assert ground.postgres is not None
    assert ground.standby is not None
    await asyncio.to_thread(ground.postgres.stop, "immediate")
    await ground.load.is_refused(ground.server, REFUSALS)
    await asyncio.to_thread(ground.standby.promote)


async def _without_postgres(ground: Ground, mode: Literal["fast", "immediate"]) -> None:
    assert ground.postgres is not None
    await asyncio.to_thread(ground.postgres.stop, mode)
    await ground.load.is_refused(ground.server, REFUSALS)
    await asyncio.to_thread(ground.postgres.start)


TRIALS = (
    Trial("kills of the server", _kill),
    Trial("restarts of the server", _restart),
    Trial("restarts of PostgreSQL", _stop_postgres, ("postgres",)),
    Trial("crashes of PostgreSQL", _crash_postgres, ("postgres",)),
    Trial("a failover of PostgreSQL", _fail_over, ("postgres",), has_standby=True),
)
