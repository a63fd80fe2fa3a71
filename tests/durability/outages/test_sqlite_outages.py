"""Outages of the embedded database: locked, its disk full, its file away or another one."""

import asyncio
import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.database.turnstile import lock, lock_file
from models.errors import DatabaseUnavailable
from models.ledger.sqlite_ledger import SqliteLedger
from models.records import Changes, Known
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Verdict
from tests.support.client import Caller, FixedClock
from tests.support.durability import disks, ledgers
from tests.support.durability.disks import fill
from tests.support.durability.load import Client, Input, Load, Refused, check, send
from tests.support.durability.outages import (
    readiness,
    recovered,
    refused,
    refused_all,
    unreadable,
    view,
)
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import away, copied, log_held, replaced, targets
from tests.support.serving import SECRET, serving

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def file(database_url: str) -> Path:
    """The database's file."""
    return Database.at(database_url).path


async def verified(url: str, folder: Path) -> None:
    """Fail if `trailmark verify` finds any difference."""
    code, said = await Server(url, folder).verify()
    assert code == 0, said


@contextmanager
def small_disk(folder: Path, mebibytes: int = 2) -> Iterator[None]:
    """Within this, a folder is a disk of that size; skips where none can be."""
    try:
        with disks.small_disk(folder, mebibytes):
            yield
    except disks.CannotMount as error:
        pytest.skip(str(error))


async def fills_up_and_heals(caller: Caller, make_room: Callable[[], None]) -> int:
    """Record batches until one is refused, make room, record that one; how many inputs in all.

    Reading goes on meanwhile, and the refused batch has left nothing.
    """
    stored: list[list[Input]] = []
    lost: list[Input] = []
    while not lost:
        assert len(stored) < 500, "the disk never got full"
        batch = [view(f"b{len(stored)}-{i}") for i in range(50)]
        try:
            await send(caller, batch)
        except Refused:
            lost = batch
        else:
            stored.append(batch)
    assert await caller.counts("p0") == {"VIEW": 1}

    make_room()

    assert {answer.outcome for answer in await send(caller, lost)} == {"CREATED"}
    for batch in stored:
        assert {answer.outcome for answer in await send(caller, batch)} == {"UNCHANGED"}
    await recovered(caller, "p1")
    return 2 + 50 * (len(stored) + 1)


async def test_a_full_disk_refuses_whole_calls_until_there_is_room(
    file: Path, tmp_path: Path
) -> None:
    """What does not fit is refused and leaves nothing; reading goes on; room is enough to heal."""
    folder = tmp_path / "disk"
    with small_disk(folder):
        url = f"sqlite://{shutil.copy(file, folder)}"
        async with serving(Settings(url, SECRET), FixedClock()) as caller:
            await caller.record(**view("p0"))
            fill(folder / "filler")
            inputs = await fills_up_and_heals(caller, (folder / "filler").unlink)

        assert len(await targets(url)) == inputs
        await verified(url, tmp_path)


