"""The life of a server: what is there before its first request, and until after its last."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.applications import Starlette

from graph.access.credentials import Access, watch
from graph.config.settings import Settings
from graph.context import Context, Services
from graph.metrics.reporting import reporting
from graph.metrics.rounds import Rounds
from graph.metrics.size_watch import SizeWatch
from graph.metrics.values import Sources
from graph.server import interpreter
from graph.server.logs.outages import Outages
from graph.server.routes import trouble
from graph.server.services import running_services
from graph.server.shutdown import finishing
from graph.transport.engine import Engine
from models.database.postgres import ANSWER_S
from models.errors import described
from models.histogram import Histogram
from models.replicas.replicas import reading_replicas
from resolvers.caller import Caller
from resolvers.clock import Clock
from resolvers.identity import Identity, claim
from resolvers.keys import Keyring
from resolvers.recording.lanes.lane_writers import AnyWriter

if TYPE_CHECKING:  # OpenTelemetry is there only where traces are wanted
    from graph.server.tracing.tracing import Tracing

log = logging.getLogger(__name__)


class Lifespan:
    """Starts the services of a server and stops them; contexts reach them in between."""

    def __init__(
        self,
        settings: Settings,
        identity: Identity,
        clock: Clock,
        *,
        shared_folder: Path | None,
        tracing: "Tracing | None",
    ) -> None:
        self._settings = settings
        self._identity = identity
        self._clock = clock
        self._shared_folder = shared_folder
        self._tracing = tracing
        self._services: Services  # once it runs

    def context(self, caller: Caller) -> Context:
        """The context of an operation of a caller."""
        return Context(self._services, caller)

    @asynccontextmanager
    async def run(
        self, app: Starlette, *, access: Access, engine: Engine, hears_signals: bool
    ) -> AsyncIterator[None]:
        """Have the services work until the block ends.

        `app.state.services` holds them, and `app.state.reporter` what tells how they fare.

        Raises:
            ForeignSecret: the database was filled under another secret.
        """
        settings, identity, tracing = self._settings, self._identity, self._tracing
        begun = time.monotonic()
        log.info("starting %s over %s", metadata.version("trailmark"), settings.database.address)
        await claim(identity, settings.database)
        rounds = Rounds()
        async with (
            settings.database.reading(ANSWER_S),
            reading_replicas(settings.database, settings.replicas),
            tracing.running(settings.database) if tracing else nullcontext(),
            running_services(
                settings,
                identity,
                self._clock,
                rounds,
                shared_folder=self._shared_folder,
                tracing=tracing,
            ) as self._services,
            Outages(partial(_trouble, self._services.recorder.writer, access.keyring)).watched(),
            _watching(access, engine),
            reporting(self._sources(access, engine, rounds), self._shared_folder) as reporter,
        ):
            app.state.services = self._services
            app.state.reporter = reporter
            interpreter.prepare()
            async with _finishing(engine, hears_signals):
                log.info("ready after %.1f s", time.monotonic() - begun)
                yield
        log.info("stopped after %.0f s", time.monotonic() - begun)

    def _sources(self, access: Access, engine: Engine, rounds: Rounds) -> Sources:
        return Sources(
            services=self._services,
            engine=engine,
            keyring=access.keyring,
            rounds=rounds,
            size=SizeWatch(self._settings.database),
            loop_lag=Histogram(),
        )


async def _trouble(writer: AnyWriter, keyring: Keyring) -> str | None:
    """Why callers would be refused for the database's sake, if they would."""
    reason = await trouble(writer)
    if reason is None and keyring.is_stale:
        try:
            await keyring.refresh()
        except Exception as error:
            return described(error)
        return "the keys cannot be read" if keyring.is_stale else None
    return reason


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
