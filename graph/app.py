"""The application: the product's parts put together behind their routes."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles

from graph.context import Context, Product
from graph.explorer import ASSETS, page
from graph.schema import build
from graph.secret import find_secret
from graph.settings import Settings
from graph.transport.engine import Engine
from graph.transport.http import HttpEndpoint
from graph.transport.websocket import WebSocketEndpoint
from models.database import ping
from resolvers.caller import Caller
from resolvers.clock import Clock, system_clock
from resolvers.identity import Identity, claim
from resolvers.judging import Rules
from resolvers.opaque import Opaque
from resolvers.recording import Recorder
from resolvers.writer import Writer

READY_S = 3.0


def create_app(
    settings: Settings, clock: Clock = system_clock, schema: strawberry.Schema | None = None
) -> Starlette:
    """The application for these settings; it opens its database when it starts.

    `schema` stands in for the product's own, where that is to be served with additions.
    """
    identity = Identity(find_secret(settings))
    database = settings.database
    opaque = Opaque(identity.key("interaction ids"))
    retention, scoring = settings.retention, settings.scoring

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        await claim(identity, database)
        async with database.reading():
            writer = Writer(database.ledger(), Rules(retention, scoring))
            writer.start()
            recorder = Recorder(writer, identity, clock)
            app.state.product = Product(
                database, identity, opaque, scoring, retention, clock, recorder
            )
            gc.collect()
            gc.freeze()  # what is here now stays: the collector need not look at it again
            try:
                yield
            finally:
                await writer.stop()

    def context(connection: HTTPConnection) -> Context:
        return Context(connection.app.state.product, Caller())

    engine = Engine(schema or build(), context, settings.limits, settings.introspection)
    routes: list[BaseRoute] = [
        Route("/graphql", HttpEndpoint(engine, page() if settings.explorer else None)),
        WebSocketRoute("/graphql", WebSocketEndpoint(engine, settings.cors_origins)),
        Route("/healthz", healthy),
        Route("/readyz", ready),
    ]
    if settings.explorer and ASSETS.is_dir():
        routes.append(Mount("/explorer", StaticFiles(directory=ASSETS)))
    return Starlette(routes=routes, middleware=_cors(settings), lifespan=running)


def _cors(settings: Settings) -> list[Middleware]:
    """What lets pages of the configured origins, and of no other, read answers."""
    if not settings.cors_origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST"],
            allow_headers=["Authorization", "Content-Type"],
            max_age=600,
        )
    ]


def from_environment() -> Starlette:
    """The application for the process's environment; what each worker of `serve` starts."""
    return create_app(Settings.read(os.environ))


async def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


async def ready(request: Request) -> Response:
    """The process answers, and so does its database."""
    try:
        async with asyncio.timeout(READY_S):
            await ping()
    except Exception as error:
        reason = f"the database does not answer: {type(error).__name__}"
        return JSONResponse({"status": "unavailable", "reason": reason}, 503)
    return JSONResponse({"status": "ok"})
