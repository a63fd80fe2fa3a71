"""The server under attack: over a database with a past, with credentials, few descriptors."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import jwt

from bench.databases.empty import EMPTY
from bench.databases.filling import HOT_USER, fill
from bench.servers.running import CORES, Command, running, trailmark
from bench.soak.attacks.wire import Target
from models.database.database import Database
from resolvers.caller import Scope
from resolvers.clock import system_clock
from resolvers.keys import create_key

DESCRIPTORS = 1_024
TOKEN_SECRET = "a secret of user tokens under attack"  # noqa: S105
TOKEN_S = 24 * 3_600
ROWS_PER_USER, ROWS_PER_POST = 50, 100
HOT_SHARE = 4  # the hot user owns one row of so many
_SCOPES = (Scope.RECORD, Scope.READ)


@dataclass(frozen=True)
class Victim:
    """A server, and what reaches it."""

    pid: int
    target: Target


@contextmanager
def victim(name: str, rows: int) -> Iterator[Victim]:
    """A server over a database of its own, `sqlite` or `postgres`, with so many rows."""
    users, posts = rows // ROWS_PER_USER, rows // ROWS_PER_POST
    with EMPTY[name]() as url:
        database = Database.at(url)
        asyncio.run(fill(database, rows, users, posts, hot_user_rows=rows // HOT_SHARE))
        key = asyncio.run(create_key(database, list(_SCOPES), "soak", system_clock()))
        token = jwt.encode({"sub": HOT_USER, "exp": time.time() + TOKEN_S}, TOKEN_SECRET, "HS256")
        with running(_limited(trailmark(database)), CORES) as server:
            yield Victim(server.pid, Target(server.port, key, token))


def _limited(command: Command) -> Command:
    """The same command, in a process that may have few descriptors."""
    script = f'ulimit -n {DESCRIPTORS} && exec "$0" "$@"'
    tokens = {"TRAILMARK_TOKEN_SECRET": TOKEN_SECRET, "TRAILMARK_USER_RATE": "none"}
    return replace(
        command,
        arguments=("sh", "-c", script, *command.arguments),
        environment={**command.environment, **tokens},
    )
