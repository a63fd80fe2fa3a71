"""A database as each migration left it, with rows: served by this release, it says the same."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from graph.commands.terminal import ready_database
from graph.config.settings import Settings
from models.database.database import Database, Dialect
from models.database.migrating import migrate, pending
from models.database.versions.numbers import available, version
from resolvers.caller import Scope
from resolvers.identity import Identity
from resolvers.keys import create_key
from resolvers.upgrading import upgrade
from tests.support.client import Caller, FixedClock
from tests.support.databases import empty
from tests.support.durability.server import PROGRAM, server_process
from tests.support.pasts import alias, choose, differences, erase, fill
from tests.support.releases.earlier import leave_as, own_file_or_database
from tests.support.rest import exported
from tests.support.serving import SECRET, serving
from tests.support.sql import run

KINDS: tuple[Dialect, ...] = ("sqlite", "postgres")
USERS = ["ann", "bob", "cid", "dan"]
ALL = """
query All($users: [ID!]!, $posts: [ID!]!, $since: DateTime!) {
  users(ids: $users) {
    alias
    privacy { level createdAt updatedAt }
    engagementScore { score rank components { action count } }
    interactions(first: 100) { totalCount nodes { ...all } }
  }
  posts(ids: $posts) {
    id stats { score lastInteractionAt engagementRate counts { action count } }
    interactions(first: 100) { totalCount nodes { id } }
  }
  group: targetStats(kind: GROUP, id: "g") { counts { action count } lastInteractionAt }
  hashtag: targetStats(kind: HASHTAG, id: "café") { counts { action count } lastInteractionAt }
  activityStats(since: $since) {
    total uniqueUsers counts { action count } series(interval: DAY) { start total }
  }
  interactions(first: 100) { nodes { ...all } }
  trendingPosts(first: 10) { post { id } score }
  engagementScores(first: 10) { user { alias } score }
}
fragment all on Interaction {
  id interactionId userAlias action target { kind id } occurredAt recordedAt
  context { source recommended contentType hashtags authorAlias metadata }
}
"""
ASKED = {"users": USERS, "posts": ["p", "q"], "since": "2026-11-01T00:00:00Z"}
REPEATED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"userId": "ann", "action": "VIEW", "postId": "p", "eventId": "e2"}, "UNCHANGED"),
    ({"userId": "ann", "action": "FAVORITE", "postId": "p"}, "UNCHANGED"),
    ({"userId": "ann", "action": "FAVORITE", "postId": "p", "undo": True}, "UNDONE"),
    ({"userId": "ann", "action": "REPORT", "postId": "p", "undo": True}, "UNDONE"),
    ({"userId": "dan", "action": "LESS_LIKE_THIS", "postId": "p"}, "CREATED"),
    ({"userId": "cid", "action": "VIEW", "postId": "p"}, "NOT_STORED"),
)
OF_LIMITED = {"userId": "bob", "action": "FAVORITE", "postId": "q"}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def keys() -> dict[str, str]:
    """The key of each database that is filled."""
    return {}


@pytest.fixture(scope="module")
def filled(
    sqlite_file: Path,
    postgres: str,
    tmp_path_factory: pytest.TempPathFactory,
    keys: dict[str, str],
) -> Iterator[dict[str, str]]:
    """A filled database of this release for each kind; their URLs."""
    file = tmp_path_factory.mktemp("filled") / "trailmark.db"
    shutil.copy(sqlite_file, file)
    urls = {"sqlite": f"sqlite://{file}", "postgres": postgres}
    asyncio.run(empty(Database.at(postgres)))
    for kind, url in urls.items():
        keys[kind] = asyncio.run(_fill(url))
    yield urls
    asyncio.run(empty(Database.at(postgres)))


async def _fill(url: str) -> str:
    """Store all kinds of things, of users of every level; the key that was made at the end."""
    context = {"source": "home", "hashtags": ["Café"], "authorId": "zoe", "metadata": {"a": 1}}
    async with serving(Settings(url, SECRET), FixedClock()) as caller:
        await fill(caller, "ann")
        await choose(caller, userId="bob", level="LIMITED")
        await choose(caller, userId="cid", level="NONE")
        tag = {"kind": "HASHTAG", "id": "café"}
        await caller.outcomes(
            OF_LIMITED,
            {"userId": "cid", "action": "VIEW", "postId": "p"},
            {"userId": "dan", "action": "MORE_LIKE_THIS", "postId": "p", "context": context},
            {"userId": "dan", "action": "HASHTAG_USE", "target": tag, "eventId": "e1"},
        )
    return await create_key(Database.at(url), [Scope.ADMIN], "a key", FixedClock().now)


@asynccontextmanager
async def calling(url: str, key: str | None) -> AsyncIterator[Caller]:
    """A caller of a server over a database, with a key where there is one."""
    async with serving(Settings(url, SECRET), FixedClock()) as caller:
        if key is not None:
            caller.http.headers["Authorization"] = f"Bearer {key}"
        yield caller


async def said(caller: Caller) -> dict[str, Any]:
    """What the API says of all that there is."""
    lines = sorted(map(json.dumps, await exported(caller)))
    return {**await caller.data(ALL, **ASKED), "exported": lines}


@pytest.mark.parametrize(
    ("kind", "last"), [(kind, name) for kind in KINDS for name in available(kind)]
)
async def test_it_says_the_same_and_goes_on(
    kind: Dialect,
    last: str,
    filled: dict[str, str],
    keys: dict[str, str],
    tmp_path: Path,
) -> None:
    """Every answer is as before, every total is its rows', and what is sent again is known."""
    has_keys = last != available(kind)[0]
    key = keys[kind] if has_keys else None
    async with calling(filled[kind], keys[kind]) as caller:
        expected = await said(caller)
    async with own_file_or_database(kind, tmp_path, filled["postgres"]) as url:
        await leave_as(last, url, filled[kind])
        database = Database.at(url)

        await migrate(database)
        await upgrade(database, Identity(SECRET))
        await ready_database(Settings(url, SECRET), makes=True)

        assert await pending(database) == []
        head = "SELECT version FROM log_head"
        assert await run(url, head) == [(version(database.dialect),)]
        async with calling(url, key) as caller:
            assert await said(caller) == expected
            assert await differences() == []
            for input, outcome in REPEATED:
                assert await caller.outcome(**input) == outcome
            if has_keys:  # before there were keys, there were no tokens either
                assert await caller.outcome(**OF_LIMITED) == "UNCHANGED"
            await erase(caller, userId="ann", confirm=True)
            assert await differences() == []
            assert alias("ann") not in json.dumps(await caller.data(ALL, **ASKED | {"users": []}))


