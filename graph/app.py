"""The application: the product's parts put together behind their routes."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from typing import Any

import strawberry
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send

from graph import interpreter
from graph.access import Access, watch
from graph.codes import Code
from graph.context import Context, Product
from graph.explorer import ASSETS, page
from graph.feed import Feed
from graph.headers import SAFE, SafeHeaders
from graph.housekeeping import housekeeping, usual_chores
from graph.rates import Rates, allowing
from graph.rest.docs import docs
from graph.rest.face import Face
from graph.rest.refusals import Refused, refusal
from graph.rights import RIGHTS, Rights, audience, enforce
from graph.schema import build
from graph.secret import find_secret
from graph.settings import Settings
from graph.stopping import finishing
from graph.transport.engine import Engine
from graph.transport.http import HttpEndpoint
from graph.transport.replies import WRITE
from graph.transport.websocket import WebSocketEndpoint
from models.database import ping
from resolvers.caller import Caller
from resolvers.clock import Clock, system_clock
from resolvers.identity import Identity, claim
from resolvers.keys import Keyring
from resolvers.opaque import Opaque
from resolvers.privacy import Privacy
from resolvers.reads import Reads
from resolvers.recording import Recorder
from resolvers.removing import Remover
from resolvers.tail import Tail
from resolvers.writer import Writer

READY_S = 3.0


def create_app(
    settings: Settings,
    clock: Clock = system_clock,
    schema: strawberry.Schema | None = None,
    rights: Rights = RIGHTS,
    *,
    hears_signals: bool = False,
) -> Starlette:
    """The application for these settings; it opens its database when it starts.

    It is to hear signals where it is the whole process: it then ends its subscriptions before the
    server stops.

    `schema` stands in for the product's own, where that is to be served with additions; `rights`
    then say who may use those.
    """
    identity = Identity(find_secret(settings))
    database = settings.database
    opaque = Opaque(identity.key("interaction ids"))
    retention, scoring = settings.retention, settings.scoring

    product: Product  # once it runs

    @asynccontextmanager
    async def running(app: Starlette) -> AsyncIterator[None]:
        nonlocal product
        await claim(identity, database)
        async with database.reading():
            tail = Tail(database.bell())
            writer = Writer(database.ledger(), settings.rules, tail.ring)
            writer.start()
            recorder = Recorder(writer, identity, clock)
            remover = Remover(writer, scoring)
            privacy = Privacy(writer, remover, identity, clock)
            app.state.product = product = Product(
                database,
                identity,
                opaque,
                scoring,
                retention,
                clock,
                recorder,
                privacy,
                Feed(tail, opaque),
                Reads(),
                default_level=settings.default_privacy,
            )
            await access.keyring.refresh()
            watching = asyncio.create_task(watch(access, engine))
            remover.resume()
            interpreter.prepare()
            try:
                chores = usual_chores(retention, scoring, remover)
                async with (
                    housekeeping(database, clock, chores),
                    finishing(engine.finish) if hears_signals else nullcontext(),
                ):
                    yield
            finally:
                watching.cancel()
                await asyncio.gather(tail.stop(), remover.stop())
                await writer.stop()

    def context(caller: Caller) -> Context:
        return Context(product, caller)

    schema = schema or build()
    enforce(schema._schema, rights)
    access = Access(Keyring(), settings.user_tokens, identity)
    rates = Rates(settings.key_rate, settings.user_rate)
    engine = Engine(
        schema,
        context,
        access.caller,
        rates.wait_s,
        settings.limits,
        introspection=settings.introspection is not False,
        compile=settings.compile,
        audience=audience,
        allowance=allowing(settings.key_subscriptions, settings.user_subscriptions),
    )
    has_explorer = settings.explorer is not False
    graphql = HttpEndpoint(engine, page() if has_explorer else None, SAFE)
    routes: list[BaseRoute] = [
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", WebSocketEndpoint(engine, settings.cors_origins)),
        Face(
            access.caller,
            rates.wait_s,
            settings.limits,
            streams=engine.streams,
            deadlines=engine.deadlines,
        ),
        *docs(has_explorer),
        Route("/healthz", healthy),
        Route("/readyz", ready),
    ]
    if has_explorer and ASSETS.is_dir():
        routes.append(Mount("/explorer", StaticFiles(directory=ASSETS)))
    return _Application(
        None if settings.cors_origins else graphql,
        routes=routes,
        middleware=_middleware(settings),
        exception_handlers={404: unknown},
        lifespan=running,
    )


class _Application(Starlette):
    """An application with a door of its own for the operations that are posted to `/graphql`.

    They are nearly all requests, and what the routes and middlewares do for one takes longer than
    many an operation.
    """

    def __init__(self, door: ASGIApp | None, **parts: Any) -> None:
        super().__init__(**parts)
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            self._door is not None
            and scope["type"] == "http"
            and scope["path"] == "/graphql"
            and scope["method"] == "POST"
        ):
            await self._door(scope, receive, send)
        else:
            scope.pop(WRITE, None)  # what middlewares add to a response must not be left out
            await super().__call__(scope, receive, send)


def _middleware(settings: Settings) -> list[Middleware]:
    """What all responses have; pages of the configured origins, and of no other, may read them."""
    middleware = [Middleware(SafeHeaders)]
    if settings.cors_origins:
        cors = Middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "DELETE"],
            allow_headers=["Authorization", "Content-Type"],
            expose_headers=["Retry-After"],
            max_age=600,
        )
        middleware.append(cors)
    return middleware


def from_environment() -> Starlette:
    """The application for the process's environment; what each worker of `serve` starts."""
    return create_app(Settings.read(os.environ), hears_signals=True)


async def unknown(request: Request, error: Exception) -> Response:
    """There is nothing at this address, which the REST face's clients hear in their form."""
    return refusal(Refused(404, Code.NOT_FOUND, "there is no such address"))


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
