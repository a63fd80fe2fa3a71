"""Erased means gone: no byte of what was removed is left in the files of an embedded database."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.ledger import sqlite_ledger
from models.values import event_key
from resolvers.clock import system_clock
from resolvers.identity import Identity
from resolvers.scoring.weights import DAY
from tests.support.client import Caller, FixedClock
from tests.support.durability.load import send
from tests.support.durability.server import SECRET, server_process, until_awaited
from tests.support.durability.stores import rows
from tests.support.serving import serving

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ERASE = """mutation { eraseUser(input: {userId: "zoe", confirm: true}) {
  removedInteractions } }"""
LOWER = 'mutation { setPrivacy(input: {userId: "zoe", level: %s}) { removedInteractions } }'
ALIAS = Identity(SECRET).alias("zoe")
NAMES = {ALIAS, ALIAS[2:18], ALIAS[18:]}
#: What comes from Zoe, and from nobody else.
OF_ZOE = NAMES | {"zoes-event", "zoes-metadata", "zoes-page", "zoes-post", "zoes-variant"}
#: What totals count by: of these, what came from Zoe alone names what is counted for nobody.
COUNTED_BY = {"zoes-page", "zoes-post", "zoes-variant"}
ROUNDS = 40
#: Of event ids, only digests are stored: the user's and each one's own.
DIGESTS = {
    number.to_bytes(8, "big", signed=True)
    for each in range(ROUNDS)
    for number in event_key(ALIAS, f"zoes-event-{each}")
}


@pytest.fixture
def folder(database_url: str) -> Path:
    """The folder of the database's files."""
    return Database.at(database_url).path.parent


@pytest.fixture
async def filled(database_url: str, clock: FixedClock) -> AsyncIterator[Caller]:
    """A caller of a server on which Zoe did things amid others."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        await fill(caller)
        yield caller


async def fill(caller: Caller) -> None:
    """Zoe and others do things, so that what is hers lies on many pages beside theirs."""
    for number in range(ROUNDS):
        users = ("amy", "zoe", f"u{number}")
        await send(caller, [each for user in users for each in past(user, number)])


def past(user: str, number: int) -> list[dict[str, Any]]:
    """Some of what a user does: to what nobody else touches, and to what everybody does."""
    context = {
        "source": f"{user}s-page",
        "recommendationId": f"{user}s-variant:{number}",
        "metadata": {f"{user}s-metadata": number},
    }
    about = {"userId": user, "context": context}
    own = f"{user}s-post-{number}"
    return [
        {**about, "action": "FAVORITE", "postId": own, "eventId": f"{user}s-event-{number}"},
        {"userId": user, "action": "FAVORITE", "postId": own, "undo": True},
        {**about, "action": "VIEW", "postId": own},
        {"userId": user, "action": "VIEW", "postId": "everybodys"},
        {**about, "action": "HASHTAG_USE", "target": {"kind": "HASHTAG", "id": own}},
        {"userId": user, "action": "SEARCH", "target": {"kind": "QUERY", "id": own}},
        {"userId": user, "action": "GROUP_JOIN", "target": {"kind": "GROUP", "id": own}},
    ]


def left(folder: Path) -> set[str]:
    """What of Zoe is in any byte of any file."""
    files = [file for file in folder.iterdir() if file.is_file()]
    held = b"\0".join(file.read_bytes() for file in files)
    found = {text for text in OF_ZOE if text.encode() in held}
    return found | {"zoes-event" for digest in DIGESTS if digest in held}


async def removed(caller: Caller, document: str) -> int:
    """Remove what Zoe did; how many interactions held or happened."""
    data = await caller.data(document)
    count: int = next(iter(data.values()))["removedInteractions"]
    return count


@pytest.mark.slow
async def test_no_byte_of_an_erased_user_is_left_in_any_file(
    database_url: str, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Right after the answer, in a server that goes on; what others did stays."""
    logs = tmp_path_factory.mktemp("logs")
    async with server_process(database_url, logs) as server, server.caller() as caller:
        await fill(caller)
        assert left(folder) == OF_ZOE

        assert await removed(caller, ERASE) == 5 * ROUNDS

        assert left(folder) == set()
        assert await caller.counts("everybodys") == {"VIEW": 2 * ROUNDS}
        code, said = await server.verify()
        assert code == 0, said


async def test_of_a_user_of_level_none_nothing_is_left_but_the_level(
    filled: Caller, folder: Path
) -> None:
    """The setting is stored under the alias, which nothing else of the user goes by."""
    assert await removed(filled, LOWER % "NONE") == 5 * ROUNDS

    assert left(folder) == NAMES


async def test_of_a_limited_user_nothing_is_left_but_what_totals_count_by(
    filled: Caller, folder: Path
) -> None:
    """What was counted stays counted for nobody, under ids of posts, sources and variants."""
    assert await removed(filled, LOWER % "LIMITED") == 5 * ROUNDS

    assert left(folder) == NAMES | COUNTED_BY


async def test_nothing_is_left_after_the_rest_api_erased_a_user(
    filled: Caller, folder: Path
) -> None:
    """DELETE /api/v1/privacy/data is the same work."""
    about = {"user_id": "zoe", "confirm": "true"}
    answer = await filled.http.delete("/api/v1/privacy/data", params=about)

    assert answer.json()["deleted_items"]["interactions"] == 5 * ROUNDS
    assert left(folder) == set()


async def test_what_is_pruned_leaves_the_files_but_for_what_holds(
    filled: Caller, folder: Path
) -> None:
    """Contexts go; a group that was joined is a bare fact, and totals stay.

    These count by post, and outcomes by source and variant. Event ids go at the server's retention.
    """
    filled.clock.now = system_clock() + 2 * DAY
    pruned = "mutation { pruneInteractions(input: {olderThanDays: 1}) { removed } }"

    await filled.data(pruned)

    assert left(folder) == NAMES | COUNTED_BY | {"zoes-event"}


@contextmanager
def snapshot(folder: Path) -> Iterator[sqlite3.Connection]:
    """Another program's transaction, which reads on from what was there at its beginning."""
    with closing(sqlite3.connect(folder / "trailmark.db", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM interactions").fetchone() != (0,)
        yield reader


async def test_an_erasure_is_answered_once_nobody_reads_what_was_there_before(
    filled: Caller, folder: Path
) -> None:
    """A snapshot keeps the old pages; others go on to record meanwhile."""

    async def is_removed() -> bool:
        found = await rows(filled.url, f"SELECT 1 FROM interactions WHERE user_alias = '{ALIAS}'")
        return not any(found)

    with snapshot(folder) as reader:
        erasing = asyncio.create_task(removed(filled, ERASE))
        await until_awaited(is_removed)
        assert await filled.outcome(userId="amy", action="VIEW", postId="p") == "CREATED"
        assert not erasing.done()
        assert left(folder) != set()

        reader.execute("COMMIT")
        assert await erasing == 5 * ROUNDS

    assert left(folder) == set()


async def test_an_erasure_whose_traces_stay_too_long_is_not_called_done(
    filled: Caller, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says OVERLOADED, and is done when it is sent again after the snapshot."""
    monkeypatch.setattr(sqlite_ledger, "SCRUB_S", 0.3)

    with snapshot(folder):
        (error,) = await filled.errors(ERASE)
    assert error["extensions"]["code"] == "OVERLOADED"
    assert "another program reads on" in error["message"]
    assert left(folder) != set()

    assert await removed(filled, ERASE) == 0
    assert left(folder) == set()
