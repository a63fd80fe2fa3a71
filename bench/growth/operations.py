"""Operations that a server is asked one after another, over one connection, each with fresh keys.

They are what clients ask most: recording, one by one and in batches, and each kind of reading.
"""

import http.client
import random
import statistics
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson

from bench.databases.filling import HOT_USER
from models.vocabulary import ACTIONS, TargetKind

ROUNDS = 5  # each asks every operation, so that a busy moment of the machine falls on all alike
ASKED, BATCHES = 500, 20  # in all rounds together
WARMING = 100
BATCH = 1_000
PAGE, DEEP_PAGES = 20, 50
POSTS_AT_ONCE = 100
_POST_ACTIONS = [a.type for a in ACTIONS.values() if a.target_kind is TargetKind.POST]

RECORD = """mutation Record($input: RecordInteractionInput!) {
  recordInteraction(input: $input) {
    outcome interaction { interactionId action occurredAt } errors { message }
  }
}"""
RECORD_MANY = """mutation RecordMany($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded rejected }
}"""
HISTORY = """query History($id: ID!, $after: String) {
  user(id: $id) { interactions(first: 20, after: $after) {
    nodes { interactionId action target { kind id } occurredAt } pageInfo { hasNextPage endCursor }
  } }
}"""
USER = """query Stats($id: ID!) {
  user(id: $id) {
    counts { action count } engagementScore { score normalized }
    interactions(first: 1) { totalCount }
  }
}"""
RANK = "query Rank($id: ID!) { user(id: $id) { engagementScore { rank } } }"
POST = """query Post($id: ID!) {
  post(id: $id) { stats { engagementRate score counts { action count } lastInteractionAt } }
}"""
POSTS = """query Posts($ids: [ID!]!) {
  posts(ids: $ids) { postId stats { engagementRate interactionCounts { favorites views } } }
}"""
ENGAGEMENT = """query Engagement {
  engagementScores(first: 20) { rank score user { alias } components { action count } }
}"""
TRENDING = "query Trending { trendingPosts(first: 20) { post { postId } score } }"


@dataclass(frozen=True, slots=True)
class Operation:
    """What is asked: its name in tables, its document, and the variables of the next time."""

    name: str
    document: str
    variables: Callable[[], dict[str, Any]]
    asked: int = ASKED


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds that half of the requests took at most, and 99 of 100."""

    p50: float
    p99: float

    @classmethod
    def of(cls, took_ms: list[float]) -> "Latency":
        return cls(statistics.median(took_ms), statistics.quantiles(took_ms, n=100)[98])


class Connection:
    """One connection to a server, kept open, with little cost of its own."""

    def __init__(self, port: int) -> None:
        self._http = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, document: str, variables: dict[str, Any]) -> dict[str, Any]:
        """The data of an operation, which must not fail."""
        answer = orjson.loads(self._send(_body(document, variables)))
        assert "errors" not in answer, answer
        data: dict[str, Any] = answer["data"]
        return data

    def warm(self, operation: Operation) -> None:
        """Ask an operation until the server knows it, has compiled it and has its plans."""
        for _ in range(min(WARMING, operation.asked // 4)):
            self.ask(operation.document, operation.variables())

    def milliseconds(self, operation: Operation) -> list[float]:
        """What each request of a round takes, from its first byte to the answer's last."""
        took_ms = []
        for _ in range(operation.asked // ROUNDS):
            body = _body(operation.document, operation.variables())
            started = time.perf_counter()
            answer = self._send(body)
            took_ms.append(1000 * (time.perf_counter() - started))
            assert b'"errors":[{' not in answer, answer
        return took_ms

    def close(self) -> None:
        self._http.close()

    def _send(self, body: bytes) -> bytes:
        self._http.request("POST", "/graphql", body, {"Content-Type": "application/json"})
        return self._http.getresponse().read()


def _body(document: str, variables: dict[str, Any]) -> bytes:
    return orjson.dumps({"query": document, "variables": variables})


def latencies(port: int, users: int, posts: int) -> dict[str, Latency]:
    """What each operation takes of a server over a past of so many users and posts."""
    with closing(Connection(port)) as connection:
        asked = operations(connection, users, posts)
        for operation in asked:
            connection.warm(operation)
        took_ms: dict[str, list[float]] = {operation.name: [] for operation in asked}
        for _ in range(ROUNDS):
            for operation in asked:
                took_ms[operation.name] += connection.milliseconds(operation)
        return {name: Latency.of(each) for name, each in took_ms.items()}


def operations(connection: Connection, users: int, posts: int) -> list[Operation]:
    """All that is measured; reads come first."""
    draw, numbers = random.Random(2), count()  # noqa: S311 (which keys, no secret)
    cursors = _cursors(connection)

    def user() -> str:
        return f"user-{draw.randint(1, users)}"

    def post() -> str:
        return f"post-{int(posts ** draw.random())}"  # as the past has them: the first most often

    def some_posts() -> list[str]:
        return [f"post-{n}" for n in draw.sample(range(1, posts + 1), POSTS_AT_ONCE)]

    def given() -> dict[str, Any]:
        number = next(numbers)
        action = _POST_ACTIONS[number * 7 % len(_POST_ACTIONS)]
        who = {"userId": user(), "eventId": f"asked-{number}"}
        return {**who, "action": action, "postId": post(), "context": {"source": "home"}}

    hot, pages = {"id": HOT_USER}, count()
    deep = f"page {DEEP_PAGES} and on of the hot user's history"
    return [
        Operation("a user's last 20", HISTORY, lambda: {"id": user()}),
        Operation("the hot user's last 20", HISTORY, lambda: hot),
        Operation(deep, HISTORY, lambda: {**hot, "after": cursors[next(pages) % len(cursors)]}),
        Operation("a user's stats", USER, lambda: {"id": user()}),
        Operation("a user's rank", RANK, lambda: {"id": user()}),
        Operation("the hot user's stats", USER, lambda: hot),
        Operation("a post's stats", POST, lambda: {"id": post()}),
        Operation(f"{POSTS_AT_ONCE} posts with stats", POSTS, lambda: {"ids": some_posts()}),
        Operation("engagement, the first 20", ENGAGEMENT, dict),
        Operation("trending, the first 20", TRENDING, dict),
        Operation("record one", RECORD, lambda: {"input": given()}),
        Operation(
            f"record a batch of {BATCH}",
            RECORD_MANY,
            lambda: {"inputs": [given() for _ in range(BATCH)]},
            BATCHES,
        ),
    ]


def _cursors(connection: Connection) -> list[str]:
    """Where the hot user's pages end, from the one before the deep one on, as a client learns."""
    found: list[str] = []
    after = None
    for _ in range(2 * DEEP_PAGES):
        variables = {"id": HOT_USER, "after": after}
        page = connection.ask(HISTORY, variables)["user"]["interactions"]["pageInfo"]
        after = page["endCursor"]
        found.append(after)
        if not page["hasNextPage"]:
            break
    return found[DEEP_PAGES - 2 : -1] or found[:1]
