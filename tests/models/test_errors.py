"""Whose fault an error is: the input's where a value does not fit, the database's in all else."""

import sqlite3

import asyncpg
import pytest
from tortoise.exceptions import OperationalError

from models.database.database import Database
from models.errors import (
    DatabaseUnavailable,
    explained,
    is_away,
    is_input_fault,
    is_unavailable,
)

_OF_THE_DATABASE = (
    "08006",  # connection failure
    "08P01",  # protocol violation, as poolers say
    "0A000",  # a cached plan must not change its result type
    "23502",  # not null, in a table that was altered
    "23505",  # unique, as after a restore without sequences
    "25006",  # read-only transaction
    "26000",  # a prepared statement that is not there, as behind a pooler
    "28P01",  # password
    "3D000",  # no such database
    "40001",  # serialization failure
    "40P01",  # deadlock
    "42501",  # no rights
    "42703",  # no such column
    "42704",  # no such type
    "42883",  # no such function
    "42P01",  # no such table
    "42P05",  # a prepared statement that is there already, as behind a pooler
    "53100",  # disk full
    "53200",  # out of memory
    "53300",  # too many connections
    "55P03",  # lock not available
    "57014",  # cancelled
    "57P01",  # shutting down
    "58030",  # I/O error
    "XX000",  # internal
    "XX001",  # corrupt data
    "XX002",  # corrupt index
)
_OF_THE_INPUT = (
    "22001",  # too long
    "22003",  # out of range
    "22021",  # not of the encoding
    "22P02",  # no such text
    "22P05",  # a character that the encoding lacks
    "23514",  # check
    "54000",  # too long for an index
    "P0001",  # raised by a trigger
)


def _error(state: str) -> asyncpg.PostgresError:
    error = asyncpg.PostgresError.new({"C": state, "M": "it says why"})
    assert isinstance(error, asyncpg.PostgresError)
    return error


@pytest.mark.parametrize("state", _OF_THE_DATABASE)
def test_a_trouble_of_postgresql_is_the_database_s(state: str) -> None:
    """It may pass, or an operator mends it: the same call may succeed later."""
    error = _error(state)

    assert is_input_fault(error) is False
    assert is_unavailable(error) is True


@pytest.mark.parametrize("state", _OF_THE_INPUT)
def test_a_value_that_does_not_fit_postgresql_is_the_input_s(state: str) -> None:
    """It will not fit the next time either."""
    error = _error(state)

    assert is_input_fault(error) is True
    assert is_unavailable(error) is False


@pytest.mark.parametrize(
    ("statement", "is_input"),
    [
        ("SELECT * FROM elsewhere", False),
        ("SELECT elsewhere FROM t", False),
        ("INSERT INTO t (n) VALUES (NULL)", False),
        ("INSERT INTO t (n) VALUES (1), (1)", False),
        ("INSERT INTO t (n) VALUES (-1)", True),
        ("INSERT INTO t (n) VALUES (13)", True),
        ("INSERT INTO t (n, id) VALUES (2, 'a text')", True),
        ("INSERT INTO t (n, b) VALUES (3, zeroblob(2000000000))", True),
    ],
)
def test_what_fits_no_column_of_sqlite_is_the_input_s(statement: str, is_input: bool) -> None:
    """Checks, triggers, types and sizes are; tables that are not as they were made are not."""
    file = sqlite3.connect(":memory:")
    file.executescript(
        """CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL UNIQUE CHECK (n > 0), b BLOB);
        CREATE TRIGGER refusing BEFORE INSERT ON t WHEN NEW.n = 13
        BEGIN SELECT RAISE(ABORT, 'not 13'); END"""
    )

    with pytest.raises(sqlite3.Error) as raised:
        file.execute(statement)

    file.close()
    assert is_input_fault(raised.value) is is_input
    assert is_unavailable(raised.value) is not is_input


async def test_a_value_that_asyncpg_cannot_encode_is_the_input_s(postgres: str) -> None:
    """It is refused before anything is sent."""
    async with Database.at(postgres).connected() as server:
        with pytest.raises(asyncpg.PostgresError) as raised:
            await server.fetch("SELECT $1::int", 2**40)

    assert is_input_fault(raised.value) is True
    assert is_unavailable(raised.value) is False


def test_an_address_that_does_not_work_is_no_input_s() -> None:
    """Though asyncpg calls it a wrong value."""
    assert is_unavailable(asyncpg.ClientConfigurationError("no such certificate")) is True


def test_a_fault_of_ours_is_neither() -> None:
    """It is told as what it is."""
    for error in (KeyError("a name"), sqlite3.ProgrammingError("too few values")):
        assert (is_input_fault(error), is_unavailable(error)) == (False, False)


def test_what_tortoise_raises_is_told_by_its_cause() -> None:
    """A missing table is the database's, a value that does not fit is not."""
    for state, expected in (("42P01", True), ("22001", False)):
        with pytest.raises(OperationalError) as raised:
            raise OperationalError("as Tortoise says") from _error(state)
        assert is_unavailable(raised.value) is expected


def test_a_fault_of_the_database_is_explained_in_a_line() -> None:
    """What an operator can do something about has words of its own."""
    assert explained(_error("28P01")) == (
        "the password in the database's address is wrong: it says why"
    )
    assert explained(_error("3D000")) == "the server has no such database: it says why"
    assert explained(asyncpg.PostgresError("it says why\nDETAIL:  a row\nHINT:  a page")) == (
        "the database does not answer: PostgresError: it says why"
    )
    assert explained(_error("53300")) == (
        "the database does not answer: TooManyConnectionsError: it says why"
    )


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (ConnectionRefusedError(), True),
        (TimeoutError(), True),
        (asyncpg.ConnectionDoesNotExistError("gone"), True),
        (_error("57P01"), True),  # shutting down
        (_error("57P03"), True),  # starting up
        (_error("42P01"), False),  # no such table
        (_error("55P03"), False),  # lock not available
        (_error("57014"), False),  # a statement that took too long
        (sqlite3.OperationalError("database is locked"), False),
    ],
)
def test_a_database_that_is_away_is_told_from_one_that_refuses(
    error: Exception, away: bool
) -> None:
    """Also behind what was made of the error."""
    outer = DatabaseUnavailable("it is not there")
    outer.__cause__ = error

    assert (is_away(error), is_away(outer), is_away(None)) == (away, away, False)
