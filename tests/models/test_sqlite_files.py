"""The files of an embedded database: nobody but their owner may open them."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.config.secret import find_secret
from graph.config.settings import Settings
from models.database.database import Database
from models.database.migrating import migrate
from models.database.process_locks import process_lock
from models.database.suitability import check_suitable
from tests.support.client import FixedClock
from tests.support.durability.outages import view
from tests.support.serving import SECRET, serving


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """What the process takes from the mode of each file it makes."""
    usual = os.umask(request.param)
    yield request.param
    os.umask(usual)


def modes(folder: Path) -> dict[str, int]:
    """The mode of each file, by its name."""
    return {file.name: stat.S_IMODE(file.stat().st_mode) for file in sorted(folder.iterdir())}


@pytest.mark.usefixtures("umask")
async def test_all_files_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    """Also those that SQLite makes, whatever the umask leaves to others."""
    database = Database.at(f"sqlite://{tmp_path / 'trailmark.db'}")
    find_secret(Settings(f"sqlite://{database.path}"))
    await migrate(database)
    async with (
        process_lock(database, "housekeeping"),
        serving(Settings(f"sqlite://{database.path}", SECRET), FixedClock()) as caller,
    ):
        await caller.record(**view("p0"))
        found = modes(tmp_path)

    names = [
        *("", "-shm", "-wal", ".following.lock", ".housekeeping.lock", ".ranking.lock"),
        *(".migrate.lock", ".secret", ".turn.lock"),
    ]
    assert found == {f"trailmark.db{name}": 0o600 for name in names}


async def test_files_that_were_open_to_others_are_no_more(tmp_path: Path) -> None:
    """Older versions made them as the umask had it; what was done about it is said once."""
    database = Database.at(f"sqlite://{tmp_path / 'trailmark.db'}")
    await migrate(database)
    lock = tmp_path / "trailmark.db.migrate.lock"
    database.path.chmod(0o644)
    lock.chmod(0o664)

    said = await check_suitable(database)

    assert said == [
        f"{database.path} was open to others, mode 0644; now only its owner may open it",
        f"{lock} was open to others, mode 0664; now only its owner may open it",
    ]
    assert set(modes(tmp_path).values()) == {0o600}
    assert await check_suitable(database) == []
