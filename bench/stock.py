"""A server with two doors to one feed: the product's, and strawberry's own view as it comes.

`python -m bench.stock DATABASE_URL PORT` serves both; what lies behind them is the same.
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

from graph.app import create_app
from graph.context import Context, Info
from graph.feed import FeedEvent
from graph.schema import build
from graph.settings import Settings
from models.filters import Filter
from resolvers.caller import Caller
from resolvers.following import Log

_PROTOCOLS = (GRAPHQL_TRANSPORT_WS_PROTOCOL, GRAPHQL_SSE_PROTOCOL)
SECRET = "a secret of benchmarks"  # noqa: S105


def main(url: str, port: int) -> None:
    app = create_app(Settings(url, SECRET))
    view = _View(build(subscription=_subscription()), app)
    app.router.routes.append(Mount("/stock", view))
    uvicorn.run(
        app,
        port=port,
        http="graph.transport.protocol:Protocol",
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
        return Context(self._app.state.product, Caller())


def _subscription() -> type:
    async def interactions(info: Info) -> AsyncGenerator[FeedEvent, None]:
        product = info.context.product
        log: Log = product.feed._log
        await log.begin()
        following = log.follow()
        following.wish(Filter())
        try:
            while True:
                for told in await following.next():
                    yield FeedEvent.of(told.row, product.opaque)
        finally:
            following.close()

    class Subscription:
        interactions_as_they_come = strawberry.subscription(interactions, name="interactions")

    return strawberry.type(Subscription)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
