"""What one client holds: its messages, its subscriptions and its exports are bounded."""

import gc

import pytest

from graph.transport.requests import Parameters
from tests.support.live.clients import Live
from tests.support.live.streams import soon

FOLLOW = 'subscription { follow(channel: "a") }'


@pytest.mark.parametrize(("size", "is_taken"), [(8_000, True), (9_000, False)])
async def test_the_first_message_is_short(live: Live, size: int, is_taken: bool) -> None:
    """Of someone unknown no more than 8 KiB are read at once."""
    async with live.connected() as socket:
        await socket.send(type="connection_init", payload={"padding": "a" * size})

        if is_taken:
            assert await socket.receive() == {"type": "connection_ack"}
        else:
            reason = "before connection_ack a message has at most 8192 bytes"
            assert await socket.end() == (1009, reason)


async def test_pings_are_answered_a_hundred_times_a_second(live: Live) -> None:
    """A client that sends many more is hung up on."""
    async with live.socket() as socket:
        for _ in range(400):
            await socket.send(type="ping")
        for _ in range(100):
            assert await socket.receive() == {"type": "pong"}

        assert await socket.end() == (4429, "more than 100 pings in a second")


async def test_an_id_has_at_most_128_characters(live: Live) -> None:
    """The reason says how many there were."""
    async with live.socket() as socket:
        await socket.subscribe("a" * 129, "{ __typename }")

        reason = "`id` has 129 characters; allowed are at most 128"
        assert await socket.end() == (4400, reason)


async def test_a_subscription_keeps_no_variable_that_it_does_not_use(live: Live) -> None:
    """Nor the request that it came in, for as long as it goes on."""
    async with live.socket() as socket:
        await socket.subscribe("1", FOLLOW, unused="canary " * 10_000)
        assert await soon(live.stage.started.get()) == "a"

        gc.collect()
        kept = [each for each in gc.get_objects() if type(each) is Parameters]
        assert [each for each in kept if "unused" in each.variables] == []


async def test_a_long_document_is_no_subscription(live: Live) -> None:
    """Its text would be kept for as long as it goes on."""
    async with live.socket() as socket:
        await socket.subscribe("1", FOLLOW + " " * 16_384)

        _, (error,) = await socket.errors()

    told = "the document has 16421 characters; a subscription's has at most 16384"
    assert error["message"] == told
