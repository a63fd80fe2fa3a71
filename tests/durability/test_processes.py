"""Several server processes over one database: together they are one server."""

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from models.vocabulary import ACTIONS, ActionType
from tests.support.client import Caller
from tests.support.durability.load import Answer, Input, history, send
from tests.support.durability.server import Server, server_process
from tests.support.durability.stores import own_database, rows
from tests.support.durability.tailing import tailing

CLIENTS = 8  # of each process
REQUESTS = 60  # of each client
USERS = ["ann", "bob", "cid"]
POSTS = ["p0", "p1"]
OPPOSITES = ("MORE_LIKE_THIS", "LESS_LIKE_THIS")
STATES = ("FAVORITE", "HIDE", *OPPOSITES)
COUNTED = {"CREATED": 1, "REACTIVATED": 1, "UNDONE": -1, "UNCHANGED": 0}

pytestmark = pytest.mark.slow


@dataclass
class Pair:
    """Two server processes over one database."""

    url: str
    servers: list[Server] = field(default_factory=list)


@pytest.fixture(params=["sqlite", "postgres", "four lanes"])
async def pair(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two processes of the server over a database of their own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as one,
        server_process(url, tmp_path) as two,
    ):
        yield Pair(url, [one, two])


def requests(number: int) -> list[list[Input]]:
    """What a client sends: single inputs and batches, all about the same few users and posts."""
    chance = random.Random(number)  # noqa: S311 (reproducible, not secret)
    sent = []
    for _ in range(REQUESTS):
        size = chance.choice([1, 1, 1, 5, 20])
        sent.append([one_input(chance) for _ in range(size)])
    return sent


def one_input(chance: random.Random) -> Input:
    """A record or an undo of one of few states, or an event."""
    action = chance.choice([*STATES, "VIEW"])
    undo = action != "VIEW" and chance.random() < 0.3
    return {
        "userId": chance.choice(USERS),
        "action": action,
        "postId": chance.choice(POSTS),
        "undo": undo,
    }


async def work(caller: Caller, sent: list[list[Input]]) -> list[tuple[Input, Answer]]:
    """Send all of a client's requests, one after another; every input with its answer."""
    done: list[tuple[Input, Answer]] = []
    for inputs in sent:
        done += zip(inputs, await send(caller, inputs), strict=True)
    return done


async def load(pair: Pair) -> list[tuple[Input, Answer]]:
    """All clients of both processes at once; every input with its answer.

    Each two clients, one of each process, send the same eventIds for the same inputs.
    """
    one, two = pair.servers
    async with one.caller() as first, two.caller() as second, asyncio.TaskGroup() as tasks:
        working = [
            tasks.create_task(work(caller, requests(2 * number + side)))
            for number in range(CLIENTS)
            for side, caller in enumerate((first, second))
        ]
        for number in range(CLIENTS):
            shared = [[view(f"{number}-{i}")] for i in range(REQUESTS)]
            working += [tasks.create_task(work(caller, shared)) for caller in (first, second)]
    return [done for task in working for done in task.result()]


def view(event_id: str) -> Input:
    """An event with an event id."""
    return {"userId": "dan", "action": "VIEW", "postId": "p0", "eventId": event_id}


@pytest.mark.parametrize("pair", ["sqlite", "four lanes"], indirect=True)
async def test_two_processes_over_one_database_answer_as_one_server(pair: Pair) -> None:
    """Under load on the same users and posts there is no error, and totals are as answered."""
    answered = await load(pair)

    counts_due: Counter[tuple[str, str]] = Counter()
    created: defaultdict[str, list[Answer]] = defaultdict(list)
    for input, answer in answered:
        counts_due[input["postId"], input["action"]] += COUNTED[answer.outcome]
        if "eventId" in input:
            created[input["eventId"]].append(answer)
    assert len(created) == CLIENTS * REQUESTS
    for answers in created.values():
        assert sorted(answer.outcome for answer in answers) == ["CREATED", "UNCHANGED"]
        assert len({answer.interaction_id for answer in answers}) == 1
    for server in pair.servers:
        async with server.caller() as caller:
            counts = {post: await caller.counts(post) for post in POSTS}
            held = await holding(caller)
        for post in POSTS:
            for action in ("FAVORITE", "HIDE", "VIEW"):
                assert counts[post].get(action, 0) == counts_due[post, action]
            for action in STATES:
                assert counts[post].get(action, 0) == held[post, action]
    code, said = await pair.servers[0].verify()
    assert code == 0, said


async def holding(caller: Caller) -> Counter[tuple[str, str]]:
    """How many users hold each state on each post, and no two that exclude each other."""
    held: Counter[tuple[str, str]] = Counter()
    for user in USERS:
        states = [
            (node["target"]["id"], node["action"])
            for node in await history(caller, user)
            if ACTIONS[ActionType(node["action"])].is_state
        ]
        assert len(states) == len(set(states))
        for post in POSTS:
            assert sum((post, action) in states for action in OPPOSITES) <= 1
        held.update(states)
    return held


async def test_an_opposite_is_taken_back_once_whoever_records_it(pair: Pair) -> None:
    """Opposites of one user sent to both processes at once leave exactly one that holds."""
    one, two = pair.servers
    async with one.caller() as first, two.caller() as second:
        for _ in range(40):
            record: list[Any] = [
                caller.outcome(userId="ann", action=action, postId="p0")
                for caller, action in zip((first, second), OPPOSITES, strict=True)
            ]
            await asyncio.gather(*record)
            counts = await first.counts("p0")
            assert sum(counts.values()) == 1
            assert await second.counts("p0") == counts

    code, said = await one.verify()
    assert code == 0, said


async def test_who_tails_the_log_misses_nothing(pair: Pair) -> None:
    """No row ever takes a sequence in the log below one that a reader has passed."""
    enough = asyncio.Event()
    async with tailing(pair.url) as reader, asyncio.TaskGroup() as tasks:
        tasks.create_task(reader.follow(enough))
        try:
            await load(pair)
        finally:
            enough.set()

    final = set(await rows(pair.url, "SELECT id, seq FROM interactions WHERE seq IS NOT NULL"))
    assert reader.reads > 100
    assert len(final) > CLIENTS * REQUESTS
    assert final - reader.seen == set()
