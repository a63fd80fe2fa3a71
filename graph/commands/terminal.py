"""What the commands share: settings, the loop, messages and progress on standard error."""

import asyncio
import os
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from graph.config.secret import NoSecret, find_secret, known_secret
from graph.config.settings import BadSettings, Settings
from models.database.database import Database
from models.database.migrating import NewerDatabase, migrate, pending
from models.database.rewriting import is_rewritten
from models.database.suitability import check_suitable
from models.errors import UnsuitableDatabase, explained, is_unavailable
from models.reading.recount import interactions
from resolvers.audit.recalculating import is_current
from resolvers.errors import TakenOver
from resolvers.identity import ForeignSecret, Identity, claim
from resolvers.upgrading import upgrade

console = Console(stderr=True, highlight=False, soft_wrap=True)

T = TypeVar("T")


async def ready_database(settings: Settings, *, makes: bool = False) -> None:
    """Make sure the database can be worked with: migrated, and filled under this secret.

    Only who `makes` them makes an embedded database and a secret that are not there.
    """
    database = settings.database
    if not makes:
        check_there(database)
    secret = find_secret(settings) if makes else known_secret(settings)
    if database.is_embedded:
        await migrate(database)
        await rewrite(settings)
    await check_version(database)
    await claim(Identity(secret), database)
    if not await is_current(database, settings.scoring):
        console.print(
            "Weights or half-lives have changed since the scores were made: run "
            "`trailmark recalculate`.",
            style="yellow",
        )


async def rewrite(settings: Settings) -> bool:
    """Bring what is stored to the form of this version; whether there was anything to do."""
    database = settings.database
    if await is_rewritten(database):
        return False
    identity = Identity(known_secret(settings))
    await claim(identity, database)  # under another secret, authors would get other aliases
    console.print("rewriting what an older version stored; once broken off, it goes on from there")
    await upgrade(database, identity)
    return True


def check_there(database: Database) -> None:
    """Make sure that an embedded database is there, for what makes none."""
    if not is_there(database):
        stop(
            f"there is no database at {database.path}; `trailmark migrate` makes one, and "
            "TRAILMARK_DATABASE_URL says where it is"
        )


def is_there(database: Database) -> bool:
    """Whether there is a database to ask: always on a server, embedded once it was made."""
    return not database.is_embedded or database.path.exists()


async def check_version(database: Database) -> None:
    check_there(database)
    await tell_suitability(database)
    if missing := await pending(database):
        stop(f"the database lacks {len(missing)} migrations; run `trailmark migrate` first")
    if not await is_rewritten(database):
        stop("the database holds what an older version stored; run `trailmark migrate` first")


async def tell_suitability(database: Database) -> None:
    """Refuse a database that would not keep what is acknowledged, and print what else is wrong."""
    for warning in await check_suitable(database):
        console.print(warning, style="yellow", markup=False)


async def tell_database(database: Database) -> None:
    """Say which database a command is about to work on, and how much it holds."""
    async with database.reading():
        held = await interactions()
    console.print(f"{database.address} holds {held:,} interactions", markup=False)


def read_settings() -> Settings:
    try:
        return Settings.read(os.environ)
    except BadSettings as error:
        stop(str(error))


def run(work: Coroutine[Any, Any, T]) -> T:
    try:
        return asyncio.run(work)
    except (typer.Exit, BrokenPipeError):  # nobody reads on, as under `head`: it ends in silence
        raise
    except (NoSecret, NewerDatabase, TakenOver, UnsuitableDatabase) as error:
        stop(str(error))
    except ForeignSecret:
        stop(
            "this database was filled under another secret, and with this one every history "
            "would be lost; set TRAILMARK_SECRET to the one it was filled with"
        )
    except Exception as error:
        if not is_unavailable(error):
            raise
        stop(explained(error))


def stop(message: str) -> NoReturn:
    console.print(message, style="red", markup=False)
    raise typer.Exit(2)


@contextmanager
def progress_bar(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar while the block runs; call what it gives with how much is done in all."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.update(task, completed=done)


@contextmanager
def transfer_bar(label: str, size: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar in bytes; without a size, it shows only how much has gone by."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn()
    with Progress(*columns, TimeRemainingColumn(), console=console, transient=True) as progress:
        task = progress.add_task(label, total=size)
        yield lambda done: progress.update(task, completed=done)
