"""Standbys of a real cluster answer what they have, and cost readers little when they fall."""

import asyncio
import time
from collections.abc import Iterator

import asyncpg
import pytest

from models.database.database import Database
from models.database.migrating import migrate
from models.errors import UnsuitableDatabase
from models.replicas.checking import check_replicas
from models.replicas.fetching import fetch_current
from models.replicas.replicas import replica_states
from tests.support.durability.server import until, until_awaited
from tests.support.durability.standbys import paused, reading
from tests.support.durability.stores import Postgres, own_postgres, rows

BOUND_S = 10.0
"""Six times what a read may cost that waits for a silent replica."""

SLOW = "SELECT count(*) FROM facts, LATERAL (SELECT pg_sleep(2)) s WHERE name = 'test'"
CONFLICTS = "SELECT sum(confl_snapshot)::int FROM pg_stat_database_conflicts"
LARGE = "CREATE TABLE large AS SELECT md5(n::text) FROM generate_series(1, 200000) n"

pytestmark = pytest.mark.slow
Said = pytest.LogCaptureFixture


@pytest.fixture(scope="module")
def primary() -> Iterator[Postgres]:
    """A PostgreSQL server of these tests, with Trailmark's tables."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        yield server


@pytest.fixture
def standby(primary: Postgres) -> Iterator[Postgres]:
    """A standby that follows it."""
    with own_postgres(primary) as server:
        yield server


async def test_a_standby_answers_and_shows_what_was_just_committed(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """By whatever connection: each read is of a commit that was acknowledged before it."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)

        await reads.by_standbys(200)
        await reads.are_by_standbys()


