"""Upgrading: what older versions stored is rewritten step by step, and comes out whole."""

from typing import Any

import orjson
import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.database.rewriting import is_rewritten, rewrite_step
from resolvers.audit.verifying import Verification, verify
from resolvers.identity import Identity
from resolvers.upgrading import forms_of, upgrade
from tests.support.client import Caller, FixedClock
from tests.support.pasts import alias, everything
from tests.support.serving import SECRET, serving
from tests.support.sql import run

pytestmark = pytest.mark.slow

CONTEXT = {"contentType": "video", "authorId": "zoe-the-author", "hashtags": ["CAFE\u0301", "café"]}
NEW_CONTEXT = {"contentType": "video", "hashtags": ["café"], "authorAlias": alias("zoe-the-author")}
OLD = "cafe\u0301"
STATS = '{ targetStats(kind: HASHTAG, id: "café") { counts { count } lastInteractionAt } }'


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


async def made_old(database_url: str, clock: FixedClock) -> None:
    """Fill a database as older versions did: raw authors, and one hashtag under two ids."""
    async with serving(Settings(database_url, SECRET), clock) as caller:
        for number, user in enumerate(("ann", "bob", "cid", "dan", "eve")):
            outcome = await caller.outcome(
                userId=user,
                action="HASHTAG_USE",
                target={"kind": "HASHTAG", "id": "café" if number < 2 else f"old {number % 2}"},
                eventId="e",
                context={"source": "home"},
                occurredAt=f"2026-11-20T10:0{number}:00Z",
            )
            assert outcome == "CREATED"
        await caller.record(userId="ann", action="VIEW", postId="p", context={"metadata": []})
    for number, old in enumerate((OLD, "Cafe\u0301")):
        name, tag = quoted(old), quoted(f"old {number}")
        for table, column in (
            ("interactions", "target_id"),
            ("event_ids", "target_id"),
            ("totals", "subject_id"),
        ):
            renamed = f"UPDATE {table} SET {column} = {name} WHERE {column} = {tag}"
            await run(database_url, renamed)
    context = quoted(orjson.dumps(CONTEXT).decode())
    await run(database_url, f"UPDATE interactions SET context = {context} WHERE context IS NULL")
    await run(database_url, "DELETE FROM facts WHERE name = 'stored form'")


async def differences(database_url: str) -> list[str]:
    settings, found = Settings(database_url, SECRET), Verification()
    async with settings.database.reading():
        return [str(each) async for each in verify(found, settings.scoring)]


async def check_upgraded(database_url: str, clock: FixedClock) -> None:
    """See that all is as if it had been recorded by this version."""
    assert await differences(database_url) == []
    async with serving(Settings(database_url, SECRET), clock) as caller:
        stats = (await caller.data(STATS))["targetStats"]
        again = await caller.record(
            userId="eve",
            action="HASHTAG_USE",
            target={"kind": "HASHTAG", "id": "#Café"},
            eventId="e",
        )
        contexts = await read_contexts(caller)
    assert stats["counts"] == [{"count": 5}]
    assert stats["lastInteractionAt"] == "2026-11-20T10:04:00.000000Z"
    assert again["outcome"] == "UNCHANGED"
    assert contexts == [NEW_CONTEXT] * 5
    stored = repr(await everything(database_url))
    assert "zoe-the-author" not in stored
    assert "authorId" not in stored


async def read_contexts(caller: Caller) -> list[dict[str, Any]]:
    data = await caller.data(
        """{ interactions(filter: {actions: [HASHTAG_USE]}) { nodes { context {
             contentType hashtags authorAlias } } } }"""
    )
    return [node["context"] for node in data["interactions"]["nodes"]]


async def test_an_old_database_becomes_one_of_this_version(
    database_url: str, clock: FixedClock
) -> None:
    """Authors are aliases, hashtags that are one are counted as one, and retries are known."""
    database, identity = Database.at(database_url), Identity(SECRET)
    await made_old(database_url, clock)
    assert not await is_rewritten(database)

    await upgrade(database, identity)

    assert await is_rewritten(database)
    await check_upgraded(database_url, clock)


@pytest.mark.parametrize("steps", range(1, 24, 2))
async def test_what_breaks_off_goes_on_from_there(
    database_url: str, clock: FixedClock, steps: int
) -> None:
    """After any step another process can take over; nothing is merged twice."""
    database, identity = Database.at(database_url), Identity(SECRET)
    await made_old(database_url, clock)
    for _ in range(steps):
        await rewrite_step(database, forms_of(identity), rows=1)

    await upgrade(database, identity)

    await check_upgraded(database_url, clock)


async def test_what_is_rewritten_is_left_as_it_is(database_url: str, clock: FixedClock) -> None:
    """Another upgrade changes nothing; a new database needs none."""
    database, identity = Database.at(database_url), Identity(SECRET)
    assert await is_rewritten(database)
    await made_old(database_url, clock)
    await upgrade(database, identity)
    before = await everything(database_url)

    await upgrade(database, identity)
    while await rewrite_step(database, forms_of(identity)):
        pass

    after = await everything(database_url)
    assert after == before | {"log_head": after["log_head"]}  # which counts commits


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_no_file_of_an_embedded_database_holds_an_author_s_id(
    database_url: str, clock: FixedClock
) -> None:
    """Also not in pages that nothing uses, nor in the log of writes."""
    database = Database.at(database_url)
    await made_old(database_url, clock)

    await upgrade(database, Identity(SECRET))

    files = [file.read_bytes() for file in database.path.parent.iterdir()]
    assert not any(b"zoe-the-author" in content for content in files)


def test_a_context_keeps_what_is_not_rewritten() -> None:
    """Metadata stays, but for the author's number; a text that is no user id names nobody."""
    context = forms_of(Identity(SECRET)).context
    kept = '{"recommendationId":"r","metadata":[]}'

    assert context(kept) == kept
    assert orjson.loads(context('{"authorId":"","metadata":{"a":1}}')) == {"metadata": {"a": 1}}
    assert orjson.loads(context('{"authorId":"7","metadata":{"author_id":7}}')) == {
        "authorAlias": alias("7")
    }
    assert orjson.loads(context('{"hashtags":["#"]}')) == {}
