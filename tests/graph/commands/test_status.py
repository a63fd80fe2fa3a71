"""`trailmark status`: what a database is, told without changing it."""

import asyncio
import os
from pathlib import Path

import pytest

from models.database.database import Database
from models.database.migrating import available
from tests.support.client import Caller
from tests.support.command_line import ended, trailmark
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
    assert facts["keys"] == "1 record,read"
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