async def test_a_full_disk_is_left_as_soon_as_there_is_room_for_a_page(
    file: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Without a restart, and however often it was tried before; the log has one line of it."""
    folder = tmp_path / "disk"
    with small_disk(folder, 8):
        url = f"sqlite://{shutil.copy(file, folder)}"
        filler = folder / "filler"
        async with serving(Settings(url, SECRET), FixedClock()) as caller:
            for batch in range(20):
                await send(caller, [view(f"b{batch}-{i}") for i in range(100)])
            fill(filler)
            stored = 0
            with suppress(Refused):
                while True:
                    await send(caller, [view(f"s{stored}")])
                    stored += 1
            for _ in range(20):
                assert await refused(caller, "again") == "OVERLOADED"

            os.truncate(filler, filler.stat().st_size - 4096)
            await send(caller, [view("again")])

        assert len(await targets(url)) == 2_000 + stored + 1
        await verified(url, tmp_path)
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == (
        "the database fails: nothing is stored, 1 inputs were refused: "
        "the disk is full: database or disk is full"
    )


@pytest.mark.slow
async def test_a_small_disk_holds_what_is_recorded_and_not_the_way_to_it(
    file: Path, tmp_path: Path
) -> None:
    """48 MiB take 20 times as much as the `-wal` alone once filled them with."""
    folder = tmp_path / "disk"
    with small_disk(folder, 48):
        url = f"sqlite://{shutil.copy(file, folder)}"
        wal = folder / f"{file.name}-wal"
        async with serving(Settings(url, SECRET), FixedClock()) as caller:
            for batch in range(30):
                await send(caller, [view(f"b{batch}-{i}") for i in range(1_000)])
                assert wal.stat().st_size < 12 << 20

        assert len(await targets(url)) == 30_000


@pytest.mark.slow
async def test_a_disk_that_fails_amid_a_write_leaves_no_half_of_a_call(
    database_url: str, file: Path, tmp_path: Path
) -> None:
    """A write cut short is refused and leaves nothing; it heals without a restart."""
    async with server_process(database_url, tmp_path) as server, server.caller() as caller:
        await caller.record(**view("p0"))
        size = file.with_name(f"{file.name}-wal").stat().st_size
        unlimited = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (size + 100_000, unlimited[1]))

        def make_room() -> None:
            resource.prlimit(server.pid, resource.RLIMIT_FSIZE, unlimited)

        inputs = await fills_up_and_heals(caller, make_room)

    assert len(await targets(database_url)) == inputs
    await verified(database_url, tmp_path)


@pytest.mark.slow
async def test_who_waits_behind_another_s_wait_is_told_in_time(caller: Caller, file: Path) -> None:
    """A batch waits at the turnstile and for the lock, the next does so again: both OVERLOADED."""
    async with log_held(caller.url):
        with lock_file(Path(f"{file}.turn.lock")) as turnstile:
            assert lock(turnstile)
            first = asyncio.create_task(refused(caller, "p0"))
            await caller.history("ann")  # by now the first waits
            second = asyncio.create_task(refused(caller, "p1", within=9.5))
            assert await first == "OVERLOADED"
            assert await second == "OVERLOADED"

    await recovered(caller, "p2")
    assert await targets(caller.url) == ["p2"]


@pytest.mark.slow
async def test_a_file_that_is_away_is_refused_and_nothing_takes_its_place(
    caller: Caller, file: Path, tmp_path: Path
) -> None:
    """Recording is OVERLOADED while the file is away and works again once it is back."""
    await caller.record(**view("p0"))
    assert await caller.history("ann") == ["VIEW p0"]

    with away(file):
        assert await refused_all(caller, "p1", "p2") == ["OVERLOADED"] * 2
        await unreadable(caller)

    await recovered(caller, "p3")
    assert await targets(caller.url) == ["p0", "p3"]
    await verified(caller.url, tmp_path)


async def test_a_server_whose_file_is_away_is_not_ready(caller: Caller, file: Path) -> None:
    """/readyz is 503 while the file is away, whoever has it open still."""
    assert await readiness(caller) == 200

    with away(file):
        assert await readiness(caller) == 503

    assert await readiness(caller) == 200


async def test_reading_while_the_file_is_away_creates_none_in_its_place(
    caller: Caller, file: Path
) -> None:
    """A first read while the file is away fails, and leaves nothing that would be taken for it."""
    with away(file):
        await unreadable(caller)

    await recovered(caller, "p0")
    assert await targets(caller.url) == ["p0"]


@pytest.mark.slow
@pytest.mark.parametrize("tidy", [True, False], ids=["tidy", "wal-left"])
async def test_a_fresh_copy_in_the_file_s_place_is_what_is_used(
    caller: Caller, file: Path, tmp_path: Path, tidy: bool
) -> None:
    """After the file was replaced by its copy, the copy is written and read, by the same server."""
    await caller.record(**view("p0"))
    assert await caller.history("ann") == ["VIEW p0"]

    replaced(file, copied(file), tidy=tidy)

    await recovered(caller, "p1")
    for number in range(20):
        batch = [view("p2", eventId=f"{number}-{i}") for i in range(200)]
        assert {answer.outcome for answer in await send(caller, batch)} == {"CREATED"}
        assert await caller.counts("p2") == {"VIEW": 200 * (number + 1)}
    assert await targets(caller.url) == ["p0", "p1", *["p2"] * 4000]
    await verified(caller.url, tmp_path)


@pytest.mark.slow
async def test_an_older_copy_in_the_file_s_place_is_what_is_used(
    caller: Caller, file: Path, tmp_path: Path
) -> None:
    """After a backup was restored, what it does not hold is gone, and recording goes on from it."""
    await caller.record(**view("p0"))
    backup = copied(file)
    await caller.record(**view("p1"))
    assert await caller.history("ann") == ["VIEW p1", "VIEW p0"]

    replaced(file, backup, tidy=True)

    await recovered(caller, "p2")
    assert await caller.history("ann") == ["VIEW p2", "VIEW p0"]
    assert await targets(caller.url) == ["p0", "p2"]
    await verified(caller.url, tmp_path)


async def test_a_commit_into_a_file_that_was_moved_away_is_not_acknowledged(file: Path) -> None:
    """Whoever takes the file away amid a commit is noticed: the outcome is unknown, not done."""
    ledger = SqliteLedger(file)
    submission = ledgers.view("p0")

    def judged(known: Known) -> tuple[Changes, list[Verdict]]:
        file.rename(f"{file}.away")
        return judge([submission], known, Rules())

    with pytest.raises(DatabaseUnavailable) as raised:
        await ledger.transact(wanted([submission]), judged)
    await ledger.close()

    assert raised.value.outcome_unknown


@pytest.mark.slow
async def test_a_file_that_comes_and_goes_under_load_loses_nothing(
    database_url: str, file: Path, tmp_path: Path
) -> None:
    """Three times away and back: what was acknowledged is stored once, retries do the rest."""
    load = Load([Client(number, retries=True, forgives=True) for number in range(8)])

    async with server_process(database_url, tmp_path) as server:
        async with load.on(server):
            for _ in range(3):
                await load.advances(server, 200)
                with away(file):
                    await load.is_refused(server, 20)

        assert load.unacknowledged == 0
        await check(load.clients, server)
