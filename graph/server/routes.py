"""The routes of a server, and the endpoints that belong to none of its parts."""

import asyncio
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from graph.access.credentials import Access
from graph.access.rates import Rates
from graph.codes import Code
from graph.config.settings import Settings
from graph.metrics.endpoint import MetricsEndpoint
from graph.pages import explorer, front_page
from graph.pages.links import CHECKED, FOREVER, Files
from graph.pages.tracking import tracking
from graph.rest.docs import docs
from graph.rest.refusals import RestError, refusal
from graph.rest.router import RestRouter
from graph.transport.engine import Engine
from graph.transport.http.endpoint import HttpEndpoint
from graph.transport.websocket import WebSocketEndpoint
from models.database.readiness import check_ready
from models.errors import DatabaseUnavailable
from resolvers.recording.lanes.lane_writers import AnyWriter

READY_S = 3.0
SCHEMA = Path(__file__).parents[1] / "schema.graphql"


def build_routes(
    settings: Settings, graphql: HttpEndpoint, *, engine: Engine, access: Access, rates: Rates
) -> list[BaseRoute]:
    """What is served where."""
    rest = RestRouter(
        access.caller,
        rates.wait_s,
        settings.limits,
        streams=engine.streams,
        deadlines=engine.deadlines,
        counts=engine.counts,
    )
    routes: list[BaseRoute] = [
        Route("/", front_page.FrontPage(settings.has_explorer, lambda: access.asks).answer),
        Route("/graphql", graphql),
        WebSocketRoute("/graphql", WebSocketEndpoint(engine, settings.cors_origins)),
        rest,
        *docs(settings.has_explorer),
        Route("/healthz", healthy),
        Route("/readyz", Readiness().answer),
        Route("/metrics", MetricsEndpoint(access).answer),
    ]
    if settings.auto_track:
        routes += tracking()
    if settings.has_explorer:
        routes.append(Route("/explorer", explorer.redirect_to_explorer))
    if settings.has_explorer and settings.introspection is not False:
        routes.append(Route("/schema.graphql", schema))
    if settings.has_explorer and explorer.ASSETS.is_dir():
        routes.append(Files("/explorer", explorer.ASSETS, CHECKED))
    if front_page.ASSETS.is_dir():
        routes.append(Files("/dashboard/assets", front_page.ASSETS / "assets", FOREVER))
    return routes


async def schema(request: Request) -> Response:
    """The schema, for people and for generators of code."""
    return FileResponse(SCHEMA, media_type="text/plain; charset=utf-8")


async def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


class Readiness:
    """Whether the server can read and record, found out once for all who ask meanwhile.

    The address is open to everyone: many who ask must not take the database's connections.
    """

    def __init__(self) -> None:
        self._checking: asyncio.Task[str | None] | None = None

    async def answer(self, request: Request) -> Response:
        """The process answers, and its database can be read and written."""
        if self._checking is None or self._checking.done():
            writer = request.app.state.services.recorder.writer
            self._checking = asyncio.create_task(trouble(writer), name="readiness")
        reason = await asyncio.shield(self._checking)
        if reason is not None:
            return JSONResponse({"status": "unavailable", "reason": reason}, 503)
        return JSONResponse({"status": "ok"})


async def trouble(writer: AnyWriter) -> str | None:
    """Why recording or reading would fail now, if it would; found out in `READY_S`."""
    try:
        async with asyncio.timeout(READY_S):
            await check_ready()
            await writer.check()
    except DatabaseUnavailable as error:
        return error.reason
    except Exception as error:
        if writer.trouble is not None:
            return writer.trouble.reason
        return f"the database does not answer: {type(error).__name__}"
    return None


async def unknown(request: Request, error: Exception) -> Response:
    """There is nothing at this address; the REST API's clients hear it in their form."""
    return refusal(RestError(404, Code.NOT_FOUND, "there is no such address")).response
