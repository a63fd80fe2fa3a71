"""A real pgbouncer before a real PostgreSQL."""

import getpass
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from socket import create_connection, create_server
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import Literal

import pytest

from models.database.database import Database

PoolMode = Literal["session", "transaction", "statement"]
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
START_S = 10.0


@contextmanager
def pooler(url: str, mode: PoolMode, **settings: object) -> Iterator[str]:
    """The URL of a pgbouncer in this mode before the PostgreSQL server at a URL."""
    if PROGRAM is None:
        pytest.skip("pgbouncer is not installed: apt-get install pgbouncer")
    socket_folder = Database.at(url).credentials["host"]
    with create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    folder = Path(mkdtemp(prefix="pooler-"))
    # It does not run as root; whoever owns PostgreSQL's socket may use it.
    user = Path(socket_folder).owner() if getpass.getuser() == "root" else None
    config = folder / "pgbouncer.ini"
    more = "\n".join(f"{name} = {value}" for name, value in settings.items())
    config.write_text(
        f"[databases]\n* = host={socket_folder}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n"
        f"listen_port = {port}\nunix_socket_dir =\nauth_type = any\npool_mode = {mode}\n{more}\n"
        "[databases]\npostgres = host={} user=postgres\n".format(socket_folder)
    )
    if user is not None:
        shutil.chown(folder, user)
        shutil.chown(config, user)
    process = subprocess.Popen([PROGRAM, "-q", str(config)], user=user, stderr=subprocess.DEVNULL)
    try:
        _wait_for(port)
        yield f"postgres://postgres@127.0.0.1:{port}/postgres?sslmode=disable"
    finally:
        process.terminate()
        process.wait(START_S)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(port: int) -> None:
    until = monotonic() + START_S
    while monotonic() < until:
        with suppress(OSError), create_connection(("127.0.0.1", port), 1):
            return
        sleep(0.02)
    raise AssertionError("pgbouncer does not listen")
