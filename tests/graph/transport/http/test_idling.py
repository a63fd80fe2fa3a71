"""Idle connections: closed after a while, also those answered before their body was there."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from graph.server.app import create_app
from graph.transport.documents.limits import Limits
from graph.transport.http.replies import Head, Reply
from tests.support.access.callers import TOKEN_SECRET
from tests.support.client import FixedClock
from tests.support.live.clients import listening
from tests.support.live.streams import soon
from tests.support.live.wire import BODY, Wire
from tests.support.serving import Settling

KEPT_S = 0.3
LIMIT = 200


@pytest.mark.parametrize(
    ("secret", "early", "status"),
    [(TOKEN_SECRET, 0, b"401"), (None, LIMIT + 1, b"413")],
    ids=["401", "413"],
)
async def test_a_body_that_comes_after_its_answer_leaves_an_idle_connection(
    settings: Settling, secret: str | None, early: int, status: bytes
) -> None:
    """Which is closed as any other: whoever has no credentials would hold it for ever."""
    body, limits = BODY.ljust(LIMIT * 2), Limits(body_bytes=LIMIT)
    app = create_app(settings(token_secret=secret, limits=limits), FixedClock())
    async with listening(app, keep_alive_s=KEPT_S) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        wire.send_head(length=len(body))
        wire.send_body(body[:early])
        first, _, _ = await soon(wire.response())
        wire.send_body(body[early:])

        assert first.split()[1] == status
        assert await soon(wire.is_closed())
        wire.close()


async def test_what_follows_such_a_body_is_not_hung_up_on() -> None:
    """A request in the same piece as the body's end may take longer than an idle connection."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] == "GET":
            await asyncio.sleep(KEPT_S * 2)
        await Reply(Head(200, {}), scope["method"].encode())(scope, receive, send)

    app = Starlette(routes=[Mount("/", answer)])
    async with listening(app, keep_alive_s=KEPT_S) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        wire.send_head()
        early = await soon(wire.response())
        wire.send_raw(BODY + b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        late = await soon(wire.response())

        assert (early[2], late[2]) == (b"POST", b"GET")
        assert await soon(wire.is_closed())
        wire.close()
