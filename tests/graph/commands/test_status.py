"""`trailmark status`: what a database is, told without changing it."""

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from models.database.database import Database
from models.database.migrating import available, pending
from models.database.versions.applying import apply
from tests.support.client import Caller
from tests.support.command_line import ended, trailmark
from tests.support.durability.stores import rows
from tests.support.releases.earlier import own_file_or_database
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often


async def _status(url: str, **settings: str) -> tuple[int, dict[str, str], str]:
    """Its exit code, what it said by name, and what was refused."""
    return await asyncio.to_thread(_run_status, url, settings)


def _run_status(url: str, settings: dict[str, str]) -> tuple[int, dict[str, str], str]:
    done = ended(url, "status", **settings)
    facts = {line[:13].strip(): line[14:] for line in done.stdout.splitlines()}
    return done.returncode, facts, done.stderr


async def test_it_says_what_a_database_is(caller: Caller) -> None:
    """Its engine, its version, its secret's place and what it holds."""
    await caller.record(userId="ann", action="VIEW", postId="p")
    trailmark(caller.url, "keys", "create", "--scope", "record,read")

    code, facts, refused = await _status(caller.url, TRAILMARK_SECRET=SECRET)

    database = Database.at(caller.url)
    assert (code, refused) == (0, "")
    assert facts["database"] == database.address
    assert facts["engine"].startswith("SQLite 3." if database.is_embedded else "PostgreSQL 18")
    assert facts["migrations"] == f"all {len(available(database))} applied"
    assert facts["secret"] == "TRAILMARK_SECRET"  # noqa: S105 (the name of a setting)
    assert facts["interactions"] == "1"
    (last,) = (await rows(caller.url, "SELECT last_number FROM log_head"))[0]
    assert facts["lanes"] == f"1; its log is at {last:,}"
    assert facts["keys"] == "1 record,read"
    assert facts.get("followers") == (None if database.is_embedded else "at work")
    assert facts["retention"] == "90 days"
    assert facts["user tokens"] == "not configured"


async def test_replicas_are_named_with_how_far_they_are(postgres: str) -> None:
    """An address that leads to no standby is told of; one of another database is refused."""
    ours, another = Database.at(postgres), postgres.replace("/postgres?", "/template1?")
    replicas = {"TRAILMARK_SECRET": SECRET, "TRAILMARK_DATABASE_REPLICA_URLS": postgres}

    code, facts, _ = await _status(postgres, **replicas)

    assert code == 0
    assert facts["replica"] == f"{ours.address}: no standby, so nothing is read from it"

    replicas["TRAILMARK_DATABASE_REPLICA_URLS"] = another
    code, _, refused = await _status(postgres, **replicas)

    assert code == 1
    address = Database.at(another).address
    assert refused.startswith(f"serve would refuse: the replica {address} cannot be read from")
    assert ended(postgres, "serve", **replicas).returncode == 2


async def test_another_secret_is_told(caller: Caller) -> None:
    """As `serve` would; nothing is written, so the right one still fits."""
    another = {"TRAILMARK_SECRET": "another secret, as long"}

    code, facts, refused = await _status(caller.url, **another)

    assert code == 1
    assert facts["secret"] == "TRAILMARK_SECRET, which is not the one"  # noqa: S105
    assert refused.startswith("serve would refuse: it was filled under another secret")
    assert (await _status(caller.url, TRAILMARK_SECRET=SECRET))[0] == 0


async def test_what_an_older_version_stored_is_told(caller: Caller) -> None:
    """A server database is refused until `trailmark migrate`; an embedded one is migrated."""
    await run(caller.url, "DELETE FROM facts WHERE name = 'stored form'")

    code, facts, _ = await _status(caller.url, TRAILMARK_SECRET=SECRET)

    assert facts["stored form"] == "of an older version"
    assert code == (0 if Database.at(caller.url).is_embedded else 1)


async def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    """Nor a secret."""
    code, facts, _ = await _status(f"sqlite://{tmp_path / 'none.db'}")

    assert code == 0
    assert facts["holds"] == "nothing yet; serve and migrate make it"
    assert not any(os.scandir(tmp_path))


