"""Rates: how many operations a caller may send in a time, and what it hears beyond."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from graph.access.rates import Rates
from graph.config.settings import BadSettings, Settings
from resolvers.caller import Caller, Scope
from tests.support.access.callers import SCOPES, TOKEN_SECRET, Guarded, serving_guarded, token
from tests.support.pasts import everything
from tests.support.serving import SECRET

READ = '{ post(id: "p") { postId } }'
RECORD = 'mutation { recordInteraction(input: {action: VIEW, postId: "p"}) { outcome } }'
SLOW_DOWN = "more operations than are allowed in a time; try again later"
REFUSED = {"message": SLOW_DOWN, "extensions": {"code": "OVERLOADED"}}


@asynccontextmanager
async def _limited(url: str, **rates: str) -> AsyncIterator[Guarded]:
    settings = Settings(url, SECRET, token_secret=TOKEN_SECRET, **rates)  # type: ignore[arg-type]
    async with serving_guarded(settings, *SCOPES) as guarded:
        yield guarded


async def _statuses(guarded: Guarded, who: str, count: int, query: str = READ) -> list[int]:
    return [(await guarded.post(who, query)).status for _ in range(count)]


async def test_beyond_a_users_rate_it_is_429(sqlite_url: str) -> None:
    """With how many seconds to wait, over HTTP in each form; nothing of it is executed."""
    async with _limited(sqlite_url, user_rate="3/hour") as guarded:
        assert await _statuses(guarded, "ann", 3, RECORD) == [200] * 3
        before = await everything(sqlite_url)

        for transport in ("post", "get", "sse"):
            query = READ if transport == "get" else RECORD
            reply = await guarded.ask(transport, "ann", query)

            assert reply.status == 429
            assert reply.body == {"errors": [REFUSED]}
            assert 1 <= int(reply.headers["retry-after"]) <= 7200
        assert await everything(sqlite_url) == before


async def test_users_do_not_share_a_rate(sqlite_url: str) -> None:
    """One who is over it keeps no other out; the tokens of one count together."""
    async with _limited(sqlite_url, user_rate="2/hour") as guarded:
        others = [token("ann", number=number) for number in range(4)]
        statuses = [(await guarded.post(each, READ)).status for each in others]

        assert statuses == [200, 200, 429, 429]
        assert await _statuses(guarded, "bob", 3) == [200, 200, 429]


async def test_each_operation_of_a_websocket_counts(sqlite_url: str) -> None:
    """Beyond the rate it is an error of that operation, and the connection stays."""
    async with _limited(sqlite_url, user_rate="2/hour") as guarded, guarded.line("ann") as line:
        replies = [await line.ask(RECORD) for _ in range(4)]

        assert [reply.outcome for reply in replies] == ["yes", "yes", "OVERLOADED", "OVERLOADED"]
        assert replies[2].body == {"errors": [REFUSED]}
        await line.send(type="ping")
        assert await line.receive() == {"type": "pong"}
        assert await _statuses(guarded, "ann", 1) == [429]


async def test_keys_have_a_rate_where_it_is_set(sqlite_url: str) -> None:
    """Each its own; admin keys are free."""
    async with _limited(sqlite_url, key_rate="2/hour", user_rate="") as guarded:
        assert await _statuses(guarded, "read", 3) == [200, 200, 429]
        assert await _statuses(guarded, "record", 3, READ) == [200, 200, 429]
        assert await _statuses(guarded, "admin", 6) == [200] * 6
        assert await _statuses(guarded, "ann", 6) == [200] * 6


async def test_keys_are_free_unless_it_is_set(sqlite_url: str) -> None:
    """While users have a rate by default."""
    async with _limited(sqlite_url) as guarded:
        assert await _statuses(guarded, "read", 30) == [200] * 30
    assert Settings(sqlite_url).user_rate == "1200/minute"
    assert Settings(sqlite_url).key_rate == ""


async def test_what_is_refused_counts_for_nobody_else(sqlite_url: str) -> None:
    """A forged token of Ann's, however often, takes nothing from her."""
    async with _limited(sqlite_url, user_rate="2/hour") as guarded:
        forged = token("ann", key="another secret of thirty-two letters")
        for _ in range(5):
            assert (await guarded.post(forged, READ)).status == 401

        assert await _statuses(guarded, "ann", 2) == [200, 200]


@pytest.mark.parametrize("rate", ["1/minute", "3/minute", "1200/minute", "2/10 second", "5/second"])
@pytest.mark.parametrize("start", [1_000_000.25, 1_000_015.3, 1_000_019.9])
def test_who_waits_as_long_as_told_is_let_in(
    monkeypatch: pytest.MonkeyPatch, rate: str, start: float
) -> None:
    """Each time, however often the rate was used up before; and no wait is longer than needed."""
    now = start
    monkeypatch.setattr("time.time", lambda: now)
    rates, caller = Rates("", rate), Caller("u_0123456789abcdef", frozenset({Scope.USER}))

    for _ in range(10):
        while not (wait_s := rates.wait_s(caller)):
            pass
        now += wait_s - 1
        assert wait_s == 1 or rates.wait_s(caller) > 0
        now += 1
        assert rates.wait_s(caller) == 0


@pytest.mark.parametrize(
    "text",
    ["-1/minute", "many", "", "5", "0/minute", "1/minute;2/hour"],
)
@pytest.mark.parametrize("name", ["TRAILMARK_KEY_RATE", "TRAILMARK_USER_RATE"])
def test_rates_that_are_none_are_refused_at_the_start(name: str, text: str) -> None:
    """As is one of 0, which would let nobody in, and several, of which one would be forgotten."""
    with pytest.raises(BadSettings) as refused:
        Settings.read({name: text})

    assert str(refused.value).startswith(f"{name} is {text!r}; allowed are rates such as")


@pytest.mark.parametrize("text", ["none", "off", "NONE"])
def test_a_rate_can_be_none(text: str) -> None:
    """For servers behind something that limits already."""
    assert Settings.read({"TRAILMARK_USER_RATE": text}).user_rate == ""
