"""Attacks by noise: bytes that are no HTTP, and credentials that are none."""

import base64
import itertools
import json
import os
import time

import jwt

from bench.soak.attacks.wire import Target, exchange, head, operation, posted

_QUERY = operation("{ feedCursor }")


async def malformed_http(target: Target) -> str:
    """First lines, headers and lengths that cannot be read, or can be in two ways."""
    return await exchange(target, next(_MALFORMED))


async def random_bytes(target: Target) -> str:
    """64 KiB at random, after nothing or after the beginning of a request."""
    beginning = next(_BEGINNINGS)
    return await exchange(target, beginning, os.urandom(65_536))


async def unknown_keys(target: Target) -> str:
    """Keys that look as keys do, each another."""
    key = target.key[:-24] + base64.urlsafe_b64encode(os.urandom(18)).decode()
    return await _with(target, key)


async def forged_tokens(target: Target) -> str:
    """Tokens that others signed, that name other algorithms, or that are none."""
    claims = {"sub": os.urandom(8).hex(), "exp": time.time() + 600}
    forged = (
        jwt.encode(claims, os.urandom(32), "HS256"),
        jwt.encode(claims, "", "none"),
        jwt.encode(claims, os.urandom(32), "HS256", {"kid": os.urandom(8).hex()}),
        jwt.encode({**claims, "x": "a" * 5_000}, os.urandom(32), "HS256"),
        target.token[:-5] + os.urandom(3).hex(),
        "e30." * 2_000,
        json.dumps(claims),
    )
    return await _with(target, forged[next(_NUMBERS) % len(forged)])


async def _with(target: Target, credentials: str) -> str:
    return await exchange(target, posted(_QUERY, f"Authorization: Bearer {credentials}"))


_NUMBERS = itertools.count()
_BEGINNINGS = itertools.cycle((b"", b"GET /graphql ", head("POST /graphql"), b"\x16\x03\x01\x02"))
_MALFORMED = itertools.cycle(
    (
        b"GET / HTTP/9.9\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost : x\r\n\r\n",
        b"GET / HTTP/1.1\r\n\x00: x\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /graphql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /graphql HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"CONNECT x:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    )
)