@pytest.mark.parametrize("kind", KINDS)
async def test_the_commands_bring_the_oldest_one_to_be_served(
    kind: Dialect, filled: dict[str, str], keys: dict[str, str], tmp_path: Path
) -> None:
    """`serve` migrates a file, and refuses a server's database until `migrate` has."""
    async with calling(filled[kind], keys[kind]) as caller:
        expected = await caller.counts("p")
    async with own_file_or_database(kind, tmp_path, filled["postgres"]) as url:
        await leave_as(available(kind)[0], url, filled[kind])
        ours = {"TRAILMARK_SECRET": SECRET, "TRAILMARK_PRUNE_AFTER_DAYS": "0"}
        if kind == "postgres":
            environment = {**os.environ, **ours, "TRAILMARK_DATABASE_URL": url}
            code, told = await _run("serve", environment)
            assert code == 2
            assert "run `trailmark migrate` first" in told
            code, told = await _run("migrate", environment)
            assert (code, told.count("applied ")) == (0, len(available(kind)) - 1)

        async with server_process(url, tmp_path, 1, **ours) as server, server.caller() as caller:
            history = await caller.history("dan")
            counts = await caller.counts("p")
            assert await caller.outcome(**OF_LIMITED) == "AGGREGATED"
            code, told = await server.verify()
            assert code == 0, told

        assert history == ["HASHTAG_USE café", "MORE_LIKE_THIS p"]
        assert counts == expected


async def _run(command: str, environment: dict[str, str]) -> tuple[int, str]:
    """The exit code of a command, and what it said."""
    done = await asyncio.to_thread(
        subprocess.run,
        [str(PROGRAM), command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.returncode, done.stderr
