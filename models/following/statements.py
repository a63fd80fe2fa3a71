"""Statements that write many rows at once, for both databases."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from models.database.postgres import Connection


@dataclass(frozen=True, slots=True)
class Statement:
    """What is done with each of some rows, whose columns have these types on PostgreSQL.

    `sqlite` takes one row's values by `?1`, `?2` …; `postgres` takes them all as `{rows}`, a
    relation with those columns. Without columns it is carried out once, and takes no rows.
    """

    sqlite: str
    postgres: str
    columns: Mapping[str, str]
    rows: Sequence[Sequence[Any]] = ()

    @property
    def for_postgres(self) -> str:
        """The statement with each column as an array, `$1`, `$2` … in their order."""
        arrays = ", ".join(f"${at}::{kind}[]" for at, kind in enumerate(self.columns.values(), 1))
        return self.postgres.format(rows=f"unnest({arrays}) AS r({', '.join(self.columns)})")

    @property
    def arrays(self) -> list[list[Any]]:
        """The rows, turned into one list a column."""
        return [list(column) for column in zip(*self.rows, strict=True)]


def carry_out(file: sqlite3.Connection, statements: Sequence[Statement]) -> None:
    """Carry statements out within a transaction of a file."""
    for each in statements:
        if not each.columns:
            file.execute(each.sqlite)
        elif each.rows:
            file.executemany(each.sqlite, each.rows)


async def carry_out_on_server(server: Connection, statements: Sequence[Statement]) -> None:
    """Carry statements out within a transaction of a server."""
    for each in statements:
        if not each.columns:
            await server.execute(each.postgres)
        elif each.rows:
            await server.execute(each.for_postgres, *each.arrays)


def insert(
    table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], conflict: str = ""
) -> Statement:
    """Insert rows; `conflict` is what to do with those that are there, from `ON CONFLICT` on."""
    names, marks = ", ".join(columns), _marks(columns)
    into = f"INSERT INTO {table} ({names})"
    return Statement(
        f"{into} VALUES ({marks}) {conflict}",
        f"{into} SELECT {names} FROM {{rows}} {conflict}",
        columns,
        rows,
    )


def update(
    table: str, key: Mapping[str, str], columns: Mapping[str, str], rows: Sequence[Sequence[Any]]
) -> Statement:
    """Change columns of the rows that are there under keys, whose values come first in each."""
    found = " AND ".join(f"{name} = ?{at}" for at, name in enumerate(key, 1))
    changes = ", ".join(f"{name} = ?{at}" for at, name in enumerate(columns, len(key) + 1))
    joined = " AND ".join(f"t.{name} = r.{name}" for name in key)
    values = ", ".join(f"{name} = r.{name}" for name in columns)
    return Statement(
        f"UPDATE {table} SET {changes} WHERE {found}",
        f"UPDATE {table} t SET {values} FROM {{rows}} WHERE {joined}",
        {**key, **columns},
        rows,
    )


def delete(
    table: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]], condition: str = "TRUE"
) -> Statement:
    """Delete the rows of a table that have these values, and pass a further condition."""
    among = " AND ".join(f"{name} = ?{at}" for at, name in enumerate(columns, 1))
    joined = " AND ".join(f"t.{name} = r.{name}" for name in columns)
    return Statement(
        f"DELETE FROM {table} AS t WHERE {among} AND {condition}",
        f"DELETE FROM {table} t USING {{rows}} WHERE {joined} AND {condition}",
        columns,
        rows,
    )


def delete_all(table: str, condition: str = "TRUE") -> Statement:
    """Delete all rows of a table that pass a condition."""
    statement = f"DELETE FROM {table} WHERE {condition}"
    return Statement(statement, statement, {})


def _marks(columns: Mapping[str, str]) -> str:
    return ", ".join(f"?{at}" for at in range(1, len(columns) + 1))
