"""Files that other users plant beside an embedded database: none is taken for one of ours."""

import os
from pathlib import Path

import pytest

from graph.config.secret import NoSecret, known_secret
from graph.config.settings import Settings
from models.database.database import Database
from models.database.migrating import migrate
from models.database.process_locks import process_lock, try_process_lock
from models.database.suitability import check_suitable
from models.errors import DatabaseUnavailable, UnsafeFile
from models.ledger.opening import open_ledger
from models.records import Changes, Known, Wanted

STRANGER = 4_321  # the id of a user
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files to others")


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database.at(f"sqlite://{tmp_path / 'trailmark.db'}")


def beside(database: Database, suffix: str) -> Path:
    return database.path.with_name(database.path.name + suffix)


@pytest.mark.parametrize("kind", ["link", "dangling link", "pipe", "folder"])
async def test_what_is_no_file_is_no_lock(database: Database, tmp_path: Path, kind: str) -> None:
    """It is refused at once, named, and what it leads to is neither made nor touched."""
    lock, target = beside(database, ".migrate.lock"), tmp_path / "target"
    if kind == "link":
        target.touch()
    if kind == "pipe":
        os.mkfifo(lock)
    elif kind == "folder":
        lock.mkdir()
    else:
        lock.symlink_to(target)

    with pytest.raises(UnsafeFile, match=f"^{lock} is no "):
        await migrate(database)

    assert target.exists() is (kind == "link")
    assert not database.path.exists()


@needs_root
@pytest.mark.parametrize("lock", [".migrate.lock", ".housekeeping.lock", ".recalculate.lock"])
async def test_a_lock_of_another_user_is_refused(database: Database, lock: str) -> None:
    """Whoever owns it could hold it for ever; the message says whose it is."""
    planted = beside(database, lock)
    planted.touch(0o666)
    os.chown(planted, STRANGER, STRANGER)
    work = lock.split(".")[1]

    with pytest.raises(UnsafeFile, match=rf"^{planted} belongs to another user \(uid {STRANGER}\)"):
        async with process_lock(database, work):  # type: ignore[arg-type]
            pass
    with pytest.raises(UnsafeFile):
        async with try_process_lock(database, work):  # type: ignore[arg-type]
            pass


@needs_root
async def test_a_turnstile_of_another_user_is_refused(database: Database) -> None:
    """Inputs are left unjudged, as by a database that is away; and go on once it is removed."""
    await migrate(database)
    planted = beside(database, ".turn.lock")
    planted.touch(0o666)
    os.chown(planted, STRANGER, STRANGER)
    ledger = open_ledger(database)

    def judge(known: Known) -> tuple[Changes, str]:
        return Changes(known.last_number), "judged"

    with pytest.raises(DatabaseUnavailable, match="belongs to another user"):
        await ledger.transact(Wanted(), judge)
    planted.unlink()
    judged = await ledger.transact(Wanted(), judge)
    await ledger.close()

    assert judged == "judged"


@needs_root
@pytest.mark.parametrize("owned", ["database", "folder"])
async def test_files_of_who_owns_the_database_or_its_folder_are_taken(
    database: Database, tmp_path: Path, owned: str
) -> None:
    """As where root works on the database of a service, or a container on a folder of its host."""
    await migrate(database)
    os.chown(database.path if owned == "database" else tmp_path, STRANGER, STRANGER)
    lock = beside(database, ".housekeeping.lock")
    lock.touch(0o600)
    os.chown(lock, STRANGER, STRANGER)

    async with try_process_lock(database, "housekeeping") as is_alone:
        assert is_alone


@needs_root
def test_a_secret_of_another_user_is_refused(database: Database) -> None:
    """Whoever knows the secret can tell whose an alias is; it is not quoted."""
    secret = beside(database, ".secret")
    secret.write_text("a secret that a stranger knows")
    os.chown(secret, STRANGER, STRANGER)

    with pytest.raises(NoSecret) as raised:
        known_secret(Settings(f"sqlite://{database.path}"))

    assert str(raised.value).startswith(f"{secret} belongs to another user (uid {STRANGER})")
    assert "stranger knows" not in str(raised.value)


async def test_a_secret_may_be_a_link_of_the_operator(database: Database, tmp_path: Path) -> None:
    """As orchestrators give files to containers."""
    await migrate(database)
    kept = tmp_path / "elsewhere"
    kept.write_text("a secret of the operator's own")
    beside(database, ".secret").symlink_to(kept)

    assert known_secret(Settings(f"sqlite://{database.path}")) == kept.read_text()


async def test_a_link_among_the_files_has_its_target_left_alone(
    database: Database, tmp_path: Path
) -> None:
    """A stranger's link may lead to anybody's file, whose mode is none of ours to change."""
    await migrate(database)
    target = tmp_path / "target"
    target.touch()
    target.chmod(0o644)
    beside(database, ".planted.lock").symlink_to(target)

    assert await check_suitable(database) == []
    assert target.stat().st_mode & 0o777 == 0o644


async def test_a_folder_that_everybody_may_write_to_is_told_of(
    database: Database, tmp_path: Path
) -> None:
    """With what is wrong about it."""
    await migrate(database)
    os.chmod(tmp_path, 0o1777)  # noqa: S103 (that is the point)

    assert await check_suitable(database) == [
        f"every user of this machine may write to {tmp_path}, where the database is, and so put "
        "files in place of its own; keep it in a folder of its own"
    ]
