"""The peers: how each is started, what it is asked, and how many connections are best for it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bench.load.templates import Request
from bench.load.workloads import INPUT, WORKLOADS, graphql
from bench.peers.installing import HERE, MODULES, PYTHON
from bench.peers.statements import KINDS, LEAN, OURS, VOCABULARY, statements
from bench.servers.running import Command, trailmark
from models.database.database import Database

_POSTGRAPHILE = {
    "record": graphql(
        """mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) { result { number action occurredAt } }
}""",
        '"action":',
        input=INPUT,
    ),
    "stats": graphql(
        """query ($ids: [String!]!) {
  stats(ids: $ids) { nodes { engagementRate counts { action count } lastInteractionAt } }
}""",
        '"counts":[{',
        ids=["<post>"],
    ),
    "last20": graphql(
        """query ($alias: String!) {
  history(alias: $alias, size: 20) { nodes { number action targetKind targetId occurredAt } }
}""",
        '"targetKind":"POST"',
        alias="<user>",
    ),
    "posts100": graphql(
        """query ($ids: [String!]!) {
  stats(ids: $ids) { nodes { postId engagementRate
    favorites reblogs replies bookmarks clicks views
  } }
}""",
        '"engagementRate":',
        ids="<posts>",
    ),
}
_REST = {
    "record": Request("/interactions", json.dumps(INPUT), '"CREATED"'),
    "stats": Request("/posts/<post>/stats", None, '"counts":[{'),
    "last20": Request("/users/<user>/interactions", None, '"kind":"POST"'),
    "posts100": Request("/posts", '{"ids":"<posts>"}', '"engagementRate":'),
}


@dataclass(frozen=True)
class Peer:
    """A server to measure.

    `pool` is how many connections to the database suit it best; 0 where it has its own way. `sql`
    is the file of the statements that it runs.
    """

    title: str
    command: Callable[[Database, Path], Command]
    requests: dict[str, Request]
    pool: int = 0
    sql: str = OURS


def configured(database: Database, pool: int, sql: str) -> str:
    """What a peer reads when it starts, as JSON."""
    given = database.credentials
    return json.dumps(
        {
            "host": given["host"],
            "user": given["user"],
            "database": given["database"],
            "pool": pool,
            "statements": statements(sql),
            "actions": VOCABULARY,
            "kinds": KINDS,
        }
    )


def _node(program: str) -> Callable[[Database, Path], Command]:
    def command(database: Database, config: Path) -> Command:
        arguments = ("node", str(HERE / program), str(config), "{port}")
        return Command(
            arguments,
            {"NODE_PATH": str(MODULES), "NODE_ENV": "production", "GRAPHILE_ENV": "production"},
        )

    return command


def _rest(database: Database, config: Path) -> Command:
    return Command((str(PYTHON), str(HERE / "rest.py"), str(config), "{port}"))


PEERS = {
    "trailmark": Peer("Trailmark", lambda database, config: trailmark(database), WORKLOADS),
    "mercurius": Peer("Mercurius", _node("mercurius.js"), WORKLOADS, 16),
    "lean": Peer("Mercurius, lean tables", _node("mercurius.js"), WORKLOADS, 16, LEAN),
    "yoga": Peer("GraphQL Yoga", _node("yoga.js"), WORKLOADS, 16),
    "postgraphile": Peer("PostGraphile", _node("postgraphile.js"), _POSTGRAPHILE, 16),
    "fastapi": Peer("FastAPI, REST", _rest, _REST, 16),
}
