"""A PostgreSQL server for benchmarks: the one that is installed, set up as one that serves."""

import asyncio
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from models.database.database import Database
from models.database.migrating import migrate
from tests.support.databases import postgres_server

OWNER = "postgres"  # who the server runs as where we are root, which it refuses to be
SETTINGS = {"shared_buffers": "1GB", "max_wal_size": "4GB", "listen_addresses": ""}


@contextmanager
def postgres() -> Iterator[str]:
    """A migrated, empty database on a server of its own; the URL.

    The server is the one whose `pg_config` is on the path, with SETTINGS; else that of the tests.
    """
    found = _binaries()
    if found is None:
        with postgres_server() as url:
            yield url
        return
    with TemporaryDirectory(prefix="trailmark-") as folder, _running(found, Path(folder)) as url:
        asyncio.run(migrate(Database.at(url)))
        yield url


@contextmanager
def _running(binaries: Path, folder: Path) -> Iterator[str]:
    if os.geteuid() == 0:
        shutil.chown(folder, OWNER)
    data, settings = folder / "data", {**SETTINGS, "unix_socket_directories": str(folder)}
    given = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    _run(binaries / "initdb", "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--no-locale")
    control = (binaries / "pg_ctl", "-D", data, "-w", "-t", "120")
    _run(*control, "-l", folder / "log", "-o", given, "start")
    try:
        yield f"postgres://{OWNER}@/postgres?host={folder}"
    finally:
        _run(*control, "-m", "immediate", "stop")


def _run(*command: str | Path) -> None:
    user = OWNER if os.geteuid() == 0 else None
    subprocess.run(command, check=True, user=user, cwd="/", stdout=subprocess.DEVNULL)


def _binaries() -> Path | None:
    """Where the installed server's programs are."""
    if shutil.which("pg_config") is None:
        return None
    asked = subprocess.run(["pg_config", "--bindir"], check=True, capture_output=True, text=True)
    folder = Path(asked.stdout.strip())
    return folder if (folder / "initdb").exists() else None
