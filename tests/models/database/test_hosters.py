"""Hosters' addresses: TLS and several hosts, for all that connects."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from models.database.database import Database, fetch
from models.database.suitability import check_suitable
from models.ledger.opening import open_ledger
from tests.support.durability.certificates import write_certificate
from tests.support.durability.ledgers import view
from tests.support.durability.pooler import pooler
from tests.support.durability.stores import rows
from tests.support.recording.batches import Batch


@pytest.fixture
def encrypted(postgres: str, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The URL of a database behind TLS, without options, and who vouches for it."""
    certificate, key = write_certificate(Path(Database.at(postgres).credentials["host"]))
    tls = {
        "client_tls_sslmode": "require",
        "client_tls_cert_file": certificate,
        "client_tls_key_file": key,
    }
    with pooler(postgres, "session", **tls) as url:
        yield url.partition("?")[0], certificate


async def _works(url: str) -> None:
    """Read, record and hear of it, by every kind of connection."""
    database, heard = Database.at(url), asyncio.Event()
    assert await check_suitable(database) == []
    listening = asyncio.create_task(database.notifications().listen(heard.set))
    ledger = open_ledger(database)
    async with database.reading(), asyncio.timeout(10):
        await heard.wait()
        heard.clear()
        await Batch(view("p")).commit(ledger)
        await heard.wait()
        ((encrypted,),) = map(tuple, await fetch("SELECT 1", ()))
    await ledger.close()
    listening.cancel()
    assert encrypted == 1


@pytest.mark.parametrize(
    "options",
    [
        "sslmode=verify-full&sslrootcert={}",
        "sslmode=verify-ca&sslrootcert={}&channel_binding=require",
        "sslmode=require&channel_binding=require",
        "channel_binding=prefer&target_session_attrs=read-write&gssencmode=disable",
    ],
)
async def test_an_address_with_options_of_tls_works(
    encrypted: tuple[str, Path], options: str
) -> None:
    """For whoever reads, writes, listens, locks and asks."""
    url, certificate = encrypted

    await _works(f"{url}?{options.format(certificate)}")


@pytest.mark.parametrize("options", ["sslmode=verify-full&sslrootcert=system", "sslmode=disable"])
async def test_a_server_that_is_not_trusted_is_not_spoken_to(
    encrypted: tuple[str, Path], options: str
) -> None:
    """Nor is one that asks for more than the address allows."""
    url, _ = encrypted

    with pytest.raises(Exception, match=r"(?i)certificate verify failed|SSL required|unexpected"):
        await _works(f"{url}?{options}")


async def test_of_several_hosts_the_one_that_answers_is_taken(postgres: str) -> None:
    """Whether the first or the second is away."""
    with pooler(postgres, "session") as url:
        there = url.partition("@")[2].partition("/")[0]
        for hosts in (f"127.0.0.1:1,{there}", f"{there},127.0.0.1:1"):
            await _works(f"postgres://postgres@{hosts}/postgres?sslmode=disable")


async def test_options_of_the_server_are_passed_on(postgres: str) -> None:
    """Such as where the tables are; what is relied on is set all the same."""
    await rows(postgres, "CREATE SCHEMA IF NOT EXISTS aside")
    url = f"{postgres}&options=-csearch_path%3Daside%20-csynchronous_commit%3Doff"
    database = Database.at(url)

    async with database.reading(), database.connected() as server:
        shown = "SELECT current_setting('search_path'), current_setting('synchronous_commit')"
        read, asked = map(tuple, (*await fetch(shown, ()), *await server.fetch(shown)))

    assert read == asked == ("aside", "on")
