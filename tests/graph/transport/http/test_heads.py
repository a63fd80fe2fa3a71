"""Heads that came before: a request with one is answered as if it had been parsed."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

import pytest

from graph.server.app import create_app
from graph.server.connections.cycle import Cycle
from graph.server.connections.heads import HEAD_BYTES, HEADS, Head, Heads
from graph.transport.requests import NOTES
from tests.support.client import FixedClock
from tests.support.live.clients import listening
from tests.support.live.wire import BODY, Wire
from tests.support.serving import Settling

ANSWER = b'{"data":{"__typename":"Query"}}'
OTHER = BODY + b"  "


def _request(*headers: str, body: bytes = BODY) -> bytes:
    """A posted operation as it is sent at once."""
    lines = ["POST /graphql HTTP/1.1", "Host: localhost", "Content-Type: application/json"]
    head = "\r\n".join([*lines, *headers, f"Content-Length: {len(body)}"])
    return head.encode() + b"\r\n\r\n" + body


async def test_the_same_head_gets_the_same_answer(wire: Wire) -> None:
    """With bodies of any length, in one piece or two, one by one or all at once."""
    found = []
    for body in (BODY, BODY, OTHER, BODY, OTHER):
        wire.send_raw(_request(body=body))
        found.append(await wire.response())
    whole = _request()
    wire.send_raw(whole[:-7])
    await wire.drained()
    wire.send_raw(whole[-7:] + whole + _request(body=OTHER))
    found += [await wire.response() for _ in range(3)]

    assert {(first, body) for first, _, body in found} == {(b"HTTP/1.1 200 OK", ANSWER)}
    assert len({headers.pop(b"x-request-id") for _, headers, _ in found}) == len(found)
    assert all(headers == found[0][1] for _, headers, _ in found)


async def test_what_comes_behind_a_known_head_is_parsed(wire: Wire) -> None:
    """What is no HTTP is refused, after the answer to what was asked before it."""
    for _ in range(2):
        wire.send_raw(_request())
        await wire.response()

    wire.send_raw(_request() + b"nonsense\r\n\r\n")

    assert (await wire.response())[2] == ANSWER
    assert (await wire.response())[0] == b"HTTP/1.1 400 Bad Request"
    assert await wire.is_closed()


@pytest.mark.parametrize(
    ("header", "first"),
    [
        ("X-Forwarded-For: 192.0.2.1", b"HTTP/1.1 403 Forbidden"),
        ("Origin: https://pages.example", b"HTTP/1.1 403 Forbidden"),
        ("Content-Encoding: br", b"HTTP/1.1 415 Unsupported Media Type"),
    ],
)
async def test_what_was_refused_is_refused_again(wire: Wire, header: str, first: bytes) -> None:
    """And nobody else is for it."""
    for _ in range(3):
        wire.send_raw(_request(header))
        assert (await wire.response())[0] == first
        wire.send_raw(_request())
        assert (await wire.response())[2] == ANSWER


async def test_a_key_that_is_made_is_asked_for_at_once(settings: Settling) -> None:
    """Whoever came without one before, with the very same head, is refused from then on."""
    app: Any = create_app(settings(), FixedClock())
    async with listening(app) as port:
        wire = Wire(*await asyncio.open_connection("127.0.0.1", port))
        statuses = []
        for keys in ({}, {}, {"id": object()}):
            _access(app).keyring._keys = keys
            wire.send_raw(_request())
            statuses.append((await wire.response())[0])
        wire.close()

    assert statuses == [b"HTTP/1.1 200 OK"] * 2 + [b"HTTP/1.1 401 Unauthorized"]


def _access(app: Any) -> Any:
    return app._direct._engine.authenticate.__self__


def _cycle(headers: list[tuple[bytes, bytes]], *, keep_alive: bool = True) -> Cycle:
    names = ("method", "path", "raw_path", "query_string")
    scope: dict[str, Any] = {**dict.fromkeys(names), "headers": headers}
    found = SimpleNamespace(scope=scope, keep_alive=keep_alive)
    return cast("Cycle", found)


def _kept(data: bytes, *names: bytes, keep_alive: bool = True) -> Head | None:
    """What is found of a request that was parsed, with its length and these headers."""
    length = b"%d" % len(data.partition(b"\r\n\r\n")[2])
    headers = [(b"content-length", length), *((name, b"") for name in names)]
    heads = Heads()
    heads.keep(data, _cycle(headers, keep_alive=keep_alive))
    return heads.find(data)


def test_a_head_is_kept_with_what_is_noted_of_it() -> None:
    """It is found for bodies of its length alone."""
    data = _request()
    heads = Heads()
    heads.keep(data, _cycle([(b"content-length", b"%d" % len(BODY))]))

    head = heads.find(data)
    assert head is not None
    head.scope[NOTES]["seen"] = True
    assert heads.find(data[:-1] + b"x") is head
    assert heads.find(data[:-1]) is heads.find(data + b"x") is heads.find(b"") is None


def test_what_is_answered_otherwise_or_never_comes_again_is_not_kept() -> None:
    """Nor is what ends its connection, asks for something else, or is long."""
    assert _kept(_request(), b"accept") is not None
    for name in (b"expect", b"traceparent", b"transfer-encoding", b"x-request-id"):
        assert _kept(_request(), name) is None
    assert _kept(_request(), keep_alive=False) is None
    assert _kept(_request().replace(b"/graphql", b"/other")) is None
    assert _kept(_request(f"X: {'x' * HEAD_BYTES}")) is None


def test_only_so_many_heads_are_kept() -> None:
    """The oldest goes first."""
    heads = Heads()
    length = (b"content-length", b"%d" % len(BODY))
    requests = [_request(f"X: {number}") for number in range(HEADS + 1)]
    for data in requests:
        heads.keep(data, _cycle([length]))

    assert [each for each in requests if heads.find(each) is None] == requests[:1]
