"""Outages of PostgreSQL: it stops, crashes, ends connections, or another writer hangs."""

import asyncio
import os
import signal
import threading
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Literal

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.database.migrating import migrate
from models.errors import DatabaseUnavailable
from models.ledger.postgres_ledger import PostgresLedger
from models.records import Changes, Known
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Submission, Verdict
from tests.support.client import Caller, FixedClock
from tests.support.databases import empty
from tests.support.durability import ledgers
from tests.support.durability.load import Client, Load, check
from tests.support.durability.outages import (
    readiness,
    recovered,
    refused,
    refused_all,
    unreadable,
    view,
)
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import Postgres, end_connections, own_postgres, rows, targets
from tests.support.serving import SECRET, serving

Mode = Literal["fast", "immediate"]


@pytest.fixture(scope="module")
def postgres_of_ours() -> Iterator[Postgres]:
    """A migrated PostgreSQL server that the tests of this module may stop."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        yield server


@pytest.fixture
async def stoppable(postgres_of_ours: Postgres) -> AsyncIterator[Postgres]:
    """That server, running and empty."""
    await empty(Database.at(postgres_of_ours.url))
    yield postgres_of_ours
    await asyncio.to_thread(postgres_of_ours.start)


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_while_the_database_is_stopped_callers_are_told_at_once(
    stoppable: Postgres, mode: Mode, tmp_path: Path
) -> None:
    """Recording and reading are refused within seconds, and work by themselves afterwards."""
    async with serving(Settings(stoppable.url, SECRET), FixedClock()) as caller:
        await caller.record(**view("p0"))
        await asyncio.to_thread(stoppable.stop, mode)

        for _ in range(3):
            assert set(await refused_all(caller, *(f"p{i}" for i in range(20)))) == {"OVERLOADED"}
            await unreadable(caller)
        assert await readiness(caller) == 503
        assert (await caller.http.get("/healthz")).status_code == 200

        await asyncio.to_thread(stoppable.start)
        await recovered(caller, "p1")
        assert await readiness(caller) == 200
        assert await caller.history("ann") == ["VIEW p1", "VIEW p0"]
    assert await targets(stoppable.url) == ["p0", "p1"]
    code, said = await Server(stoppable.url, tmp_path).verify()
    assert code == 0, said


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["fast", "immediate"])
async def test_a_database_that_stops_under_load_loses_nothing(
    stoppable: Postgres, mode: Mode, tmp_path: Path
) -> None:
    """Three stops under load: what was acknowledged is stored once, and retries do the rest."""
    load = Load([Client(number, retries=True, forgives=True) for number in range(16)])

    async with server_process(stoppable.url, tmp_path) as server:
        async with load.on(server):
            for _ in range(3):
                await load.advances(server, 300)
                await asyncio.to_thread(stoppable.stop, mode)
                await load.is_refused(server, 50)
                await asyncio.to_thread(stoppable.start)
            await load.advances(server, 300)

        assert load.unacknowledged == 0
        await check(load.clients, server)


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_connections_that_the_database_ends_are_opened_anew(caller: Caller) -> None:
    """After a failover ended every connection, the next calls succeed as if nothing had been."""
    for number in range(3):
        assert await caller.outcome(**view(f"p{number}")) == "CREATED"
        assert (await caller.history("ann"))[0] == f"VIEW p{number}"
        await end_connections(caller.url)

    assert await targets(caller.url) == ["p0", "p1", "p2"]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_database_that_hangs_holds_nobody_up_for_long(caller: Caller) -> None:
    """Of a connection that never answers callers learn within nine seconds, and it may go on."""
    await caller.record(**view("p0"))
    (writer,) = await rows(
        caller.url, "SELECT pid FROM pg_stat_activity WHERE application_name = 'trailmark writer'"
    )

    os.kill(writer[0], signal.SIGSTOP)
    try:
        assert await refused(caller, "p1") == "OVERLOADED"
        assert await caller.history("ann") == ["VIEW p0"]
    finally:
        os.kill(writer[0], signal.SIGCONT)

    await recovered(caller, "p1")
    assert await targets(caller.url) == ["p0", "p1"]


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_writer_that_hangs_with_the_lock_is_done_away_with(
    caller: Caller, database_url: str
) -> None:
    """A process that stops dead amid a commit delays the others for some seconds, and loses it."""
    hung = Hung(database_url, ledgers.view("hung"))
    thread = threading.Thread(target=hung.commit)
    thread.start()
    try:
        await asyncio.to_thread(hung.holds_the_lock.wait, 10)
        assert await refused(caller, "p1") == "OVERLOADED"
        await recovered(caller, "p1")
    finally:
        hung.may_go_on.set()
        await asyncio.to_thread(thread.join)

    assert isinstance(hung.failure, DatabaseUnavailable)
    assert await targets(database_url) == ["p1"]


class Hung:
    """Another writer over the same database, which hangs while it judges."""

    def __init__(self, url: str, submission: Submission) -> None:
        self.holds_the_lock = threading.Event()
        self.may_go_on = threading.Event()
        self.failure: Exception | None = None
        self._url = url
        self._submission = submission

    def commit(self) -> None:
        """Try to commit, in a thread of its own."""
        try:
            asyncio.run(self._commit())
        except Exception as error:
            self.failure = error

    async def _commit(self) -> None:
        ledger = PostgresLedger(Database.at(self._url).credentials)
        try:
            keys = wanted([self._submission])
            keys.rows.add(1)  # what is wanted by number is judged under the lock alone
            await ledger.transact(keys, self._judged)
        finally:
            await ledger.close()

    def _judged(self, known: Known) -> tuple[Changes, list[Verdict]]:
        self.holds_the_lock.set()
        self.may_go_on.wait(30)
        return judge([self._submission], known, Rules())
