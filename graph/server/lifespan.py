"""The life of a server: what is there before its first request, and until after its last."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext

from starlette.applications import Starlette

from graph.access.credentials import Access, watch
from graph.config.settings import Settings
from graph.context import Context, Services
from graph.server import interpreter
from graph.server.services import running_services
from graph.server.shutdown import finishing
from graph.transport.engine import Engine
from models.database.postgres import ANSWER_S
from models.replicas.replicas import reading_replicas
from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.identity import Identity, claim


class Lifespan:
    """Starts the services of a server and stops them; contexts reach them in between."""

    def __init__(self, settings: Settings, identity: Identity, clock: Clock) -> None:
        self._settings = settings
        self._identity = identity
        self._clock = clock
        self._services: Services  # once it runs

    def context(self, caller: Caller) -> Context:
        """The context of an operation of a caller."""
        return Context(self._services, caller)

    @asynccontextmanager
    async def run(
        self, app: Starlette, *, access: Access, engine: Engine, hears_signals: bool
    ) -> AsyncIterator[None]:
        """Have the services work until the block ends; `app.state.services` holds them.

        Raises:
            ForeignSecret: the database was filled under another secret.
        """
        settings, identity = self._settings, self._identity
        await claim(identity, settings.database)
        async with (
            settings.database.reading(ANSWER_S),
            reading_replicas(settings.database, settings.replicas),
            running_services(settings, identity, self._clock) as self._services,
            _watching(access, engine),
        ):
            app.state.services = self._services
            interpreter.prepare()
            async with _finishing(engine, hears_signals):
                yield


@asynccontextmanager
async def _watching(access: Access, engine: Engine) -> AsyncIterator[None]:
    """Know all keys before the first request; end the streams of those that are revoked."""
    await access.keyring.refresh()
    watching = asyncio.create_task(watch(access, engine))
    try:
        yield
    finally:
        watching.cancel()


def _finishing(engine: Engine, hears_signals: bool) -> AbstractAsyncContextManager[None]:
    return finishing(engine.finish) if hears_signals else nullcontext()
