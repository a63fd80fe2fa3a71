"""Subscriptions over multipart, as Apollo's clients ask for them."""

import json
from typing import Any

import httpx
import pytest

from graph.transport.http.multipart import accepted_boundary
from tests.support.client import FixedClock
from tests.support.live.clients import Live, serving_streams
from tests.support.live.streams import CANARY, soon
from tests.support.serving import Settling

WEB = (
    "multipart/mixed;boundary=graphql;subscriptionSpec=1.0,"
    "application/graphql-response+json,application/json;q=0.9"
)
KOTLIN = "multipart/mixed;subscriptionSpec=1.0, application/graphql-response+json, application/json"
IOS = 'multipart/mixed;boundary="-";subscriptionSpec=1.0,application/json'
DEFER = "multipart/mixed;deferSpec=20220824, application/graphql-response+json, application/json"
COUNT = "subscription ($to: Int!) { count(to: $to) }"
FOLLOW = "subscription ($channel: String!) { follow(channel: $channel) }"
HEARTBEAT = "\r\ncontent-type: application/json\r\n\r\n{}\r\n--graphql"


def _streamed(live: Live, query: str, accept: str = WEB, **variables: Any) -> Any:
    """The response to an operation of a client that sends an Accept header."""
    sent = {"query": query, "variables": variables}
    return live.http.stream("POST", "/graphql", json=sent, headers={"Accept": accept})


async def _parts(live: Live, query: str, **variables: Any) -> list[Any]:
    """The parts of the whole response to an operation, but for the heartbeat that opens it."""
    async with _streamed(live, query, **variables) as response:
        text = (await soon(response.aread())).decode()
    assert text.startswith("\r\n--graphql" + HEARTBEAT)
    assert text.endswith("\r\n--graphql--\r\n")
    _, first, *others, _ = text.split("\r\n--graphql")
    assert first.endswith("\r\n\r\n{}")
    return [json.loads(part.partition("\r\n\r\n")[2]) for part in others]


@pytest.mark.parametrize(
    ("accept", "boundary"),
    [
        (WEB, "graphql"),
        (KOTLIN, "graphql"),
        (IOS, "-"),
        ("Multipart/Mixed; SubscriptionSpec=1.0", "graphql"),
        ('multipart/mixed; boundary="a b\\r\\n"; subscriptionSpec="1.0"', "graphql"),
        ("multipart/mixed;subscriptionSpec=1.0;q=0", None),
        ("multipart/mixed;subscriptionSpec=2.0", None),
        ("multipart/mixed", None),
        (DEFER, None),
        ("multipart/*, */*", None),
        ("", None),
    ],
)
def test_clients_say_that_they_take_it(accept: str, boundary: str | None) -> None:
    """By the version of the protocol, and perhaps with a boundary of theirs."""
    assert accepted_boundary(accept) == boundary


@pytest.mark.parametrize(
    ("accept", "boundary"), [(WEB, "graphql"), (KOTLIN, "graphql"), (IOS, "-")]
)
async def test_each_answer_is_a_part(live: Live, accept: str, boundary: str) -> None:
    """An empty object opens the stream, the boundary that ends a part comes with it."""
    async with _streamed(live, COUNT, accept, to=2) as response:
        content = (await soon(response.aread())).decode()

    assert response.status_code == 200
    assert response.headers["content-type"] == (
        f'multipart/mixed;boundary="{boundary}";subscriptionSpec=1.0'
    )
    assert response.headers["x-accel-buffering"] == "no"
    part = f"\r\ncontent-type: application/json\r\n\r\n%s\r\n--{boundary}"
    assert content == (
        f"\r\n--{boundary}"
        + part % "{}"
        + part % '{"payload":{"data":{"count":1}}}'
        + part % '{"payload":{"data":{"count":2}}}'
        + "--\r\n"
    )


async def test_parts_come_as_they_happen(live: Live) -> None:
    """Each with the boundary by which a client sees its end."""
    async with _streamed(live, FOLLOW, channel="a") as response:
        texts = response.aiter_text()
        assert await soon(anext(texts)) == "\r\n--graphql" + HEARTBEAT
        live.stage.send("a", 1)
        answer = '{"payload":{"data":{"follow":1}}}'
        assert await soon(anext(texts)) == HEARTBEAT.replace("{}", answer)
        live.stage.send("a", None)
        assert await soon(anext(texts)) == "--\r\n"


async def test_a_silence_is_broken(live: Live, monkeypatch: pytest.MonkeyPatch) -> None:
    """By empty objects, which clients pass over."""
    monkeypatch.setattr("graph.transport.http.multipart.HEARTBEAT_S", 0.01)
    async with _streamed(live, FOLLOW, channel="a") as response:
        texts = response.aiter_text()
        await soon(anext(texts))

        assert await soon(anext(texts)) in (HEARTBEAT, 2 * HEARTBEAT)


async def test_what_one_event_comes_to_is_in_its_payload(live: Live) -> None:
    """Errors of an event are beside its data, and the subscription goes on or ends by itself."""
    first, failed = await _parts(live, "subscription { fail(after: 1) }")

    assert first == {"payload": {"data": {"fail": 1}}}
    assert failed["payload"] is None
    (error,) = failed["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert CANARY not in str(failed)


async def test_what_ends_a_subscription_is_beside_a_null_payload(
    settings: Settling, clock: FixedClock
) -> None:
    """As when there are as many as may be: clients then subscribe anew, or tell."""
    settled = settings(user_subscriptions=1, key_subscriptions=1)
    async with (
        serving_streams(settled, clock) as live,
        _streamed(live, FOLLOW, channel="a") as response,
    ):
        await soon(anext(response.aiter_text()))
        await soon(live.stage.started.get())

        (refused,) = await _parts(live, COUNT, to=1)

    assert refused["payload"] is None
    assert refused["errors"][0]["extensions"]["code"] == "OVERLOADED"


async def test_what_is_no_subscription_is_answered_in_json(live: Live) -> None:
    """Queries have one answer, and so has what cannot be executed."""
    async with _streamed(live, "{ __typename }", KOTLIN) as response:
        content = await soon(response.aread())
    async with _streamed(live, "subscription { nothing }", KOTLIN) as refused:
        await soon(refused.aread())

    kind = "application/graphql-response+json; charset=utf-8"
    assert (response.headers["content-type"], refused.headers["content-type"]) == (kind, kind)
    assert content == b'{"data":{"__typename":"Query"}}'
    assert refused.status_code == 400


async def test_a_stream_needs_the_right_version(live: Live) -> None:
    """Who takes only deferred answers is told how a subscription can be had."""
    async with _streamed(live, COUNT, DEFER, to=1) as response:
        (error,) = json.loads(await soon(response.aread()))["errors"]

    assert error["message"] == (
        "subscriptions are answered over WebSocket or, if accepted first, text/event-stream, "
        "or multipart/mixed;subscriptionSpec=1.0"
    )


async def test_head_opens_no_stream(live: Live) -> None:
    """It tells the headers alone."""
    params = {"query": 'subscription { follow(channel: "a") }'}
    answer: httpx.Response = await soon(
        live.http.head("/graphql", params=params, headers={"Accept": KOTLIN})
    )

    assert answer.headers["content-type"].startswith("multipart/mixed")
    assert live.stage.started.empty()
