"""GraphQL over WebSocket: operations, side by side, by the graphql-transport-ws protocol."""

import logging
from typing import Any

import pytest

from graph.transport.documents.limits import Limits
from tests.support.client import FixedClock
from tests.support.live.clients import PROTOCOL, Live, Socket, serving_streams
from tests.support.live.streams import CANARY, soon
from tests.support.serving import Settling

FOLLOW = "subscription ($channel: String!) { follow(channel: $channel) }"
RECORD = """mutation { recordInteraction(input: {userId: "ann", action: VIEW, postId: "p1"}) {
  outcome
} }"""
COUNTED = 'subscription { post(id: "p1") { stats { counts { action count } } } }'


def _next(id: str, **data: Any) -> dict[str, Any]:
    return {"id": id, "type": "next", "payload": {"data": data}}


def _complete(id: str) -> dict[str, Any]:
    return {"id": id, "type": "complete"}


async def _receive(socket: Socket, count: int) -> list[dict[str, Any]]:
    return [await socket.receive() for _ in range(count)]


async def test_a_connection_begins_with_an_acknowledgement(live: Live) -> None:
    """The server speaks graphql-transport-ws, and acknowledges with or without a payload."""
    for payload in ({}, {"payload": {"token": "of no use yet"}}, {"payload": None}):
        async with live.connected(("graphql-ws", PROTOCOL)) as socket:
            await socket.send(type="connection_init", **payload)

            assert socket.connection.subprotocol == PROTOCOL
            assert await socket.receive() == {"type": "connection_ack"}


@pytest.mark.parametrize("payload", [{"a": [1, "é", None]}, None])
async def test_a_ping_is_answered_with_its_payload(
    live: Live, payload: dict[str, Any] | None
) -> None:
    """A pong carries what the ping did; pings may come before the connection is initialised."""
    ping = {"type": "ping"} if payload is None else {"type": "ping", "payload": payload}
    async with live.connected() as socket:
        await socket.send(**ping)
        early = await socket.receive()
        await socket.init()
        await socket.send(**ping)
        late = await socket.receive()

    assert early == late == {**ping, "type": "pong"}


async def test_pongs_of_the_client_go_unanswered(live: Live) -> None:
    """A pong, asked for or not, changes nothing."""
    async with live.socket() as socket:
        await socket.send(type="pong")
        await socket.send(type="pong", payload={"a": 1})

        assert await socket.is_alive()


async def test_a_query_has_one_result_and_completes(live: Live) -> None:
    """Queries are answered over the socket too, variables and operation names included."""
    payload = {
        "query": "query a($id: ID!) { post(id: $id) { postId } } query b { __typename }",
        "operationName": "a",
        "variables": {"id": "p1"},
        "extensions": {},
    }
    async with live.socket() as socket:
        await socket.send(id="é", type="subscribe", payload=payload)

        answers = await _receive(socket, 2)

    assert answers == [_next("é", post={"postId": "p1"}), _complete("é")]


async def test_a_mutation_over_the_socket_is_durable(live: Live) -> None:
    """What is recorded over a socket is read over HTTP."""
    async with live.socket() as socket:
        await socket.subscribe("1", RECORD)

        answers = await _receive(socket, 2)

    assert answers == [_next("1", recordInteraction={"outcome": "CREATED"}), _complete("1")]
    assert await live.caller.counts("p1") == {"VIEW": 1}


async def test_a_subscription_has_a_result_for_each_event(live: Live) -> None:
    """Each event is a `next`, in order; `complete` follows the last."""
    async with live.socket() as socket:
        await socket.subscribe("1", "subscription ($to: Int!) { count(to: $to) }", to=3)

        answers = await _receive(socket, 4)

    assert answers == [_next("1", count=number) for number in (1, 2, 3)] + [_complete("1")]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("subscription {", "Syntax Error: Expected Name, found <EOF>."),
        ("{ nothing }", "Cannot query field 'nothing' on type 'Query'."),
        ("subscription { count }", "Argument 'Streams.count(to:)' of type 'Int!' is required"),
        ("query a { __typename } query b { __typename }", "the document must hold exactly one"),
        ("subscription ($n: Int!) { count(to: $n) }", "Variable '$n' has invalid value: Expected"),
        ("subscription { a: count(to: 1) b: count(to: 1) }", "Anonymous Subscription must select"),
    ],
)
async def test_what_cannot_be_executed_is_an_error_of_its_operation(
    live: Live, query: str, message: str
) -> None:
    """It gets an `error` with what is wrong, no `next` and no `complete`; the socket lives."""
    async with live.socket() as socket:
        await socket.subscribe("1", query)
        id, (error,) = await socket.errors()

        assert id == "1"
        assert error["message"].startswith(message)
        assert error["extensions"] == {"code": "BAD_USER_INPUT"}
        assert await socket.is_alive()


async def test_a_field_that_fails_is_a_result_with_errors(live: Live) -> None:
    """What was executed is a `next`, whatever its fields came to."""
    async with live.socket() as socket:
        await socket.subscribe("1", '{ user(id: "") { alias } }')
        answer, end = await _receive(socket, 2)

    (error,) = answer["payload"]["errors"]
    assert (answer["type"], answer["payload"]["data"]) == ("next", {"user": None})
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "id"}
    assert end == _complete("1")


