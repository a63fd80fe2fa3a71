"""Connections to PostgreSQL: how each is opened, and how sessions of each purpose behave."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

CONNECT_S = 3.0
CLOSE_S = 1.0
"""How long to wait for the server where connections are closed."""

ANSWER_S = 8.0
"""How long the server may take for what a request waits for.

That is less than an operation may take: who waits is told that the database is away.
"""

RELIED_ON: Mapping[str, str] = {
    "synchronous_commit": "on",  # what is acknowledged survives a crash
    "default_transaction_isolation": "read committed",  # who waited for a lock sees what committed
    "default_transaction_read_only": "off",
    "default_transaction_deferrable": "off",
    "row_security": "off",  # a policy that would hide rows fails, in place of wrong counts
    "standard_conforming_strings": "on",
    "statement_timeout": "0",  # each session has its own, where it has one
    "lock_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",  # locks and notifications last as long as their idle session
}
"""What durability and order rest on, set in every session: a database or a role may say otherwise.

A setting that the server's version lacks is left out, and so is one that is stricter already.
"""

_STRICTER = "name = 'synchronous_commit' AND current_setting(name) = 'remote_apply'"


@dataclass(frozen=True, slots=True)
class Session:
    """How the sessions of one purpose behave.

    `name` is what the server calls them, `settings` are their own, beside `RELIED_ON`. A connection
    that is not there after `connect_s` fails; so does one whose statement takes longer than
    `command_s`, where None waits for ever.
    """

    name: str
    settings: Mapping[str, str] = field(default_factory=dict)
    connect_s: float = CONNECT_S
    command_s: float | None = None


COMMANDS = Session("trailmark", connect_s=10, command_s=60)
"""A few statements, each its own commit; locks that are held for as long as the work takes."""

MIGRATING = Session("trailmark migration", connect_s=10)
"""Statements that take as long as they take, while a process lock makes sure the server lives."""


async def connect(credentials: Mapping[str, Any], session: Session, **options: Any) -> Connection:
    """Open a connection to the server; `options` are more of asyncpg's.

    Settings are set by a statement: a pooler would refuse most of them at the connection's start.

    Raises:
        OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError: it cannot be had.
    """
    server_settings = {
        **credentials.get("server_settings", {}),
        "application_name": session.name,
    }
    async with asyncio.timeout(session.connect_s):
        connection: Connection = await asyncpg.connect(
            **{**credentials, "server_settings": server_settings},
            timeout=session.connect_s,
            command_timeout=session.command_s,
            **options,
        )
        try:
            await connection.execute(_set({**RELIED_ON, **session.settings}))
        except BaseException:
            connection.terminate()
            raise
    return connection


def _set(settings: Mapping[str, str]) -> str:
    """A statement that reads each of these alone: pg_settings would make rows of all there are."""
    values = ", ".join(f"('{name}', '{value}')" for name, value in settings.items())
    return (
        f"SELECT set_config(name, value, false) FROM (VALUES {values}) AS s(name, value) "
        f"WHERE current_setting(name, true) IS NOT NULL AND NOT ({_STRICTER})"
    )
