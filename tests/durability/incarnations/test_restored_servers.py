"""PostgreSQL restored or failed over: what is lost is CURSOR_TOO_OLD, and no id comes again."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from models.database.database import Database
from models.database.migrating import migrate
from models.ledger.incarnations import GAP
from models.ledger.lanes.layouts import change_lanes
from tests.support.client import FixedClock
from tests.support.durability.ledgers import view, writing
from tests.support.durability.outages import recovered
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import Postgres, own_postgres, rows, targets
from tests.support.live.feeds import feeding, usual
from tests.support.live.witnesses import Witness
from tests.support.recording.batches import Batch, ledgers
from tests.support.recording.tails import views

GUIDE = Path(__file__).parents[3] / "docs/operating.md"
BEFORE, LOST, AFTER = "abc", "defgh", "ijklmnopq"
RESTORE = ("psql", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", "postgres")

pytestmark = pytest.mark.slow
in_lanes = pytest.mark.parametrize("own", [1, 4], indirect=True, ids=["one lane", "four lanes"])


@pytest.fixture
def own(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """A PostgreSQL server that may be stopped, with Trailmark's tables, and so many lanes."""
    with own_postgres() as server:
        asyncio.run(migrate(Database.at(server.url)))
        asyncio.run(change_lanes(Database.at(server.url), getattr(request, "param", 1)))
        yield server


@pytest.fixture
def dump() -> Iterator[Path]:
    """A file for a dump, in a folder that the user may write to whom PostgreSQL runs as."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder) / "trailmark.dump"


def documented(command: str, dump: Path) -> list[str]:
    """The line of operating.md with this command, over this file and a server's own database."""
    (line,) = [line for line in GUIDE.read_text().splitlines() if line.startswith(f"    {command}")]
    line = line.replace("trailmark.dump", str(dump)).replace(
        "--dbname=trailmark", "--dbname=postgres"
    )
    return ["postgres" if word == "trailmark" else word for word in line.split()]


async def test_a_dump_in_a_new_cluster_goes_on_in_another_past(
    own: Postgres, clock: FixedClock, dump: Path
) -> None:
    """Another server reads it than the one that wrote it, by the commands of operating.md."""
    witness = Witness()
    async with feeding(usual(own.url), clock) as feed:
        await witness.records(feed, *BEFORE)
        own.run(*documented("pg_dump", dump))
        await witness.records(feed, *LOST)
        witness.loses(len(LOST))

    with own_postgres() as new:
        new.run(*documented("pg_restore", dump))
        async with feeding(usual(new.url), clock) as feed:
            await witness.check_lost(feed)
            await witness.records(feed, *AFTER)

            await witness.check(feed)


@in_lanes
async def test_a_dump_restored_beneath_a_running_server_is_another_past(
    own: Postgres, clock: FixedClock
) -> None:
    """Its sessions stay, and it had recorded nothing of what is lost: another process had."""
    witness = Witness()
    async with feeding(usual(own.url), clock) as feed, writing(own.url) as (other, _):
        await other.submit(views("from here on it numbers"))
        await witness.records(feed, *BEFORE)
        dump, end = own.run("pg_dump", "--clean", "postgres"), await feed.cursor()
        await other.submit(views(*LOST))
        await witness.follows(feed, end, *LOST)

        async with witness.ended(feed):
            await asyncio.to_thread(
                own.run, *RESTORE, given=dump
            )  # the server's own sessions go on

        witness.loses(len(LOST))
        await recovered(feed.caller, "p")
        await witness.follows(feed, witness.told[-1]["cursor"], "p")
        await witness.records(feed, *AFTER)
        await witness.check(feed)


@pytest.mark.parametrize("has_recorded", [True, False], ids=["its own", "another's"])
async def test_a_lagging_standby_that_is_promoted_is_another_past(
    own: Postgres, clock: FixedClock, has_recorded: bool
) -> None:
    """Whether the process that goes on had recorded what is lost, or another one had."""
    witness = Witness()
    with own_postgres(own) as standby:
        async with (
            feeding(usual(_both(own, standby)), clock) as feed,
            writing(own.url) as (other, _),
        ):
            await other.submit(views("from here on it numbers"))
            await witness.records(feed, *BEFORE)
            await _has_followed(own, standby)
            standby.stop("fast")  # so it lags behind
            if has_recorded:
                await witness.records(feed, *LOST)
            else:
                end = await feed.cursor()
                await other.submit(views(*LOST))
                await witness.follows(feed, end, *LOST)

            async with witness.ended(feed):
                _fail_over(own, standby)

            witness.loses(len(LOST))
            await recovered(feed.caller, "p")
            await witness.follows(feed, witness.told[-1]["cursor"], "p")
            await witness.records(feed, *AFTER)
            await witness.check(feed)


async def test_what_the_old_primary_was_asked_for_is_judged_anew(own: Postgres) -> None:
    """The standby has the last commit that this process saw, and lacks another's after it."""
    with own_postgres(own) as standby:
        batch, lost = Batch(view("judged ahead")), Batch(view("lost"))
        async with ledgers(_both(own, standby), 1) as (ledger,), ledgers(own.url, 1) as (other,):
            await Batch(view("a")).commit(other)
            await Batch(view("b")).commit(ledger)
            await _has_followed(own, standby)
            standby.stop("fast")
            begun = await batch.begin(ledger)
            (of_lost,) = await (await lost.begin(other))
            await asyncio.to_thread(_fail_over, own, standby)  # meanwhile the end is noticed

            (verdict,) = await begun

        assert batch.judged == 2
        assert (verdict.interaction_id or 0) > (of_lost.interaction_id or 0) + GAP
        assert await targets(standby.url) == ["a", "b", "judged ahead"]
        assert len(await rows(standby.url, "SELECT * FROM incarnations")) == 4


@in_lanes
async def test_a_server_over_an_older_copy_of_its_files_is_another_past(
    own: Postgres, clock: FixedClock
) -> None:
    """As after a disk was set back to a snapshot: system and timeline are the same."""
    witness = Witness()
    with own_postgres(own) as copy:
        async with feeding(usual(own.url), clock) as feed:
            await witness.records(feed, *BEFORE)
            await _has_followed(own, copy)
            copy.stop("fast")
            await witness.records(feed, *LOST)
        copy.leave_primary()
        copy.start()
        witness.loses(len(LOST))
        async with feeding(usual(copy.url), clock) as feed:
            await witness.records(feed, *AFTER)
            await witness.check(feed)


def _both(primary: Postgres, standby: Postgres) -> str:
    """An address of both, of which the one that can be written to is taken."""
    hosts = [Database.at(each.url).credentials["host"] for each in (primary, standby)]
    return f"postgres://postgres@/postgres?host={','.join(hosts)}"


def _fail_over(primary: Postgres, standby: Postgres) -> None:
    """Have the standby take the primary's place."""
    primary.stop("immediate")
    standby.start()
    standby.promote()


async def _has_followed(primary: Postgres, standby: Postgres) -> None:
    """Return when a standby has all that its primary has committed."""
    end = primary.run("psql", "-Atc", "SELECT pg_current_wal_lsn()", "postgres").strip()
    has_end = f"SELECT pg_last_wal_replay_lsn() >= '{end}'::pg_lsn"

    async def followed() -> bool:
        return standby.run("psql", "-Atc", has_end, "postgres").strip() == "t"

    await until_awaited(followed)