async def test_operations_run_side_by_side(live: Live) -> None:
    """The events of several streams and the answers of queries come as they happen, by id."""
    async with live.socket() as socket:
        for channel in ("a", "b"):
            await socket.subscribe(channel, FOLLOW, channel=channel)
            assert await soon(live.stage.started.get()) == channel
        answers = []
        for channel, event in (("b", 1), ("a", 1), ("a", 2), ("b", 2)):
            live.stage.send(channel, event)
            answers.append(await socket.receive())
        await socket.subscribe("c", "{ __typename }")
        answers += await _receive(socket, 2)
        live.stage.send("b", None)
        answers.append(await socket.receive())
        live.stage.send("a", 3, None)
        answers += await _receive(socket, 2)

    assert answers == [
        _next("b", follow=1),
        _next("a", follow=1),
        _next("a", follow=2),
        _next("b", follow=2),
        _next("c", __typename="Query"),
        _complete("c"),
        _complete("b"),
        _next("a", follow=3),
        _complete("a"),
    ]


async def test_a_completed_operation_is_stopped(live: Live) -> None:
    """A client's `complete` ends the stream's source in silence; its id is free at once."""
    async with live.socket() as socket:
        await socket.subscribe("1", FOLLOW, channel="a")
        assert await soon(live.stage.started.get()) == "a"
        await socket.send(id="1", type="complete")
        await socket.subscribe("1", FOLLOW, channel="b")
        assert await soon(live.stage.ended.get()) == "a"
        live.stage.send("a", 1)
        live.stage.send("b", 2)

        assert await socket.receive() == _next("1", follow=2)


async def test_completing_what_is_not_under_way_changes_nothing(live: Live) -> None:
    """`complete` may cross the server's own on its way."""
    async with live.socket() as socket:
        await socket.send(id="1", type="complete")
        await socket.subscribe("1", "{ __typename }")
        await _receive(socket, 2)
        await socket.send(id="1", type="complete")

        assert await socket.is_alive()


@pytest.mark.parametrize("leave", ["close", "vanish"])
async def test_a_client_that_leaves_stops_its_streams(live: Live, leave: str) -> None:
    """Every stream of a connection ends with it, whether it is closed or lost."""
    async with live.socket() as socket:
        for channel in ("a", "b"):
            await socket.subscribe(channel, FOLLOW, channel=channel)
            await soon(live.stage.started.get())
        if leave == "vanish":
            socket.vanish()
        else:
            await socket.connection.close()

        assert {await soon(live.stage.ended.get()) for _ in range(2)} == {"a", "b"}


async def test_an_id_is_free_once_its_operation_is_over(live: Live) -> None:
    """After `complete` or `error` came for an id, it may be used again."""
    async with live.socket() as socket:
        for _ in range(3):
            await socket.subscribe("1", "{ __typename }")
            assert await _receive(socket, 2) == [_next("1", __typename="Query"), _complete("1")]
            await socket.subscribe("1", "{")
            assert (await socket.errors())[0] == "1"


async def test_a_socket_holds_so_many_operations_at_once(
    settings: Settling, clock: FixedClock
) -> None:
    """One more than the limit is an OVERLOADED error of its own; with one less, it is taken."""
    async with (
        serving_streams(settings(limits=Limits(streams=2)), clock) as live,
        live.socket() as socket,
    ):
        for channel in ("a", "b"):
            await socket.subscribe(channel, FOLLOW, channel=channel)
            await soon(live.stage.started.get())
        await socket.subscribe("c", "{ __typename }")
        id, (error,) = await socket.errors()
        await socket.send(id="a", type="complete")
        assert await soon(live.stage.ended.get()) == "a"
        await socket.subscribe("c", "{ __typename }")
        taken = await _receive(socket, 2)

    assert id == "c"
    assert error["message"] == "2 operations are under way on this connection"
    assert error["extensions"] == {"code": "OVERLOADED"}
    assert taken == [_next("c", __typename="Query"), _complete("c")]


async def test_a_fault_in_mid_stream_is_masked(
    live: Live, caplog: pytest.LogCaptureFixture
) -> None:
    """It ends its operation with an error that says nothing of it; the log says it once, by id."""
    async with live.socket() as socket:
        await socket.subscribe("1", "subscription { fail(after: 1) }")
        first = await socket.receive()
        id, (error,) = await socket.errors()
        assert await socket.is_alive()

    (logged,) = [each for each in caplog.records if each.levelno >= logging.WARNING]
    request_id = error["extensions"].pop("requestId")
    assert (first, id) == (_next("1", fail=1), "1")
    assert error == {
        "message": "something went wrong; the server's log tells what, under this request id",
        "extensions": {"code": "INTERNAL"},
    }
    assert f"request {request_id} failed" in logged.getMessage()
    assert logged.exc_info is not None
    assert str(logged.exc_info[1]) == CANARY


async def test_a_source_s_own_words_reach_the_client(live: Live) -> None:
    """A stream that refuses its input ends with the code and the message of that."""
    async with live.socket() as socket:
        await socket.subscribe("1", "subscription { refuse(after: 0) }")
        _, (error,) = await socket.errors()

    assert error["message"] == "after: got too far"
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": "after"}


async def test_every_event_is_read_afresh(live: Live) -> None:
    """What was loaded for one event or operation is not shown in the next one."""
    one, two = ([{"action": "VIEW", "count": count}] for count in (1, 2))
    read = '{ post(id: "p1") { stats { counts { action count } } } }'
    async with live.socket() as socket:
        await socket.subscribe("1", COUNTED)
        await soon(live.stage.started.get())
        for counts in (one, two):
            await live.caller.data(RECORD)
            live.stage.send("p1", 0)
            assert await socket.receive() == _next("1", post={"stats": {"counts": counts}})
            await socket.subscribe("2", read)
            answer, _ = await _receive(socket, 2)
            assert answer == _next("2", post={"stats": {"counts": counts}})
