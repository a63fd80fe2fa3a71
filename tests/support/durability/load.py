"""Load: clients that record without pause and remember every answer they were given."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.support.client import Caller
from tests.support.durability.server import Server, until

Input = dict[str, Any]

EVENTS = ("VIEW", "CLICK", "REPLY", "SHARE")
STATES = ("FAVORITE", "BOOKMARK", "SAVE")
BATCH_SIZE = 12
REFUSALS = {"OVERLOADED", "INTERNAL"}

RECORD_MANY = """
mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { results { outcome interaction { interactionId } } }
}
"""
RECORD = """
mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { outcome interaction { interactionId } }
}
"""
HISTORY = """
query ($id: ID!, $after: String) {
  user(id: $id) { interactions(first: 100, after: $after) {
    nodes { interactionId action target { id } context { metadata } }
    pageInfo { hasNextPage endCursor } } }
}
"""


@dataclass(frozen=True)
class Answer:
    """What a client was told about one input."""

    outcome: str
    interaction_id: str | None


class Refused(Exception):
    """The server said that it could not, and that the same call may succeed later."""


async def send(caller: Caller, inputs: list[Input]) -> list[Answer]:
    """Record one input, or several as a batch; the answers, in order.

    Raises:
        Refused: the server answered OVERLOADED or INTERNAL.
    """
    if len(inputs) == 1:
        answer = await caller.send(RECORD, input=inputs[0])
    else:
        answer = await caller.send(RECORD_MANY, inputs=inputs)
    if errors := answer.get("errors"):
        assert {error["extensions"]["code"] for error in errors} <= REFUSALS, errors
        raise Refused(errors)
    data = answer["data"]
    one = data.get("recordInteraction")
    results = [one] if one else data["recordInteractions"]["results"]
    return [
        Answer(each["outcome"], each["interaction"] and each["interaction"]["interactionId"])
        for each in results
    ]


async def history(caller: Caller, user_id: str) -> list[dict[str, Any]]:
    """All of a user's history, newest first."""
    nodes: list[dict[str, Any]] = []
    after: str | None = None
    while True:
        data = await caller.data(HISTORY, id=user_id, after=after)
        page = data["user"]["interactions"]
        nodes += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return nodes
        after = page["pageInfo"]["endCursor"]


class Client:
    """One client with users of its own, so that it alone decides what their states are.

    Each input has an event id, which its metadata repeats: a row of the history tells its input.
    """

    def __init__(self, number: int, *, retries: bool, forgives: bool = False) -> None:
        self.users = [f"c{number}-u{n}" for n in range(3)]
        self.acknowledged: dict[str, tuple[Input, Answer]] = {}
        self.unacknowledged: dict[str, Input] = {}
        self.last: dict[tuple[str, str, str], tuple[Input, bool]] = {}
        self.retried = 0
        self.refused = 0
        self._retries = retries
        self._forgiven = (httpx.TransportError, *((Refused,) if forgives else ()))
        self._random = random.Random(number)  # noqa: S311 (reproducible, not secret)
        self._name = f"c{number}"
        self._sent = 0

    async def run(self, caller: Caller, up: asyncio.Event, enough: asyncio.Event) -> None:
        """Record one request after another until it is enough; wait while the server is down."""
        again: list[Input] = []
        while again or not enough.is_set():
            await up.wait()
            inputs = again or [self._next() for _ in range(self._size())]
            self.retried += len(again)
            again = []
            try:
                answers = await send(caller, inputs)
            except self._forgiven as error:
                self.refused += isinstance(error, Refused)
                self._remember_lost(inputs)
                again = inputs if self._retries else []
            else:
                self._remember(inputs, answers)

    def _size(self) -> int:
        return self._random.randint(2, BATCH_SIZE) if self._random.random() < 0.25 else 1

    def _next(self) -> Input:
        self._sent += 1
        event_id = f"{self._name}-e{self._sent}"
        is_event = self._random.random() < 0.5
        return {
            "userId": self._random.choice(self.users),
            "action": self._random.choice(EVENTS if is_event else STATES),
            "postId": f"p{self._random.randrange(5)}",
            "eventId": event_id,
            "undo": not is_event and self._random.random() < 0.4,
            "context": {
                "metadata": event_id,
                "source": "load",
                "hashtags": [self._random.choice(("ants", "bees", "cats"))],
            },
        }

    def _remember(self, inputs: list[Input], answers: list[Answer]) -> None:
        for input, answer in zip(inputs, answers, strict=True):
            assert answer.outcome != "REJECTED", input
            self.unacknowledged.pop(input["eventId"], None)
            self.acknowledged[input["eventId"]] = input, answer
            self.last[_state(input)] = input, True

    def _remember_lost(self, inputs: list[Input]) -> None:
        for input in inputs:
            self.unacknowledged[input["eventId"]] = input
            self.last[_state(input)] = input, False