async def test_a_standby_that_lags_is_left_alone_until_it_has_caught_up(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """The primary answers meanwhile, and the log has a line when it is lost and one when it is
    back."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)
        async with paused(standby.url):
            assert await reads.by_standbys() == 0
            await reads.go_to()
            assert await reads.by_standbys() == 0
        await reads.go_to(0)

        assert reads.lines[:3] == ["back", "lost", "back"]


async def test_a_standby_that_is_killed_costs_nothing_and_comes_back(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """Reads that it had begun are answered by the primary."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)
        assert replica_states() == (1, 0)
        async with asyncio.TaskGroup() as tasks:
            slow = [tasks.create_task(_slow()) for _ in range(2)]
            await asyncio.to_thread(standby.stop, "immediate")

            assert await reads.by_standbys() == 0
        assert [each.result() for each in slow] == [1, 1]
        assert replica_states() == (0, 1)

        await asyncio.to_thread(standby.start)
        await reads.go_to(0)
        assert reads.lines[:3] == ["back", "lost", "back"]


async def test_a_standby_that_stands_still_costs_a_bounded_time_once(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """It takes connections and answers nothing: whoever waits for it is answered otherwise."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)
        with standby.standing_still():
            begun = time.monotonic()
            assert not await reads.is_fresh()
            assert time.monotonic() - begun < BOUND_S
            await reads.go_to()
            assert await reads.by_standbys() == 0
        await reads.go_to(0)

        assert reads.lines[:3] == ["back", "lost", "back"]


async def test_a_standby_that_was_promoted_is_asked_no_more(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """What it commits itself is nobody's."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)
        await asyncio.to_thread(standby.promote)
        await reads.go_to()
        await rows(standby.url, "UPDATE facts SET value = 'its own' RETURNING name")

        assert await reads.by_standbys() == 0


async def test_several_standbys_answer_one_as_often_as_the_other(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """When one falls, the other goes on."""
    with own_postgres(primary) as other:
        async with reading(primary.url, [standby.url, other.url], caplog) as reads:
            await reads.go_to(0, 1)
            where = "SELECT current_setting('data_directory'), $1::int"
            found = [await fetch_current(where, (number,)) for number in range(20)]
            assert len({each[0][0] for each in found}) >= 2

            await asyncio.to_thread(standby.stop, "immediate")
            await reads.go_to(1)
            await reads.are_by_standbys()


async def test_a_standby_of_another_primary_answers_nothing_however_far_it_is(caplog: Said) -> None:
    """It has more of a log that its primary lost than the one that goes on has."""
    with own_postgres() as old:
        await migrate(Database.at(old.url))
        with own_postgres(old) as promoted, own_postgres(old) as ahead:
            folders = [Database.at(each.url).credentials["host"] for each in (promoted, old)]
            both = f"postgres://postgres@/postgres?host={','.join(folders)}"
            async with reading(both, [ahead.url], caplog) as reads:
                await reads.go_to(0)
                await asyncio.to_thread(promoted.stop, "fast")
                await rows(old.url, LARGE)
                await until_awaited(lambda: _is_there(ahead, "large"), 120)
                await asyncio.to_thread(old.stop, "immediate")
                await asyncio.to_thread(promoted.start)
                await asyncio.to_thread(promoted.promote)
                await reads.go_to()

                assert await reads.by_standbys() == 0
                await until(lambda: "it follows another one" in caplog.text, 120)
                assert await reads.by_standbys() == 0


async def test_a_restarted_primary_has_its_standbys_back(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """Each session of the primary has standbys show anew that they follow it."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)
        await asyncio.to_thread(primary.stop, "immediate")
        await reads.go_to()
        await asyncio.to_thread(primary.start)
        await reads.go_to(0)

        await reads.are_by_standbys()


async def test_what_a_client_gets_wrong_loses_no_standby(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """The error is the one that the primary has for it."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)

        with pytest.raises(asyncpg.PostgresError):
            await fetch_current("SELECT $1::text", ("\0",))

        await reads.go_to(0)
        assert "CharacterNotInRepertoire" not in caplog.text


async def test_more_readers_than_sessions_are_answered_at_once(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """Nobody waits for a session of a standby; what it cannot take, the primary does."""
    async with reading(primary.url, [standby.url], caplog) as reads:
        await reads.go_to(0)

        found = await asyncio.gather(*(reads.is_fresh() for _ in range(200)))

        assert len(found) == 200
        await reads.go_to(0)


async def test_what_a_standby_breaks_off_to_go_on_replaying_the_primary_answers(
    primary: Postgres, standby: Postgres, caplog: Said
) -> None:
    """The rows that a read saw were cleared away on the primary meanwhile."""
    await rows(standby.url, "ALTER SYSTEM SET max_standby_streaming_delay = 0")
    await rows(standby.url, "SELECT pg_reload_conf()")
    async with reading(primary.url, [standby.url], caplog) as reads:
        for _ in range(5):
            await reads.go_to(0)
            async with asyncio.TaskGroup() as tasks:
                slow = tasks.create_task(fetch_current(SLOW, ()))
                await asyncio.sleep(0.5)  # it has begun, on the standby if that was well
                await reads.write()
                await rows(primary.url, "VACUUM facts")
            assert [row[0] for row in slow.result()] == [1]
            if (await rows(standby.url, CONFLICTS))[0][0]:
                return
    raise AssertionError("the standby has broken nothing off")


async def test_another_cluster_is_refused_and_others_are_told(
    primary: Postgres, standby: Postgres
) -> None:
    """A command says so at once; it says how far others are, and waits for none that is away."""
    own, follows = Database.at(primary.url), Database.at(standby.url)
    away = Database.at("postgres://postgres@127.0.0.1:1/postgres")

    states = await check_replicas(own, [follows, own, away])

    assert states[0].startswith(("up to date", "1", "2", "3", "4", "5", "6", "7", "8", "9"))
    assert states[1] == "no standby, so nothing is read from it"
    assert states[2].startswith("nothing listens at the database's address")
    with own_postgres() as foreign:
        other = Database.at(foreign.url)
        with pytest.raises(UnsuitableDatabase) as refused:
            await check_replicas(own, [other])
        assert str(refused.value) == (
            f"the replica {other.address} cannot be read from: it is of another cluster, or shows "
            "other tables, than the database's own"
        )


async def _slow() -> int:
    """How many rows a read finds that takes a second."""
    return len(await fetch_current("SELECT pg_sleep(1)", ()))


async def _is_there(server: Postgres, table: str) -> bool:
    return await rows(server.url, f"SELECT to_regclass('{table}') IS NOT NULL") == [(True,)]
