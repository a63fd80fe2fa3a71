"""Suitability: a database that would lose or mix up what is acknowledged is refused, or told of."""

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from models.database.database import Database
from models.database.suitability import check_room, check_suitable
from models.errors import UnsuitableDatabase
from tests.support.durability.pooler import PoolMode, pooler
from tests.support.durability.stores import Postgres, own_postgres, rows


async def test_a_database_as_it_comes_is_suitable(database_url: str) -> None:
    """Nothing is to be said of it."""
    assert await check_suitable(Database.at(database_url)) == []


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
async def test_an_encoding_that_lacks_characters_is_refused(postgres: str, encoding: str) -> None:
    """The message says how to make a database that has them."""
    async with Database.at(postgres).connected() as server:
        await server.execute("DROP DATABASE IF EXISTS other")
        await server.execute(
            f"CREATE DATABASE other ENCODING '{encoding}' LOCALE 'C' TEMPLATE template0"
        )

    with pytest.raises(UnsuitableDatabase) as raised:
        await check_suitable(Database.at(postgres.replace("/postgres?", "/other?")))

    assert str(raised.value) == (
        f"the database's encoding is {encoding}, which lacks characters that clients send; make "
        "one with CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0"
    )


async def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    """Another program may have made it; the order of texts would differ."""
    file = tmp_path / "trailmark.db"
    with closing(sqlite3.connect(file)) as made:
        made.executescript("PRAGMA encoding = 'UTF-16le'; CREATE TABLE other (id)")

    with pytest.raises(UnsuitableDatabase, match="the file's encoding is UTF-16le"):
        await check_suitable(Database.at(f"sqlite://{file}"))


@pytest.mark.parametrize("mode", ["transaction", "statement"])
@pytest.mark.parametrize("size", [1, 20])
async def test_a_pooler_that_shares_connections_between_sessions_is_refused(
    postgres: str, mode: PoolMode, size: int
) -> None:
    """The message says what to change."""
    with (
        pooler(postgres, mode, default_pool_size=size) as url,
        pytest.raises(UnsuitableDatabase, match="use pool_mode = session, or the address of the"),
    ):
        await check_suitable(Database.at(url))


async def test_a_pooler_in_use_by_others_is_refused_as_well(postgres: str) -> None:
    """Whatever processes of PostgreSQL others leave free at the moment."""
    with pooler(postgres, "transaction", default_pool_size=5) as url:
        others = [await asyncpg.connect(url, statement_cache_size=0) for _ in range(4)]
        busy = [asyncio.create_task(_query_for(each, 3)) for each in others]
        with pytest.raises(UnsuitableDatabase, match="pool_mode = session"):
            await check_suitable(Database.at(url))
        await asyncio.gather(*busy)
        for each in others:
            each.terminate()


async def _query_for(connection: "asyncpg.Connection[asyncpg.Record]", queries: int) -> None:
    for _ in range(queries):
        await connection.execute("SELECT pg_sleep(0.05)")


@pytest.mark.slow
async def test_a_pool_of_one_session_is_refused(postgres: str) -> None:
    """A server's process needs several at once."""
    with (
        pooler(postgres, "session", default_pool_size=1) as url,
        pytest.raises(UnsuitableDatabase, match="at least 20 sessions for each process"),
    ):
        await check_suitable(Database.at(url))


async def test_more_lanes_than_there_are_sessions_for_are_refused(postgres: str) -> None:
    """Once all sessions are taken nobody gets in, not even who would have fewer lanes again."""
    await check_room(Database.at(postgres), 16)

    with pytest.raises(UnsuitableDatabase, match=r"64 lanes may need 212 sessions.*lets 97 in"):
        await check_room(Database.at(postgres), 64)


async def test_a_pooler_that_gives_each_session_a_connection_is_suitable(postgres: str) -> None:
    """It is as the database itself."""
    with pooler(postgres, "session") as url:
        assert await check_suitable(Database.at(url)) == []


async def test_a_table_that_a_crash_would_empty_is_told_of(postgres: str) -> None:
    """An operator may have made it so to be faster."""
    await rows(postgres, "ALTER TABLE totals SET UNLOGGED")

    warnings = await check_suitable(Database.at(postgres))

    await rows(postgres, "ALTER TABLE totals SET LOGGED")
    assert warnings == [
        "the table totals is UNLOGGED: PostgreSQL empties it after a crash; run ALTER TABLE totals "
        "SET LOGGED"
    ]


@pytest.fixture
def careless() -> Iterator[Postgres]:
    """A PostgreSQL server that does not wait for its disk."""
    with own_postgres() as server:
        configuration = Path(Database.at(server.url).credentials["host"]) / "postgresql.auto.conf"
        server.stop("fast")
        configuration.write_text("fsync = off\nfull_page_writes = off\n")
        server.start()
        yield server


@pytest.mark.slow
async def test_a_server_that_does_not_wait_for_its_disk_is_told_of(careless: Postgres) -> None:
    """No session can set that."""
    assert await check_suitable(Database.at(careless.url)) == [
        f"{name} is off: PostgreSQL may lose what is acknowledged, or all, when the machine fails; "
        f"set {name} = on in its configuration"
        for name in ("fsync", "full_page_writes")
    ]


@pytest.fixture
def standby() -> Iterator[Postgres]:
    """A PostgreSQL server that waits for what a primary sends, and can be read meanwhile."""
    with own_postgres() as server:
        folder = Path(Database.at(server.url).credentials["host"])
        server.stop("fast")
        signal = folder / "standby.signal"
        signal.touch()
        shutil.chown(signal, folder.owner())
        server.start()
        yield server


@pytest.mark.slow
async def test_a_standby_is_refused(standby: Postgres) -> None:
    """Nothing can be recorded there."""
    with pytest.raises(UnsuitableDatabase) as raised:
        await check_suitable(Database.at(standby.url))

    assert str(raised.value) == (
        "the database is a standby, which cannot be written to; give the address of the primary"
    )


@pytest.mark.slow
async def test_of_a_standby_and_a_primary_the_primary_is_taken(
    standby: Postgres, postgres: str
) -> None:
    """Whichever is named first, as where one took the place of the other."""
    folders = [Database.at(url).credentials["host"] for url in (standby.url, postgres)]

    for hosts in (",".join(folders), ",".join(reversed(folders))):
        url = f"postgres://postgres@/postgres?host={hosts}"
        assert await check_suitable(Database.at(url)) == []
