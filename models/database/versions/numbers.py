"""The version's number, at the log's head: by it a server learns that its database moved on.

Every transaction that writes reads it beside the log's last number. So a server of another version
writes nothing from the moment the number moves, also if it was started long before.
"""

from functools import cache
from pathlib import Path
from random import getrandbits
from typing import Literal

import migrations
from models.errors import DatabaseUnavailable

FORM_NAME, FORM = "stored form", "3"
"""What values look like within their columns, under a name in the metadata."""

_FORMS = 1_000
"""More migrations than there will be."""

FIRST = {"sqlite": 7, "postgres": 8}
"""The number of the migration from which on there is a version at the log's head."""

OTHER = (
    "the database is of another version than this server, which stores nothing any more; start a "
    "server of the version that migrated it"
)


def available(dialect: Literal["sqlite", "postgres"]) -> list[str]:
    """The names of all migrations for this kind of database, oldest first."""
    names = [file.name for file in folder(dialect).glob("[0-9]*_*.py")]
    return sorted(names, key=number_of)


def folder(dialect: str) -> Path:
    """Where the migrations for this kind of database are."""
    return Path(migrations.__path__[0]) / dialect


def number_of(migration: str) -> int:
    return int(migration.partition("_")[0])


def version_after(migration: str) -> int:
    """The version of a database once this migration is applied, by a program of this form."""
    return int(FORM) * _FORMS + number_of(migration)


@cache
def version(dialect: Literal["sqlite", "postgres"]) -> int:
    """The version that this program writes to."""
    return version_after(available(dialect)[-1])


def check_version(found: int, dialect: Literal["sqlite", "postgres"]) -> None:
    """Make sure that the version at the log's head is this program's.

    Raises:
        DatabaseUnavailable: it is another.
    """
    if found != version(dialect):
        raise DatabaseUnavailable(OTHER)


def moved(version: int) -> str:
    """The statement that moves the version.

    Its mark is none that a commit leaves, so whoever has judged ahead of it judges anew.
    """
    return f"UPDATE log_head SET version = {version}, mark = {-1 - getrandbits(62)}"
