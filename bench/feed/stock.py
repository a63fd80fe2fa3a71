"""A server with two addresses of one feed: the product's, and strawberry's own view.

`python -m bench.feed.stock DATABASE_URL PORT` serves both; what lies behind them is the same.
"""

import sys
from collections.abc import AsyncGenerator
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.requests import HTTPConnection
from starlette.routing import Mount
from strawberry.asgi import GraphQL
from strawberry.subscriptions import GRAPHQL_SSE_PROTOCOL, GRAPHQL_TRANSPORT_WS_PROTOCOL

from graph.config.settings import Settings
from graph.context import Context
from graph.schema.feed import FeedEvent
from graph.schema.info import Info
from graph.schema.schema import build
from graph.server.app import create_app
from models.reading.filters import Filter
from resolvers.caller import Caller

_PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
SECRET = "a secret of benchmarks"  # noqa: S105


def main(url: str, port: int) -> None:
    app = create_app(Settings(url, SECRET))
    view = _View(build(subscription=_subscription()), app)
    app.router.routes.append(Mount("/stock", view))
    uvicorn.run(
        app,
        port=port,
        http="graph.server.connections.http:Protocol",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        access_log=False,
        log_level="warning",
    )


class _View(GraphQL[Any, Any]):
    """Strawberry's view, in whose contexts the product's resolvers find what they need."""

    def __init__(self, schema: strawberry.Schema, app: Starlette) -> None:
        super().__init__(schema, subscription_protocols=_PROTOCOLS)
        self._app = app

    async def get_context(self, request: HTTPConnection, response: Any) -> Any:
        return Context(self._app.state.services, Caller())


def _subscription() -> type:
    async def interactions(info: Info) -> AsyncGenerator[FeedEvent, None]:
        services = info.context.services
        log = services.log
        await log.begin()
        following = log.follow()
        following.subscribe(Filter())
        try:
            while True:
                for event in await following.next():
                    yield FeedEvent.of(event, services.id_cipher)
        finally:
            following.close()

    class Subscription:
        interactions_as_they_come = strawberry.subscription(interactions, name="interactions")

    return strawberry.type(Subscription)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
