"""A running server in tests, in the process of the test itself."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
from starlette.applications import Starlette

from graph.config.settings import Settings
from graph.server.app import _build_schema, create_app
from tests.support.client import Caller, FixedClock
from tests.support.shared.documents import share_documents

SECRET = "a secret of the tests alone"  # noqa: S105
#: Makes settings that differ from the defaults.
Settling = Callable[..., Settings]


def product(settings: Settings, clock: FixedClock) -> Starlette:
    """The product itself; it shares documents with all others of the process."""
    share_documents(_build_schema()._schema)
    return create_app(settings, clock)


@asynccontextmanager
async def serving(settings: Settings, clock: FixedClock) -> AsyncIterator[Caller]:
    """A running server and a caller of it."""
    app = product(settings, clock)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1") as http,
    ):
        yield Caller(http, settings.database_url, clock)
