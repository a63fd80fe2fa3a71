"""Attacks by heads: endless ones, and values that a server might remember."""

import itertools
import os

from bench.soak.attacks.wire import Target, exchange, head, operation, posted

_MIB = 2**20
_NUMBERS = itertools.count()


async def endless_header(target: Target) -> str:
    """69 MiB in one header."""
    return await exchange(target, _beginning(b"X-Long: "), *([b"a" * _MIB] * 69))


async def endless_headers(target: Target) -> str:
    """2 000 000 headers."""
    return await exchange(target, _beginning(), *([b"X: y\r\n" * 20_000] * 100))


async def endless_address(target: Target) -> str:
    """69 MiB in the first line."""
    return await exchange(target, b"GET /", *([b"a" * _MIB] * 69))


async def large_accepts(target: Target) -> str:
    """8 MiB values of Accept, each another, as before they were too large to be read."""
    return await exchange(target, _beginning(b"Accept: %d/" % next(_NUMBERS)), b"a" * 8 * _MIB)


async def distinct_values(target: Target) -> str:
    """60 kB values, each another, of each header that the server reads."""
    name = next(_NAMES)
    value = f"{name}: {next(_NUMBERS)}/{'a' * 60_000}, */*"
    return await exchange(target, posted(operation("{ feedCursor }"), target.of_key(), value))


async def many_small_values(target: Target) -> str:
    """Values of Accept that differ and are short, hundreds in a header."""
    kinds = ",".join(f"{os.urandom(6).hex()}/*;q=0.{n}" for n in range(500))
    return await exchange(target, head("GET /graphql", f"Accept: {kinds}", target.of_key()))


def _beginning(last: bytes = b"") -> bytes:
    return b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n" + last


_NAMES = itertools.cycle(
    (
        "Accept",
        "Accept-Encoding",
        "Origin",
        "Content-Type",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "Forwarded",
        "Last-Event-ID",
        "Cookie",
    )
)
