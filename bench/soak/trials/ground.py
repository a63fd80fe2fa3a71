"""What a trial disturbs, what it must leave whole, and how long that takes."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.servers.usage import memory
from models.database.database import Database
from models.database.migrating import migrate
from tests.support.durability.clocks import NoFaketime, ServerClock
from tests.support.durability.disks import CannotMount, small_disk
from tests.support.durability.load import Client, Load, check
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import Postgres, own_database, own_postgres

CLIENTS = 16
ANSWERS = 300
"""Inputs that are acknowledged between two disturbances."""

REFUSALS = 50
RECOVERS_S = 60.0
"""How long after its cause is over an outage may go on, on a machine that does much else."""

GROWTH = 64 * 2**20
"""How many bytes more a server may hold at the end than after the first disturbance."""

DISK_MIB = 256
_MOMENT_S = 0.05
_chance = random.Random()  # noqa: S311 (another moment each time, not secret)


class Unable(Exception):
    """This machine lacks what a trial needs; the message says what."""


@dataclass(frozen=True)
class Trial:
    """What happens to a server, or to PostgreSQL below it, while clients record.

    A `setting` is a line of PostgreSQL's configuration. With a standby, it happens once.
    """

    name: str
    disturb: "Callable[[Ground], Awaitable[None]]"
    databases: tuple[str, ...] = ("sqlite", "postgres")
    has_standby: bool = False
    has_clock: bool = False
    has_small_disk: bool = False
    settings: tuple[str, ...] = ()


@dataclass
class Ground:
    """What a trial disturbs."""

    server: Server
    load: Load
    postgres: Postgres | None = None
    standby: Postgres | None = None
    clock: ServerClock | None = None
    disk: Path | None = None
    held: list[tuple[int, int]] = field(default_factory=list)  # a process and its bytes

    def weigh(self) -> None:
        """Note how much memory the server holds now."""
        self.held.append((self.server.pid, memory(self.server.pid)))

    @property
    def grown(self) -> int:
        """Bytes more than after the first disturbance, of a server that outlived all of them."""
        if len({pid for pid, _ in self.held}) > 1:
            return 0
        return self.held[-1][1] - self.held[min(1, len(self.held) - 1)][1]


@dataclass(frozen=True)
class Survived:
    """What was acknowledged in a trial, and what is wrong afterwards; empty if nothing is.

    `recovery_s` is the longest time from the end of a disturbance to the next acknowledgement.
    """

    acknowledged: int
    recovery_s: float
    grown: int
    wrong: str


async def survive(trial: Trial, database: str, times: int, answers: int = ANSWERS) -> Survived:
    """Disturb so many times under load, and compare what is stored with what was acknowledged.

    Raises:
        Unable: that cannot be done on this machine.
    """
    clients = [Client(number, retries=True, forgives=True) for number in range(CLIENTS)]
    load, took_s = Load(clients), [0.0]
    async with _ground(trial, database, load) as ground:
        async with load.on(ground.server):
            for _ in range(1 if trial.has_standby else times):
                await load.advances(ground.server, answers)
                ground.weigh()
                await asyncio.sleep(_chance.uniform(0, _MOMENT_S))
                await trial.disturb(ground)
                took_s.append(await _next_answer(ground))
            await load.advances(ground.server, answers)
            ground.weigh()
        wrong = await _wrong(clients, ground, max(took_s))
    return Survived(load.acknowledged, max(took_s), ground.grown, wrong)


async def _next_answer(ground: Ground) -> float:
    """How long it takes until something is acknowledged."""
    begun = time.monotonic()
    await ground.load.advances(ground.server, 1)
    return time.monotonic() - begun


async def _wrong(clients: list[Client], ground: Ground, recovery_s: float) -> str:
    try:
        await check(clients, ground.server)
    except AssertionError as error:
        return str(error) or repr(error)
    if recovery_s > RECOVERS_S:
        return f"nothing was acknowledged for {recovery_s:.0f} s after it was over"
    if ground.grown > GROWTH:
        return f"the server holds {ground.grown >> 20} MiB more"
    return ""


@asynccontextmanager
async def _ground(trial: Trial, database: str, load: Load) -> AsyncIterator[Ground]:
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="trailmark-")))
        clock = _clock(folder) if trial.has_clock else None
        settings = {} if clock is None else clock.settings
        postgres = standby = disk = None
        if database == "sqlite":
            url = await stack.enter_async_context(own_database(database, folder))
        else:
            if trial.has_small_disk:
                disk = stack.enter_context(_disk())
            postgres = stack.enter_context(own_postgres(within=disk))
            await asyncio.to_thread(_configure, postgres, trial.settings)
            url = postgres.url
            await migrate(Database.at(url))
            if trial.has_standby:
                standby = stack.enter_context(own_postgres(postgres))
                url = await asyncio.to_thread(_joined, postgres, standby)
        serving = server_process(url, folder, 1, **settings)
        server = await stack.enter_async_context(serving)
        yield Ground(server, load, postgres, standby, clock=clock, disk=disk)


def _clock(folder: Path) -> ServerClock:
    try:
        return ServerClock(folder)
    except NoFaketime as error:
        raise Unable(str(error)) from error


@contextmanager
def _disk() -> Iterator[Path]:
    with TemporaryDirectory(prefix="trailmark-") as name:
        try:
            with small_disk(Path(name), DISK_MIB):
                yield Path(name)
        except CannotMount as error:
            raise Unable(str(error)) from error


def _configure(postgres: Postgres, settings: tuple[str, ...]) -> None:
    if settings:
        for setting in settings:
            postgres.run("psql", "-c", f"ALTER SYSTEM SET {setting}", "postgres")
        postgres.stop("fast")
        postgres.start()


def _joined(primary: Postgres, standby: Postgres) -> str:
    """The address of both, each commit of one of which now waits until it is on the other."""
    settings = ("-c", "ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.run("psql", *settings, "-c", "SELECT pg_reload_conf()", "postgres")
    hosts = [Database.at(each.url).credentials["host"] for each in (primary, standby)]
    return f"postgres://postgres@/postgres?host={','.join(hosts)}"
