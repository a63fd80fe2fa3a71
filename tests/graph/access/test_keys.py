"""Keys: shown once, kept as digests, known at once, and refused once they are revoked."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.errors import DatabaseUnavailable
from models.reading.api_keys import StoredKey, all_keys, revoke_key
from resolvers.clock import system_clock
from resolvers.keys import Keyring
from tests.support.access.callers import (
    DENIED,
    SCOPES,
    TRANSPORTS,
    Guarded,
    make_key,
    serving_guarded,
)
from tests.support.durability.server import until_awaited
from tests.support.live.streams import soon
from tests.support.pasts import everything
from tests.support.serving import SECRET
from tests.support.sql import run

READ = '{ post(id: "p") { postId } }'
GOOD = {"post": {"postId": "p"}}
FOLLOW = 'subscription { follow(channel: "a") }'
ENDED = "the key or token is no longer valid"


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the keys were read from the database, one instant for each query."""
    queries: list[float] = []

    async def counting() -> list[StoredKey]:
        queries.append(time.monotonic())
        return await all_keys()

    monkeypatch.setattr("resolvers.keys.all_keys", counting)
    return queries


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are read anew every few milliseconds instead of seconds."""
    monkeypatch.setattr("graph.access.credentials.FRESH_S", 0.05)


@asynccontextmanager
async def _keyed(url: str) -> AsyncIterator[Guarded]:
    async with serving_guarded(Settings(url, SECRET), "read", "admin") as guarded:
        yield guarded


async def _revoke(guarded: Guarded, who: str) -> None:
    id = guarded.credentials[who].split("_")[1]
    assert await revoke_key(Database.at(guarded.url), id, system_clock())


async def test_a_key_is_kept_nowhere(database_url: str) -> None:
    """In no column of any table: neither the key nor its secret part, in any form but a digest."""
    keys = [await make_key(database_url, scope, f"the {scope} key") for scope in SCOPES]

    kept = str(await everything(database_url)).replace("\\\\", "\\")

    for key in keys:
        _, id, secret = key.split("_", 2)
        assert len(secret) == 43  # 256 bits
        assert secret not in kept
        assert secret.encode().hex() not in kept
        assert id in kept
    digests = [bytes(row[0]) for row in await run(database_url, "SELECT digest FROM api_keys")]
    assert sorted(map(len, digests)) == [32] * 3
    assert len(set(digests)) == 3


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_changed_key_is_no_key(guarded: Guarded, transport: str) -> None:
    """Not one character may differ, be missing or be added, and ids alone open nothing."""
    key = guarded.credentials["admin"]
    prefix, id, secret = key.split("_", 2)
    other = "A" if key[-2] != "A" else "B"
    forged = [
        f"{prefix}_{id}_",
        f"{prefix}_{id}",
        f"{prefix}_{id}_{'A' * 43}",
        f"{prefix}_{id}_{secret[:-1]}",
        f"{prefix}_{id}_{secret}A",
        f"{prefix}_{id}_{secret[:-2]}{other}{secret[-1]}",
        f"{prefix}_{id}_{guarded.credentials['read'].split('_', 2)[2]}",
        f"{prefix}_{id.upper()}_{secret}".replace(id, id[::-1]),
    ]

    assert (await guarded.ask(transport, "admin", READ)).data == GOOD
    for each in forged:
        assert (await guarded.ask(transport, each, READ)).outcome == "UNAUTHENTICATED"


async def test_a_key_made_while_the_server_runs_works_at_once(database_url: str) -> None:
    """Its first request is let in, though the keys were read a moment ago."""
    async with _keyed(database_url) as guarded:
        for _ in range(3):
            key = await make_key(database_url, "read")

            assert (await guarded.post(key, READ)).data == GOOD


async def test_known_keys_cost_no_query(sqlite_url: str, counted: list[float]) -> None:
    """The keys were read when the server started."""
    async with _keyed(sqlite_url) as guarded:
        assert len(counted) == 1

        for _ in range(30):
            assert (await guarded.post("read", READ)).data == GOOD

        assert len(counted) == 1


async def test_unknown_keys_share_a_query(sqlite_url: str, counted: list[float]) -> None:
    """However many come, in a row or at once, they are looked for twice a second at most."""
    async with _keyed(sqlite_url) as guarded:
        begun = time.monotonic()
        forged = [f"tmk_{number:012}_{'A' * 43}" for number in range(60)]
        outcomes = await asyncio.gather(*(guarded.post(key, READ) for key in forged[:50]))
        outcomes += [await guarded.post(key, READ) for key in forged[50:53]]
        seconds = time.monotonic() - begun

        assert {reply.outcome for reply in outcomes} == {"UNAUTHENTICATED"}
        assert len(counted) <= 2 + seconds / 0.5


async def test_unknown_keys_hold_up_no_known_ones(sqlite_url: str) -> None:
    """Who guesses waits; who is known does not."""
    async with _keyed(sqlite_url) as guarded:
        guesses = [
            asyncio.create_task(guarded.post(f"tmk_{number:012}_x", READ)) for number in range(20)
        ]
        await asyncio.sleep(0.05)

        begun = time.monotonic()
        assert (await guarded.post("read", READ)).data == GOOD
        seconds = time.monotonic() - begun

        assert not all(guess.done() for guess in guesses)
        assert seconds < 0.4
        await asyncio.gather(*guesses)


@pytest.mark.usefixtures("quick")
async def test_a_revoked_key_is_refused(any_guarded: Guarded) -> None:
    """By every transport, soon after; the other keys go on."""
    guarded = any_guarded
    assert (await guarded.post("read", READ)).data == GOOD

    await _revoke(guarded, "read")

    async def is_refused() -> bool:
        return (await guarded.post("read", READ)).status == 401

    await until_awaited(is_refused)
    for transport in TRANSPORTS:
        assert (await guarded.ask(transport, "read", READ)).outcome == "UNAUTHENTICATED"
    assert (await guarded.post("admin", READ)).data == GOOD


@pytest.mark.usefixtures("quick")
async def test_the_streams_of_a_revoked_key_end(guarded: Guarded) -> None:
    """A WebSocket is closed and says why, an event stream ends with the error; others stay."""
    async with guarded.line("read") as line, guarded.line("admin") as other:
        await line.subscribe(FOLLOW)
        body = {"query": FOLLOW}
        headers = {"Accept": "text/event-stream", **guarded.headers("read")}
        async with guarded.http.stream("POST", "/graphql", json=body, headers=headers) as events:
            for _ in range(2):
                await soon(guarded.stage.started.get())

            await _revoke(guarded, "read")

            assert await line.end() == (DENIED, ENDED)
            text = (await soon(events.aread())).decode()
        assert f'"message":"{ENDED}"' in text
        assert '"code":"UNAUTHENTICATED"' in text
        assert text.endswith("event: complete\ndata: \n\n")
        for _ in range(2):
            await soon(guarded.stage.ended.get())
        assert (await other.ask(READ)).data == GOOD


@pytest.mark.usefixtures("quick")
async def test_revoking_the_last_key_opens_nothing(sqlite_url: str) -> None:
    """Where a key was ever made, nobody comes in without one."""
    async with serving_guarded(Settings(sqlite_url, SECRET), "admin") as guarded:
        await _revoke(guarded, "admin")

        async def is_refused() -> bool:
            return (await guarded.post("admin", READ)).status == 401

        await until_awaited(is_refused)
        assert (await guarded.post("nobody", READ)).outcome == "UNAUTHENTICATED"


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes the keys' table away from then on."""

    async def failing() -> list[StoredKey]:
        raise DatabaseUnavailable("it is away")

    return lambda: monkeypatch.setattr("resolvers.keys.all_keys", failing)