@dataclass
class Load:
    """Clients at work on a server that may come and go."""

    clients: list[Client]
    up: asyncio.Event = field(default_factory=asyncio.Event)
    enough: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def acknowledged(self) -> int:
        return sum(len(client.acknowledged) for client in self.clients)

    @property
    def unacknowledged(self) -> int:
        return sum(len(client.unacknowledged) for client in self.clients)

    @property
    def refused(self) -> int:
        return sum(client.refused for client in self.clients)

    async def advances(self, server: Server, answers: int) -> None:
        """Return when so many more inputs have been acknowledged."""
        goal = self.acknowledged + answers
        await until(lambda: self.acknowledged >= goal, 60, server)

    async def is_refused(self, server: Server, times: int) -> None:
        """Return when the server has refused so many more requests."""
        goal = self.refused + times
        await until(lambda: self.refused >= goal, 60, server)

    @asynccontextmanager
    async def on(self, server: Server) -> AsyncIterator[None]:
        """Within this, all clients record; after it, each has had its last answer."""
        self.enough.clear()
        self.up.set()
        async with server.caller() as caller, asyncio.TaskGroup() as tasks:
            for client in self.clients:
                tasks.create_task(client.run(caller, self.up, self.enough))
            try:
                yield
            finally:
                self.enough.set()
                self.up.set()


async def check(clients: list[Client], server: Server) -> None:
    """What was acknowledged is stored exactly once, and nothing is stored that was not sent."""
    async with server.caller() as caller:
        for client in clients:
            await _check_histories(client, caller)
        for client in clients:
            await _check_retries(client, caller)
    code, said = await server.verify()
    assert code == 0, said


async def _check_histories(client: Client, caller: Caller) -> None:
    nodes = [(user, node) for user in client.users for node in await history(caller, user)]
    stored = Counter(node["interactionId"] for _, node in nodes)
    told = Counter(node["context"]["metadata"] for _, node in nodes)
    assert set(stored.values()) | set(told.values()) <= {1}
    assert told.keys() <= client.acknowledged.keys() | client.unacknowledged.keys()
    number = {node["context"]["metadata"]: node["interactionId"] for _, node in nodes}
    for event_id, (input, answer) in client.acknowledged.items():
        if input["action"] in EVENTS:
            assert number.get(event_id) == answer.interaction_id, input
    held = {
        (user, node["action"], node["target"]["id"])
        for user, node in nodes
        if node["action"] in STATES
    }
    for state, (input, acknowledged) in _states(client):
        if acknowledged:
            assert (state in held) is not input["undo"], input


async def _check_retries(client: Client, caller: Caller) -> None:
    sent = list(client.acknowledged.values())
    for start in range(0, len(sent), 500):
        part = sent[start : start + 500]
        answers = await send(caller, [input for input, _ in part])
        expected = [Answer("UNCHANGED", answer.interaction_id) for _, answer in part]
        assert answers == expected


def _state(input: Input) -> tuple[str, str, str]:
    return input["userId"], input["action"], input["postId"]


def _states(client: Client) -> Iterator[tuple[tuple[str, str, str], tuple[Input, bool]]]:
    return ((state, last) for state, last in client.last.items() if state[1] in STATES)
