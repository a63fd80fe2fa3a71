"""Databases that answer and cannot be used: no input is at fault, and all is well once mended."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.database.suitability import POOLER
from tests.support.client import HISTORY, RECORD, RECORD_MANY, Caller, FixedClock
from tests.support.durability.outages import readiness, recovered, refused, unreadable, view
from tests.support.durability.pooler import pooler
from tests.support.durability.stores import end_connections, poisoned, rows, targets
from tests.support.serving import SECRET, serving

_REVOKED = "REVOKE {} ON {} FROM clerk"
_GRANTED = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO clerk"


@pytest.fixture
async def clerk(database_url: str) -> AsyncIterator[str]:
    """The URL of the database for a role that does not own its tables, but may use them."""
    database = Database.at(database_url)
    async with database.connected() as server:
        await server.execute(
            f"CREATE ROLE clerk LOGIN; {_GRANTED};"
            "GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO clerk"
        )
    yield database_url.replace("//postgres:", "//clerk:")
    async with database.connected() as server:
        await server.execute("DROP OWNED BY clerk; DROP ROLE clerk")


async def _told(caller: Caller, *, reads: bool = True) -> None:
    """Hold what a server says to what it should say of a database that cannot be used."""
    assert await refused(caller, "p") == "OVERLOADED"
    answer = await caller.send(RECORD_MANY, inputs=[view("p"), view("q")])
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["OVERLOADED"]
    if not reads:
        await unreadable(caller)
    assert await readiness(caller) == 503


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
@pytest.mark.parametrize(
    ("right", "table"),
    [("SELECT", "interactions"), ("INSERT", "interactions"), ("UPDATE", "log_head")],
)
async def test_a_role_that_may_not_use_a_table(
    database_url: str, clerk: str, right: str, table: str, clock: FixedClock
) -> None:
    """It is told as what it is until the right is granted again."""
    async with serving(Settings(clerk, SECRET), clock) as caller:
        assert await readiness(caller) == 200
        await rows(database_url, _REVOKED.format(right, table))

        await _told(caller, reads=right != "SELECT")

        await rows(database_url, _GRANTED)
        assert await readiness(caller) == 200
        await recovered(caller, "p")


@asynccontextmanager
async def _without(url: str, table: str) -> AsyncIterator[None]:
    """Within this, a table has another name."""
    await _execute(url, f"ALTER TABLE {table} RENAME TO elsewhere")
    yield
    await _execute(url, f"ALTER TABLE elsewhere RENAME TO {table}")


async def _execute(url: str, statement: str) -> None:
    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, timeout=9)) as file, file:
            file.execute(statement)
    else:
        await rows(url, statement)


@pytest.mark.parametrize("table", ["interactions", "log_head", "totals"])
async def test_a_table_that_is_not_there(database_url: str, table: str, clock: FixedClock) -> None:
    """It is told as what it is until the table is back."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await caller.outcome(**view("before"))
        async with _without(database_url, table):
            await _told(caller, reads=table != "interactions")

        assert await readiness(caller) == 200
        await recovered(caller, "p")


async def test_a_column_that_is_not_there(database_url: str, clock: FixedClock) -> None:
    """An altered table refuses every input, and none of them is at fault."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await caller.outcome(**view("before"))
        await _execute(database_url, "ALTER TABLE interactions RENAME COLUMN occurred_at TO at")
        assert await refused(caller, "p") == "OVERLOADED"
        await unreadable(caller)
        await _execute(database_url, "ALTER TABLE interactions RENAME COLUMN at TO occurred_at")

        await recovered(caller, "p")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_type_that_was_altered_under_prepared_statements(
    database_url: str, clock: FixedClock
) -> None:
    """Statements that were prepared for what a column was are prepared anew."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await caller.outcome(**view("before"))
        await rows(database_url, "ALTER TABLE interactions ALTER COLUMN source TYPE varchar(65)")
        await recovered(caller, "p")
        await rows(database_url, "ALTER TABLE interactions ALTER COLUMN source TYPE varchar(64)")
        await recovered(caller, "q")


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_password_that_is_no_longer_right(
    database_url: str, clerk: str, clock: FixedClock
) -> None:
    """A role that may not log in any more is told as a trouble of the database."""
    async with serving(Settings(clerk, SECRET), clock) as caller:
        await caller.outcome(**view("before"))
        await rows(database_url, "ALTER ROLE clerk NOLOGIN")
        await end_connections(database_url)
        assert await refused(caller, "p") == "OVERLOADED"
        assert await readiness(caller) == 503
        await rows(database_url, "ALTER ROLE clerk LOGIN")

        await recovered(caller, "p")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "spoil",
    [lambda file: file.write_bytes(b""), lambda file: file.write_bytes(b"no database" * 999)],
    ids=["empty", "no database"],
)
async def test_an_embedded_database_that_was_replaced(
    database_url: str, clock: FixedClock, spoil: Callable[[Path], object], tmp_path: Path
) -> None:
    """By an empty file or one that is no database; once its own file is back, all is well."""
    file, own = Database.at(database_url).path, tmp_path / "own.db"
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await caller.outcome(**view("before"))
        _move(file, own)
        spoil(file)
        await _told(caller, reads=False)
        _move(own, file)

        await recovered(caller, "p")
        assert await caller.outcome(**view("before")) == "UNCHANGED"


def _move(file: Path, to: Path) -> None:
    """Put a database with all that belongs to it in another place, and in that of another one."""
    for suffix in ("", "-wal", "-shm"):
        target = Path(f"{to}{suffix}")
        target.unlink(missing_ok=True)
        Path(f"{file}{suffix}").rename(target)


async def test_an_input_that_the_database_refuses_is_still_told_as_one(
    database_url: str, clock: FixedClock
) -> None:
    """What an operator's own trigger refuses is no trouble of the database: it fails alone."""
    async with serving(Settings(database_url, SECRET), clock) as caller, poisoned(database_url):
        outcomes = await caller.outcomes(view("p"), view("poison"), view("q"))

        assert outcomes == ["CREATED", "REJECTED", "CREATED"]
        assert await readiness(caller) == 200


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_pooler_that_changes_to_transaction_mode(
    database_url: str, clock: FixedClock
) -> None:
    """While a server runs, nobody can refuse it: no input is at fault, and no read is INTERNAL.

    /readyz says what it is.
    """
    with pooler(database_url, "transaction", default_pool_size=3) as url:
        async with serving(Settings(url, SECRET), clock) as caller:
            posts = [f"p{number}" for number in range(150)]
            writes = [caller.send(RECORD, input=view(post)) for post in posts]
            reads = [caller.send(HISTORY, id="ann") for _ in posts]
            written, *read = await asyncio.gather(asyncio.gather(*writes), *reads)
            said = [(await caller.http.get("/readyz")).json() for _ in range(5)]

    outcomes = [each["data"]["recordInteraction"]["outcome"] for each in written if each["data"]]
    refused = [each["errors"][0]["extensions"]["code"] for each in written if not each["data"]]
    unread = [each["errors"][0]["extensions"]["code"] for each in read if "errors" in each]
    assert len(outcomes) + len(refused) == len(posts)
    assert set(outcomes) <= {"CREATED"}
    assert set(refused) <= {"OVERLOADED", "INTERNAL"}  # the latter where it may be stored
    assert set(unread) <= {"OVERLOADED"}
    assert len(await targets(database_url)) >= len(outcomes)
    assert said == [{"status": "unavailable", "reason": POOLER}] * 5
