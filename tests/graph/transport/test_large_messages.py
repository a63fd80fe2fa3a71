"""Messages that are too large: whoever sends one learns why, also in the midst of sending it."""

import json
from contextlib import suppress

import pytest
from websockets.exceptions import ConnectionClosed

from tests.support.live.clients import Live
from tests.support.live.streams import soon

MEBIBYTE = 2**20
MESSAGE = json.dumps({"id": "1", "type": "subscribe", "payload": {"query": "{ __typename }"}})


@pytest.mark.parametrize("size", [4 * MEBIBYTE + 1, 5 * MEBIBYTE, 64 * MEBIBYTE])
@pytest.mark.parametrize("fragments", [1, 64])
async def test_a_message_that_is_too_large_is_closed_with_1009(
    live: Live, size: int, fragments: int
) -> None:
    """However large it is, and in however many frames it comes; others go on being answered."""
    text = MESSAGE.ljust(size)
    step = -(-size // fragments)
    frames = [text[start : start + step] for start in range(0, size, step)]
    async with live.socket() as socket, live.socket() as other:
        with suppress(ConnectionClosed):  # at whichever frame it learns of it
            await soon(socket.connection.send(frames))
        with pytest.raises(ConnectionClosed):
            await soon(socket.connection.recv())

        assert socket.connection.close_code == 1009
        assert await other.is_alive()


async def test_a_message_of_the_limit_is_taken(live: Live) -> None:
    """Four mebibytes, as of a body."""
    async with live.socket() as socket:
        await socket.connection.send(MESSAGE.ljust(4 * MEBIBYTE))

        assert (await socket.receive())["type"] == "next"
