"""The steady caller: it asks at set moments, so that it feels each pause of the server.

A wait counts from the moment when a request was due, whether or not the one before it was answered.
"""

import asyncio
import itertools
import os
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.databases.filling import HOT_USER
from bench.soak.attacks.wire import Target, operation

CLIENTS = 16
PERIOD_S = 0.2
"""Between two requests of a client; together they ask 80 times in a second."""

GRACE_S = 15.0
"""How much longer than planned it waits for answers."""

_SHOWN = 100  # of an answer that is none

_RECORD = "mutation ($v: RecordInteractionInput!) { recordInteraction(input: $v) { outcome } }"
_STATS = "query ($v: ID!) { post(id: $v) { stats { score counts { action count } } } }"
_HISTORY = "query ($v: ID!) { user(id: $v) { interactions(first: 20) { nodes { id action } } } }"


@dataclass
class Felt:
    """What a steady caller felt: how long it waited each time, and what failed."""

    took_ms: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    @property
    def p50_ms(self) -> float:
        return self._cut(0.5)

    @property
    def p99_ms(self) -> float:
        return self._cut(0.99)

    def _cut(self, share: float) -> float:
        ordered = sorted(self.took_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


KINDS = ("record", "stats", "history")
"""What is asked for, in turn."""


async def ask_steadily(target: Target, seconds: float, kinds: Sequence[str] = KINDS) -> Felt:
    """Record, count and read for some seconds, or only some of that; what was felt."""
    felt = Felt()
    starts = time.perf_counter()
    async with asyncio.TaskGroup() as clients:
        for number in range(CLIENTS):
            first = starts + number * PERIOD_S / CLIENTS
            client = _Client(target, felt, kinds)
            clients.create_task(client.run(first, max(1, round(seconds / PERIOD_S))))
    return felt


class _Client:
    """One connection of the steady caller."""

    def __init__(self, target: Target, felt: Felt, kinds: Sequence[str]) -> None:
        self._target, self._felt = target, felt
        run = os.urandom(6).hex()
        numbers = itertools.count()
        operations: dict[str, tuple[str, Callable[[], Any]]] = {
            "record": (_RECORD, lambda: _view(f"{run}-{next(numbers)}")),
            "stats": (_STATS, lambda: "post-1"),
            "history": (_HISTORY, lambda: HOT_USER),
        }
        self._operations = itertools.cycle([operations[kind] for kind in kinds])

    async def run(self, first: float, count: int) -> None:
        """Ask so many times, unless answers stay away, or the connection is lost."""
        due = first
        try:
            reader, writer = await asyncio.open_connection("127.0.0.1", self._target.port)
            async with asyncio.timeout(count * PERIOD_S + GRACE_S):
                for number in range(count):
                    due = first + number * PERIOD_S
                    await asyncio.sleep(due - time.perf_counter())
                    query, variable = next(self._operations)
                    writer.write(self._request(operation(query, v=variable())))
                    self._take(due, await _answer(reader))
            writer.close()
        except (OSError, EOFError, TimeoutError) as error:
            self._take(due, repr(error).encode())

    def _take(self, due: float, answer: bytes) -> None:
        self._felt.took_ms.append(1_000 * (time.perf_counter() - due))
        if not answer.startswith(b"HTTP/1.1 200") or b'"errors"' in answer:
            self._felt.failures[answer[-_SHOWN:].decode(errors="replace")] += 1

    def _request(self, body: bytes) -> bytes:
        lines = (
            "POST /graphql HTTP/1.1",
            "Host: 127.0.0.1",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            self._target.of_key(),
        )
        return "\r\n".join([*lines, "", ""]).encode() + body


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    return head + await reader.readexactly(length)


def _view(event_id: str) -> dict[str, str]:
    return {"userId": "steady", "action": "VIEW", "postId": "steady", "eventId": event_id}
