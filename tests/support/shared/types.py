"""The types of a PostgreSQL database, which asyncpg asks for once in a test process."""

from collections.abc import Awaitable, Callable, Iterable
from types import SimpleNamespace
from typing import Any

import asyncpg

from models.database.database import Database

_TYPES: dict[tuple[str, frozenset[int]], list[Any]] = {}
_CONNECTION: Any = asyncpg.Connection
_ask_for_types: Callable[..., Awaitable[Any]] = _CONNECTION._introspect_types


def ask_once_for_types(url: str) -> None:
    """Have asyncpg ask a database only once for types, which do not change there from now on.

    Else each connection asks whenever it comes to use an array of text, or a row: a test has ten
    connections, and the question takes PostgreSQL five milliseconds.
    """
    host = Database.at(url).credentials["host"]

    async def known_types(
        connection: Any, oids: Iterable[int], *more: Any
    ) -> tuple[list[Any], Any]:
        if not str(connection._addr).startswith(host) or connection._params.database != "postgres":
            asked: tuple[list[Any], Any] = await _ask_for_types(connection, oids, *more)
            return asked
        key = (host, frozenset(oids))
        if key in _TYPES:
            return _TYPES[key], _ASKED_BEFORE
        _TYPES[key], statement = await _ask_for_types(connection, oids, *more)
        return _TYPES[key], statement

    _CONNECTION._introspect_types = known_types


_ASKED_BEFORE = SimpleNamespace(name="asked before")  # no unnamed statement was in the way
