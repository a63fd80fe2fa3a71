"""Sessions: they behave as durability and order need, whatever a database or a role says."""

from collections.abc import AsyncIterator

import pytest

from models.database.database import Database, fetch
from models.database.postgres import RELIED_ON
from models.ledger.postgres_ledger import PostgresLedger
from models.ledger.sqlite_ledger import SqliteLedger
from models.ledger.writer_connection import WRITER
from tests.support.durability.ledgers import view
from tests.support.durability.stores import rows
from tests.support.recording.batches import Batch

_CONTRARY = {
    "synchronous_commit": "off",
    "default_transaction_isolation": "serializable",
    "default_transaction_read_only": "on",
    "default_transaction_deferrable": "on",
    "row_security": "on",
    "standard_conforming_strings": "on",
    "statement_timeout": "20s",
    "lock_timeout": "20s",
    "transaction_timeout": "50s",
    "idle_in_transaction_session_timeout": "50s",
    "idle_session_timeout": "100s",
    "client_encoding": "LATIN1",
    "jit": "on",
    "plan_cache_mode": "force_custom_plan",
}
"""Long enough for a busy machine: that they are others is what shows."""

_SHOWN = "SELECT name, setting FROM pg_settings WHERE name = ANY($1)"


@pytest.fixture
async def contrary(postgres: str) -> AsyncIterator[str]:
    """The URL of a database whose defaults are against all that is relied on."""
    database = Database.at(postgres)
    async with database.connected() as server:
        for name, value in _CONTRARY.items():
            await server.execute(f"ALTER DATABASE postgres SET {name} = '{value}'")
        yield postgres
        await server.execute("ALTER DATABASE postgres RESET ALL")


def test_what_is_relied_on_is_contradicted() -> None:
    """Whatever sessions set is tried below."""
    assert RELIED_ON.keys() <= _CONTRARY.keys()


async def test_a_session_sets_what_durability_and_order_rest_on(contrary: str) -> None:
    """In sessions of commands, and in those that write and read, which differ as they say."""
    names = list(RELIED_ON)
    ledger = PostgresLedger(Database.at(contrary).credentials)
    database = Database.at(contrary)
    async with database.connected() as server, database.reading():
        commands = dict(map(tuple, await server.fetch(_SHOWN, names)))
        reader = dict(map(tuple, await fetch(_SHOWN, [names])))
        connection = await ledger._idle.get_nowait().connected()
        writer = dict(map(tuple, await connection.fetch(_SHOWN, [*names, *WRITER.settings])))
        encodings = [each.get_settings().client_encoding for each in (server, connection)]
    await ledger.close()

    expected = {name: value for name, value in RELIED_ON.items() if name in commands}
    assert len(expected) >= len(RELIED_ON) - 1  # the server may lack the newest
    assert commands == expected
    assert reader == {**expected, "default_transaction_read_only": "on"}
    assert writer["synchronous_commit"] == "on"
    assert writer["default_transaction_isolation"] == "read committed"
    assert (writer["lock_timeout"], writer["statement_timeout"]) == ("3000", "30000")
    assert (writer["jit"], writer["plan_cache_mode"]) == ("off", "force_generic_plan")
    assert encodings == ["UTF8", "UTF8"]


async def test_commits_that_wait_for_a_standby_go_on_waiting_for_it(postgres: str) -> None:
    """`remote_apply` asks for more than is relied on, so it is left as it is."""
    database = Database.at(postgres)
    async with database.connected() as server:
        await server.execute("ALTER DATABASE postgres SET synchronous_commit = remote_apply")
        try:
            async with database.connected() as later:
                shown = await later.fetchval("SHOW synchronous_commit")
        finally:
            await server.execute("ALTER DATABASE postgres RESET ALL")

    assert shown == "remote_apply"


async def test_what_is_recorded_is_stored_whatever_the_database_says(contrary: str) -> None:
    """Also emoji, though the database would have sessions speak another encoding."""
    ledger = PostgresLedger(Database.at(contrary).credentials)

    await Batch(view("🌳")).commit(ledger)

    await ledger.close()
    assert ("🌳",) in await rows(contrary, "SELECT target_id FROM interactions")


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_what_is_committed_to_a_file_outlives_a_power_cut(database_url: str) -> None:
    """By the ledger's connection and by those of keys and metadata, however SQLite was built."""
    database = Database.at(database_url)
    ledger = SqliteLedger(database.path)
    writer = ledger._connect()
    with database.opened_file() as file:
        for connection in (writer, file):
            for pragma, value in (("synchronous", 2), ("fullfsync", 1), ("journal_mode", "wal")):
                assert connection.execute(f"PRAGMA {pragma}").fetchone() == (value,)
    writer.close()
    await ledger.close()
