"""Commands over a database that cannot be used: one line that says why, and exit 2."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from graph.commands.keys import list_all
from graph.commands.migrate import migrate
from graph.commands.serve import serve
from graph.commands.verify import verify
from models.database.database import Database
from tests.support.durability.pooler import pooler
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often

Command = Callable[[], object]


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> object:
    """Run a command over a database, which must end with 2; what it said, in a line."""

    def saying(command: Command, url: str) -> str:
        monkeypatch.setenv("TRAILMARK_DATABASE_URL", url)
        monkeypatch.setenv("TRAILMARK_SECRET", SECRET)
        with pytest.raises(typer.Exit) as ended:
            command()
        printed = capsys.readouterr()
        (line,) = printed.err.splitlines()
        assert (ended.value.exit_code, printed.out) == (2, "")
        return line

    return saying


Saying = Callable[[Command, str], str]


@pytest.fixture
def locked(postgres: str) -> Iterator[str]:
    """The URL of a database that asks the role `locked` for a password."""
    folder = Path(Database.at(postgres).credentials["host"])
    rules = folder / "pg_hba.conf"
    usual = rules.read_text()
    rules.write_text(f"local all locked scram-sha-256\n{usual}")
    _execute(postgres, "CREATE ROLE locked LOGIN PASSWORD 'right'", "SELECT pg_reload_conf()")
    yield postgres
    rules.write_text(usual)
    _execute(postgres, "DROP ROLE locked", "SELECT pg_reload_conf()")


def _execute(url: str, *statements: str) -> None:
    async def execute() -> None:
        for statement in statements:
            await run(url, statement)

    asyncio.run(execute())


@pytest.mark.parametrize("command", [migrate, verify, list_all, serve])
def test_a_wrong_password_is_said_to_be_one(said: Saying, locked: str, command: Command) -> None:
    """By every command alike."""
    line = said(command, locked.replace("//postgres:", "//locked:wrong"))

    assert line == (
        "the password in the database's address is wrong: password authentication failed for user "
        '"locked"'
    )


def test_what_the_address_gets_wrong_is_said(said: Saying, postgres: str) -> None:
    """An unknown role, database or host, or nothing that listens."""
    folder = Database.at(postgres).credentials["host"]

    assert said(migrate, postgres.replace("//postgres:", "//nobody:")) == (
        'the database does not let this role in: role "nobody" does not exist'
    )
    assert said(migrate, f"postgres://postgres@/elsewhere?host={folder}") == (
        'the server has no such database: database "elsewhere" does not exist'
    )
    assert said(migrate, "postgres://nowhere.invalid/trailmark").startswith(
        "the host in the database's address is unknown: "
    )
    assert said(migrate, "postgres://127.0.0.1:1/trailmark").startswith(
        "nothing listens at the database's address: "
    )


@pytest.mark.parametrize("command", [migrate, verify, serve])
def test_a_pooler_in_transaction_mode_is_refused(
    said: Saying, postgres: str, command: Command
) -> None:
    """At the start of whatever is started."""
    with pooler(postgres, "transaction") as url:
        line = said(command, url)

    assert line.endswith("use pool_mode = session, or the address of the database itself")


def test_tables_that_may_not_be_used_are_said_to_be_so(said: Saying, postgres: str) -> None:
    """As they are where another role made them."""
    _execute(postgres, "CREATE ROLE visitor LOGIN")

    line = said(verify, postgres.replace("//postgres:", "//visitor:"))

    _execute(postgres, "DROP ROLE visitor")
    assert line == "this role may not use the tables: permission denied for table aerich"


def test_what_is_wrong_with_a_file_is_said(said: Saying, tmp_path: Path) -> None:
    """It is no database, or no file, or its folder is not there."""
    file = tmp_path / "trailmark.db"
    file.write_bytes(b"no database" * 999)

    for command in (verify, migrate, list_all):
        assert said(command, f"sqlite://{file}") == (
            "the file is no database, or is encrypted: file is not a database"
        )
    assert said(verify, f"sqlite://{tmp_path}") == (
        "the database's file cannot be opened: unable to open database file"
    )