async def test_keys_go_on_for_a_while_without_the_database(
    sqlite_url: str, away: Callable[[], None]
) -> None:
    """Known ones are let in; of an unknown one nobody can tell, so it is not said to be bad."""
    async with _keyed(sqlite_url) as guarded:
        away()

        assert (await guarded.post("read", READ)).data == GOOD
        reply = await guarded.post("tmk_0123456789ab_x", READ)
        assert (reply.status, reply.codes) == (503, {"OVERLOADED"})


@pytest.mark.parametrize("who", ["read", "nobody", "tmk_0123456789ab_x"])
async def test_nobody_is_let_in_on_keys_of_long_ago(
    sqlite_url: str, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    """One of them may have been revoked since; so it is 503, and over WebSocket 1013."""
    async with _keyed(sqlite_url) as guarded:
        away()
        monkeypatch.setattr("resolvers.keys.STALE_S", 0.05)
        await asyncio.sleep(0.06)

        for transport in TRANSPORTS:
            reply = await guarded.ask(transport, who, READ)
            if transport == "websocket":
                assert reply.status == 1013
            else:
                assert (reply.status, reply.codes) == (503, {"OVERLOADED"})
            assert "data" not in reply.body


async def test_a_machine_that_slept_reads_the_keys_first(sqlite_url: str) -> None:
    """Nobody is turned away for keys that are old alone, nor let in by one revoked meanwhile."""
    keyring = Keyring()
    async with Database.at(sqlite_url).reading():
        keys = [await make_key(sqlite_url, "read") for _ in range(2)]
        await keyring.refresh()
        assert await revoke_key(Database.at(sqlite_url), keys[0].split("_")[1], system_clock())
        keyring._read_at = keyring._tried_at = keyring._ended_at = time.monotonic() - 60

        assert [await keyring.caller(key) is None for key in keys] == [True, False]


@pytest.mark.usefixtures("quick")
async def test_keys_come_back_with_the_database(
    sqlite_url: str, away: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next look finds them, with whatever was revoked meanwhile."""
    async with _keyed(sqlite_url) as guarded:
        monkeypatch.setattr("resolvers.keys.STALE_S", 0.2)
        away()
        await asyncio.sleep(0.25)
        assert (await guarded.post("read", READ)).outcome == "OVERLOADED"
        await _revoke(guarded, "read")

        monkeypatch.setattr("resolvers.keys.all_keys", all_keys)

        async def answers() -> bool:
            return (await guarded.post("admin", READ)).outcome == "yes"

        await until_awaited(answers)
        assert (await guarded.post("read", READ)).outcome == "UNAUTHENTICATED"


@pytest.mark.usefixtures("quick")
async def test_a_database_that_hangs_is_given_up(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The keys grow old while it does, and no look at them lasts for ever."""
    looks: list[Any] = []

    async def hanging() -> list[StoredKey]:
        looks.append(None)
        await asyncio.sleep(60)
        return []

    async with _keyed(sqlite_url) as guarded:
        monkeypatch.setattr("resolvers.keys.all_keys", hanging)
        monkeypatch.setattr("resolvers.keys.READ_S", 0.1)
        monkeypatch.setattr("resolvers.keys.STALE_S", 0.3)
        await asyncio.sleep(0.4)

        assert (await guarded.post("read", READ)).outcome == "OVERLOADED"
        assert len(looks) >= 2
