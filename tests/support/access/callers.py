"""Callers of a server that knows keys and user tokens, by each of its transports."""

import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import jwt
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from graph.config.settings import Settings
from graph.server.app import create_app
from models.database.database import Database
from resolvers.caller import Scope
from resolvers.identity import Identity
from resolvers.keys import create_key
from tests.support.client import FixedClock
from tests.support.live.clients import EVENTS, PROTOCOL, answers_in, client, listening
from tests.support.live.streams import Stage, schema, soon
from tests.support.serving import SECRET

TOKEN_SECRET = "a secret that the tests' tokens are signed with"  # noqa: S105
TRANSPORTS = ("post", "get", "sse", "websocket")
DENIED = 4403  # what a WebSocket is closed with
SCOPES = ("record", "read", "admin")
USERS = ("ann", "bob")


def alias(user_id: str) -> str:
    return Identity(SECRET).alias(user_id)


def token(
    sub: Any = "ann",
    key: Any = TOKEN_SECRET,
    algorithm: str = "HS256",
    headers: dict[str, Any] | None = None,
    **claims: Any,
) -> str:
    """A user token of ten minutes; a claim that is None is left out."""
    given = {"sub": sub, "exp": int(time.time()) + 600, **claims}
    kept = {name: value for name, value in given.items() if value is not None}
    return jwt.encode(kept, key, algorithm, headers)


@dataclass(frozen=True)
class Reply:
    """What a caller gets: an HTTP status (101 over an open WebSocket), or a WebSocket's code."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Any:
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def codes(self) -> set[str]:
        return {error["extensions"]["code"] for error in self.body.get("errors", ())}

    @property
    def tells(self) -> bool:
        """Whether there is anything but nulls in its data."""
        return any((self.body.get("data") or {}).values())

    @property
    def outcome(self) -> str:
        """`yes`, the one code of the errors, or `UNAUTHENTICATED` of a closed WebSocket."""
        if self.status == DENIED:
            return "UNAUTHENTICATED"
        return "/".join(sorted(self.codes)) or "yes"


@dataclass
class Guarded:
    """A server that listens, and the credentials of those who call it by their names."""

    port: int
    http: httpx.AsyncClient
    url: str
    clock: FixedClock
    credentials: dict[str, str]
    stage: Stage

    async def ask(self, transport: str, who: str, query: str, **variables: Any) -> Reply:
        """What someone gets for an operation by a transport; `nobody` brings nothing."""
        if transport == "websocket":
            return await self._over_websocket(who, query, variables)
        headers = self.headers(who)
        if transport == "get":
            params = {"query": query, "variables": json.dumps(variables)}
            return _reply(await self.http.get("/graphql", params=params, headers=headers))
        if transport == "sse":
            headers["Accept"] = EVENTS
        body = {"query": query, "variables": variables}
        return _reply(await self.http.post("/graphql", json=body, headers=headers))

    async def post(self, who: str, query: str, **variables: Any) -> Reply:
        return await self.ask("post", who, query, **variables)

    async def data(self, who: str, query: str, **variables: Any) -> Any:
        """The data that someone gets."""
        return (await self.post(who, query, **variables)).data

    def headers(self, who: str) -> dict[str, str]:
        """The headers that someone sends."""
        known = self.credentials.get(who)
        return {} if who == "nobody" else {"Authorization": f"Bearer {known or who}"}

    @asynccontextmanager
    async def connected(
        self, headers: dict[str, str] | None = None, query: str = ""
    ) -> AsyncIterator["Line"]:
        """A WebSocket on which nothing was said yet."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/graphql{query}",
            subprotocols=[Subprotocol(PROTOCOL)],
            additional_headers=headers,
            proxy=None,
        ) as connection:
            yield Line(connection)

    @asynccontextmanager
    async def line(self, who: str) -> AsyncIterator["Line"]:
        """A WebSocket that someone was let in by, credentials in the connection's params."""
        async with self.connected() as line:
            assert await line.init(self.headers(who)) == {"type": "connection_ack"}
            yield line

    async def _over_websocket(self, who: str, query: str, variables: dict[str, Any]) -> Reply:
        async with self.connected() as line:
            try:
                await line.init(self.headers(who))
            except ConnectionClosed:
                code, reason = line.ending
                return Reply(code or 0, {}, {"reason": reason or ""})
            return await line.ask(query, **variables)


@dataclass
class Line:
    """A connection that speaks graphql-transport-ws."""

    connection: ClientConnection

    async def send(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def receive(self) -> dict[str, Any]:
        message: dict[str, Any] = json.loads(await soon(self.connection.recv()))
        return message

    async def init(self, params: dict[str, Any] | None = None) -> dict[str, Any]:
        await self.send(type="connection_init", payload=params)
        return await self.receive()

    async def subscribe(self, query: str, **variables: Any) -> None:
        payload = {"query": query, "variables": variables}
        await self.send(id="1", type="subscribe", payload=payload)

    async def ask(self, query: str, **variables: Any) -> Reply:
        """The one answer to an operation."""
        await self.subscribe(query, **variables)
        message = await self.receive()
        if message["type"] == "error":
            return Reply(101, {"errors": message["payload"]})
        assert (await self.receive())["type"] == "complete"
        return Reply(101, message["payload"])

    async def end(self) -> tuple[int | None, str | None]:
        """The code and reason that the server ends with; what comes before is dropped."""
        try:
            while True:
                await self.receive()
        except ConnectionClosed:
            return self.ending

    @property
    def ending(self) -> tuple[int | None, str | None]:
        return self.connection.close_code, self.connection.close_reason


def _reply(response: httpx.Response) -> Reply:
    if response.headers["content-type"].startswith(EVENTS):
        (body,) = answers_in(response.text)
    else:
        body = response.json()
    return Reply(response.status_code, body, dict(response.headers))


async def make_key(url: str, scope: str, name: str = "") -> str:
    """A new key, made as `trailmark keys create` does."""
    scopes = [Scope(each) for each in scope.split(",")]
    return await create_key(Database.at(url), scopes, name, FixedClock()())


@asynccontextmanager
async def serving_guarded(
    settings: Settings, *scopes: str, clock: FixedClock | None = None, wrap: Any = None
) -> AsyncIterator[Guarded]:
    """A server with streams of the tests' own, and a key of each scope, called by its name.

    `wrap` stands between the server and its callers.
    """
    stage, clock = Stage(), clock or FixedClock()
    keys = {scope: await make_key(settings.database_url, scope) for scope in scopes}
    app = create_app(settings, clock, schema(for_users=True))
    async with listening(wrap(app) if wrap else app) as port, client(port) as http:
        with stage.leading(app.state.services):
            credentials = keys | {user: token(user) for user in USERS}
            yield Guarded(port, http, settings.database_url, clock, credentials, stage)
