"""Extents: how much JSON from a client may hold, looked at before anything is made of it."""

import asyncio
import gc
import time
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from graph.transport.requests import Malformed, from_json

LARGE_BYTES = 64 * 1024
"""Texts beyond this are read in a thread, so that others are answered meanwhile."""

ITEMS = 2_048
"""Items of one list, or fields of one object: metadata of 4 KiB may hold as many."""

VALUES = 200_000
"""Values in all: 1 000 inputs with all their fields, 30 hashtags each, and metadata."""

_RESTS = 3.0
"""How many times as long as it has read the thread rests: reading holds all of Python up."""

_COLLECTED_BYTES = 8 * 1024 * 1024
"""Of large texts, after which what they left is looked for.

Errors of graphql-core hold what they were about in reference cycles, and Python looks for those by
itself only after millions of objects.
"""

_PIECE = 64 * 1024
_UNMARKED = bytes(byte for byte in range(256) if byte not in b'",[]{}')
_NAMED_DEPTH = 2
"""How deep fields are named: `variables.inputs`, or those of a REST body."""


class TooMany(Malformed):
    """A JSON text holds more values than are looked at; says where and what is allowed."""


async def read_json(text: bytes | str, what: str) -> Any:
    """The value of a JSON text; a small one cannot hold too much and is not searched.

    Raises:
        Malformed: it is none, or nested or numbered beyond what can be held.
        TooMany: it is large and holds too many values, in one place or in all.
    """
    if len(text) <= LARGE_BYTES:
        return from_json(text, what)
    return await _large_texts().read(text, what)


@cache
def _large_texts() -> "_LargeTexts":
    return _LargeTexts()


class _LargeTexts:
    """The one thread that reads large texts, one after another.

    While orjson reads, no other thread goes on: 50 ms for what is allowed. With a rest after each,
    whoever else is answered meets that once at most.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="texts")
        self._rests_until = 0.0
        self._uncollected = 0

    async def read(self, text: bytes | str, what: str) -> Any:
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, self._read, text, what
        )

    def _read(self, text: bytes | str, what: str) -> Any:
        time.sleep(max(0.0, self._rests_until - time.monotonic()))
        begun = time.thread_time()
        try:
            self._collect(len(text))
            encoded = text.encode(errors="surrogatepass") if isinstance(text, str) else text
            if holds_more(encoded, VALUES):
                raise _too_many(what)
            value = from_json(text, what)
            check_extent(value, what)
            return value
        finally:
            took = time.thread_time() - begun
            self._rests_until = time.monotonic() + _RESTS * took

    def _collect(self, size: int) -> None:
        self._uncollected += size
        if self._uncollected > _COLLECTED_BYTES:
            self._uncollected = 0
            gc.collect()


def holds_more(text: bytes, values: int, piece_bytes: int = _PIECE) -> bool:
    """Whether a JSON text certainly holds more values than this; looked at piece by piece.

    Each list and object that is not empty holds one more value than it has commas. What looks
    empty once all but marks and texts is gone counts as empty, so there may be more values, and
    one that begins at the end of a piece does not count.
    """
    found = end = 0
    inside = False
    while end < len(text) and found <= values:
        start, end = end, _piece_end(text, end + piece_bytes)
        piece = text[start:end].replace(b"\\\\", b"").replace(b'\\"', b"")
        parts = piece.translate(None, _UNMARKED).split(b'"')
        marks = b'"'.join(parts[inside::2])
        inside ^= len(parts) % 2 == 0
        opened = marks.count(b"[") + marks.count(b"{") - marks.count(b"[]") - marks.count(b"{}")
        found += marks.count(b",") + opened - 1
    return found > values


def _piece_end(text: bytes, end: int) -> int:
    """The end of a piece that is no escape, as what it escapes belongs to the same piece."""
    while text[end - 1 : end] == b"\\":
        following = text[end : end + _PIECE]
        end += max(1, len(following) - len(following.lstrip(b"\\")))
    return end


def check_extent(value: Any, what: str) -> None:
    """Refuse a value that holds too many others.

    Raises:
        TooMany: it does.
    """
    values = 0
    waiting = [(what, value, 0)]
    while waiting:
        name, outer, depth = waiting.pop()
        if not isinstance(outer, dict | list):
            continue
        values += len(outer)
        if len(outer) > ITEMS:
            raise TooMany(f"{name}: got {len(outer)} items; allowed are at most {ITEMS}")
        if values > VALUES:
            raise _too_many(what)
        if isinstance(outer, list):
            waiting.extend((name, inner, depth) for inner in outer)
        elif depth < _NAMED_DEPTH:
            prefix = "" if depth == 0 else f"{name}."
            waiting += [(f"{prefix}{key[:64]}", inner, depth + 1) for key, inner in outer.items()]
        else:
            waiting.extend((name, inner, depth) for inner in outer.values())


def _too_many(what: str) -> TooMany:
    return TooMany(f"{what}: got more values; allowed are at most {VALUES} in all")
