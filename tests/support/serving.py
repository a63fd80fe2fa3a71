"""A running server in tests, in the process of the test itself."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx

from graph.config.settings import Settings
from graph.server.app import create_app
from tests.support.client import Caller, FixedClock

SECRET = "a secret of the tests alone"  # noqa: S105
#: Makes settings that differ from the defaults.
Settling = Callable[..., Settings]


@asynccontextmanager
async def serving(settings: Settings, clock: FixedClock) -> AsyncIterator[Caller]:
    """A running server and a caller of it."""
    app = create_app(settings, clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
    ):
        yield Caller(http, settings.database_url, clock)
