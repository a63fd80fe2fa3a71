"""Who receives what from the live feed: by key, by token, side by side, and until when."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.reading.api_keys import StoredKey, revoke_key
from resolvers.clock import system_clock
from resolvers.errors import DATABASE_AWAY
from tests.support.access.callers import DENIED, SCOPES, TOKEN_SECRET, alias, make_key, token
from tests.support.client import FixedClock
from tests.support.durability.server import until_awaited
from tests.support.live.feeds import TRANSPORTS, Broken, Feed, feeding, line
from tests.support.serving import SECRET

ROWS = """
subscription Rows($filter: InteractionFilter, $after: String) {
  interactions(filter: $filter, after: $after) {
    type interaction { userAlias action target { id } }
  }
}
"""
STATS = 'subscription { postStats(ids: ["p"], initial: true) { counts { action count } } }'
SCORE = """
subscription Score($id: ID, $alias: ID) {
  engagementScore(id: $id, alias: $alias, initial: true) { user { alias } score }
}
"""
ENDED = "the key or token is no longer valid"
VIEW = {"action": "VIEW", "postId": "p"}


@dataclass
class Guarded:
    """A server with a key of each scope and tokens of two users, and feeds as each has them."""

    feed: Feed
    credentials: dict[str, str]

    def of(self, who: str) -> Feed:
        """The feed as someone receives it."""
        return replace(self.feed, headers=_bearer(self.credentials[who]))

    async def record(self, who: str, **input: Any) -> None:
        """Let a user do something."""
        outcome = await self.feed.caller.outcome(**{"userId": who, **VIEW, **input})
        assert outcome in ("CREATED", "UNDONE", "REACTIVATED")


def _bearer(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}


async def _guarded(url: str, clock: FixedClock, **settings: Any) -> AsyncIterator[Guarded]:
    credentials = {scope: await make_key(url, scope) for scope in SCOPES}
    credentials |= {user: token(user) for user in ("ann", "bob")}
    credentials["soon"] = token("ann", exp=int(time.time()) + 2)
    tokens: dict[str, Any] = {"token_secret": TOKEN_SECRET, "token_leeway_seconds": 0}
    given = Settings(url, SECRET, **tokens, **settings)
    async with feeding(given, clock, _bearer(credentials["admin"])) as feed:
        yield Guarded(feed, credentials)


@pytest.fixture
async def guarded(
    sqlite_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Guarded]:
    """A server over SQLite that looks often for what has ended."""
    monkeypatch.setattr("graph.access.credentials.FRESH_S", 0.05)
    async for guarded in _guarded(sqlite_url, clock):
        yield guarded


@pytest.fixture
async def any_guarded(database_url: str, clock: FixedClock) -> AsyncIterator[Guarded]:
    """A server over either database."""
    async for guarded in _guarded(database_url, clock):
        yield guarded


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_recording_key_is_told_nothing(guarded: Guarded, transport: str) -> None:
    """It is FORBIDDEN to subscribe to anything."""
    for query, variables in ((ROWS, {}), (STATS, {}), (SCORE, {"id": "ann"})):
        error = await guarded.of("record").refused(query, transport, **variables)

        assert error["extensions"] == {"code": "FORBIDDEN"}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("who", ["read", "admin"])
async def test_keys_that_read_are_told_of_everyone(
    guarded: Guarded, who: str, transport: str
) -> None:
    """Of all rows, of any post and of any user's score."""
    start = await guarded.feed.cursor()
    async with guarded.of(who).subscribed(ROWS, transport, after=start) as rows:
        for user in ("ann", "bob"):
            await guarded.record(user)
        aliases = [event["interaction"]["userAlias"] for event in await rows.events(2)]
    async with guarded.of(who).subscribed(STATS, transport) as stats:
        assert await stats.event() == {"counts": [{"action": "VIEW", "count": 2}]}
    async with guarded.of(who).subscribed(SCORE, transport, id="bob") as score:
        assert (await score.event())["user"] == {"alias": alias("bob")}

    assert aliases == [alias("ann"), alias("bob")]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_user_is_told_of_its_own_rows_alone(any_guarded: Guarded, transport: str) -> None:
    """As they happen and in a replay, whether or not its filter names itself."""
    guarded = any_guarded
    start = await guarded.feed.cursor()
    filters: list[dict[str, Any] | None] = [None, {"userAliases": [alias("ann")]}]
    async with AsyncExitStack() as stack:
        ann = guarded.of("ann")
        live = [
            await stack.enter_async_context(
                ann.subscribed(ROWS, transport, filter=filter, after=start)
            )
            for filter in filters
        ]
        for number in range(3):
            for user in ("bob", "ann", "cid"):
                await guarded.record(user, postId=f"{user} {number}")
        replays = [
            await stack.enter_async_context(
                ann.subscribed(ROWS, transport, filter=filter, after=start)
            )
            for filter in filters
        ]

        for subscriber in (*live, *replays):
            events = await subscriber.events(3)
            assert [line(event) for event in events] == [
                f"RECORDED VIEW ann {number}" for number in range(3)
            ]
            assert {event["interaction"]["userAlias"] for event in events} == {alias("ann")}


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize(
    ("query", "variables"),
    [
        (ROWS, {"filter": {"userAliases": [alias("bob")]}}),
        (ROWS, {"filter": {"userAliases": [alias("ann"), alias("bob")]}}),
        (ROWS, {"filter": {"userAliases": [f"u_{'0' * 32}"]}}),
        (SCORE, {"id": "bob"}),
        (SCORE, {"alias": alias("bob")}),
        (SCORE, {"id": "nobody was ever called so"}),
    ],
    ids=["another", "another as well", "nobody", "score by id", "score by alias", "no score"],
)
async def test_a_user_who_names_another_is_forbidden(
    guarded: Guarded, transport: str, query: str, variables: dict[str, Any]
) -> None:
    """Whether or not there is such a user, the refusal is the same."""
    await guarded.record("bob")

    error = await guarded.of("ann").refused(query, transport, **variables)

    assert error["extensions"] == {"code": "FORBIDDEN"}
    assert "bob" not in error["message"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_user_may_watch_posts_and_its_own_score(guarded: Guarded, transport: str) -> None:
    """Any post's stats move with what all do; the score is that of the token's user."""
    async with (
        guarded.of("ann").subscribed(STATS, transport) as stats,
        guarded.of("ann").subscribed(SCORE, transport, id="ann") as score,
        guarded.of("ann").subscribed(SCORE, transport, alias=alias("ann")) as same,
    ):
        await stats.event()
        assert await score.event() == await same.event()
        await guarded.record("bob", action="FAVORITE")
        assert await stats.event() == {"counts": [{"action": "FAVORITE", "count": 1}]}
        await guarded.record("ann", action="REPLY")

        assert (await score.event())["score"] == (await same.event())["score"] == 6


async def test_users_who_send_one_document_never_see_each_other_s(any_guarded: Guarded) -> None:
    """Its viewerStates, its lists and its rows are each one's own, in every event."""
    guarded = any_guarded
    query = """
    subscription Watch($after: String) {
      interactions(after: $after) {
        interaction { userAlias action target { id } post {
          viewerStates
          interactions { nodes { userAlias } }
        } }
      }
    }
    """
    stats = """
    subscription Watch {
      postStats(ids: ["p"], initial: true) {
        post { viewerStates interactions { nodes { userAlias } } }
      }
    }
    """
    states = {"ann": "FAVORITE", "bob": "HIDE"}
    start = await guarded.feed.cursor()
    async with AsyncExitStack() as stack:
        rows, watching = {}, {}
        for who in states:
            feed = guarded.of(who)
            rows[who] = await stack.enter_async_context(feed.subscribed(query, after=start))
            watching[who] = await stack.enter_async_context(feed.subscribed(stats))
            assert (await watching[who].event())["post"]["viewerStates"] == []
        for who, action in states.items():
            await guarded.record(who, action=action)

        for who, action in states.items():
            interaction = (await rows[who].event())["interaction"]
            assert interaction["userAlias"] == alias(who)
            assert interaction["action"] == action
            assert interaction["post"]["viewerStates"] == [action]
            nodes = interaction["post"]["interactions"]["nodes"]
            assert nodes == [{"userAlias": alias(who)}]
            seen: list[object] = []
            while [] in seen or not seen:  # what is committed between two reads shows in one
                post = (await watching[who].event())["post"]
                seen = [post["viewerStates"], post["interactions"]["nodes"]]
                assert seen[0] in ([], [action])
                assert seen[1] in ([], [{"userAlias": alias(who)}])


async def test_a_key_s_viewer_states_are_nobody_s(guarded: Guarded) -> None:
    """One document of a key and of a user shows the user's states to the user alone."""
    query = """subscription { postStats(ids: ["p"], initial: true) { post { viewerStates } } }"""
    await guarded.record("ann", action="FAVORITE")

    async with (
        guarded.of("admin").subscribed(query) as admin,
        guarded.of("ann").subscribed(query) as ann,
    ):
        begun = await admin.event(), await ann.event()
        await guarded.record("bob", action="HIDE")
        later = await admin.event(), await ann.event()

    shown = [[event["post"]["viewerStates"] for event in events] for events in (begun, later)]
    assert shown == [[[], ["FAVORITE"]]] * 2


@pytest.mark.slow
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("who", ["soon", "read"])
async def test_a_subscription_ends_with_its_token_or_key(
    guarded: Guarded, transport: str, who: str
) -> None:
    """When the token expires or the key is revoked, whatever flows; the others' go on."""
    start = await guarded.feed.cursor()
    async with (
        guarded.of(who).subscribed(ROWS, transport, after=start) as ended,
        guarded.of("admin").subscribed(ROWS, transport, after=start) as other,
    ):
        await guarded.record("ann")
        assert await ended.received(1) == await other.received(1) == ["RECORDED VIEW p"]
        if who == "read":
            id = guarded.credentials["read"].split("_")[1]
            assert await revoke_key(Database.at(guarded.feed.caller.url), id, system_clock())

        if transport == "websocket":
            with pytest.raises(Broken) as broken:
                await ended.payload()
            assert broken.value.args == (DENIED, ENDED)
        else:
            (error,) = await ended.errors()
            assert error == {"message": ENDED, "extensions": {"code": "UNAUTHENTICATED"}}

        await guarded.record("ann", postId="q")
        assert await other.received(1) == ["RECORDED VIEW q"]


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_key_s_subscription_ends_as_overloaded_while_keys_cannot_be_read(
    guarded: Guarded, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have been revoked and may not: its client is to come again, not to look for a key."""

    async def failing() -> list[StoredKey]:
        raise OSError("the database is away")

    start = await guarded.feed.cursor()
    async with guarded.of("read").subscribed(ROWS, transport, after=start) as ended:
        await guarded.record("ann")
        assert await ended.received(1) == ["RECORDED VIEW p"]
        monkeypatch.setattr("resolvers.keys.all_keys", failing)
        monkeypatch.setattr("resolvers.keys.STALE_S", 0.2)

        if transport == "websocket":
            with pytest.raises(Broken) as broken:
                await ended.payload()
            assert broken.value.args == (1013, DATABASE_AWAY)
        else:
            (error,) = await ended.errors()
            assert error == {"message": DATABASE_AWAY, "extensions": {"code": "OVERLOADED"}}


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_a_caller_has_so_many_subscriptions(
    sqlite_url: str, clock: FixedClock, transport: str
) -> None:
    """The settings bound each user and each key by itself; an end makes room for another."""
    bounds = {"user_subscriptions": 1, "key_subscriptions": 2}
    async for guarded in _guarded(sqlite_url, clock, **bounds):
        for who, most in (("ann", 1), ("bob", 1), ("read", 2)):
            feed = guarded.of(who)
            async with AsyncExitStack() as stack:
                for _ in range(most):
                    subscriber = await stack.enter_async_context(feed.subscribed(STATS, transport))
                    await subscriber.event()
                error = await feed.refused(STATS, transport)
                assert error["extensions"] == {"code": "OVERLOADED"}

            async def has_room(feed: Feed = feed) -> bool:
                async with feed.subscribed(STATS, transport) as subscriber:
                    return "data" in await subscriber.payload()

            await until_awaited(has_room)