async def test_a_database_that_is_away_is_told() -> None:
    """With what is known without it."""
    code, facts, refused = await _status(
        "postgres://ann:hunter2@127.0.0.1:1/trailmark", TRAILMARK_SECRET=SECRET
    )

    assert code == 1
    assert facts["database"] == "postgres://ann@127.0.0.1:1/trailmark"
    assert "hunter2" not in refused
    assert refused.startswith("serve would refuse: ")


@pytest.fixture(params=["sqlite", "postgres"])
async def oldest(
    request: pytest.FixtureRequest, tmp_path: Path, postgres: str
) -> AsyncIterator[str]:
    """The URL of a database with the first of all migrations."""
    async with own_file_or_database(request.param, tmp_path, postgres) as url:
        database = Database.at(url)
        if database.is_embedded:
            database.path.touch(mode=0o600)
        await apply(database, available(database)[:1])
        yield url


async def test_what_is_pending_is_told(oldest: str) -> None:
    """`serve` migrates a file by itself, and refuses a server's database until `migrate` has."""
    database = Database.at(oldest)
    missing = available(database)[1:]

    code, facts, refused = await _status(oldest, TRAILMARK_SECRET=SECRET)

    assert facts["migrations"] == f"{len(missing)} pending: {', '.join(missing)}"
    assert facts["secret"] == "TRAILMARK_SECRET"  # noqa: S105
    assert facts["holds"] == "what is told once it is migrated"
    told = "serve would refuse: it is of an older version; run `trailmark migrate` first\n"
    assert (code, refused) == ((0, "") if database.is_embedded else (1, told))
    assert await pending(database) == missing


async def test_a_database_without_tables_is_told(postgres: str, tmp_path: Path) -> None:
    """On a server it is refused for that alone."""
    async with own_file_or_database("postgres", tmp_path, postgres) as url:
        code, facts, refused = await _status(url, TRAILMARK_SECRET=SECRET)

    assert code == 1
    assert facts["holds"] == "nothing yet"
    assert facts["secret"] == "TRAILMARK_SECRET"  # noqa: S105
    assert refused.count("serve would refuse") == 1


async def test_a_missing_secret_is_told(oldest: str) -> None:
    """`serve` makes one beside a file that was filled under none, and refuses a server without."""
    code, facts, refused = await _status(oldest)

    database = Database.at(oldest)
    if database.is_embedded:
        assert (code, facts["secret"]) == (0, "none yet; serve and migrate make it")
        assert "past.db.secret" not in os.listdir(database.path.parent)
    else:
        assert (code, facts["secret"]) == (1, "missing")
        assert "serve would refuse: TRAILMARK_SECRET is not set" in refused


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_files_that_are_open_to_others_are_told_and_left(caller: Caller) -> None:
    """Taking that from them is for `serve`."""
    path = Database.at(caller.url).path
    path.chmod(0o644)

    code, facts, _ = await _status(caller.url, TRAILMARK_SECRET=SECRET)

    assert code == 0
    assert facts["warning"].endswith("is open to others, mode 0644; serve takes that from them")
    assert stat.S_IMODE(path.stat().st_mode) == 0o644


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_a_role_that_may_only_read_is_told(caller: Caller) -> None:
    """With all that it can read."""
    await run(caller.url, "CREATE ROLE reader LOGIN")
    try:
        await run(caller.url, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        url = caller.url.replace("postgres:@", "reader@")
        code, facts, refused = await _status(url, TRAILMARK_SECRET=SECRET)
    finally:
        await run(caller.url, "DROP OWNED BY reader")
        await run(caller.url, "DROP ROLE reader")

    assert (code, facts["interactions"], facts["keys"]) == (1, "0", "none")
    assert refused.startswith("serve would refuse: these tables cannot be used: activity, api_keys")


async def test_documents_that_do_not_fit_are_told(caller: Caller, tmp_path: Path) -> None:
    """As `serve` tells them."""
    file = tmp_path / "documents.json"
    file.write_text(json.dumps({"a": "{ noSuchField }"}))

    code, facts, refused = await _status(
        caller.url, TRAILMARK_SECRET=SECRET, TRAILMARK_DOCUMENTS=str(file)
    )

    assert (code, facts["documents"]) == (1, "1 trusted")
    assert "Cannot query field 'noSuchField'" in refused
