"""The server: its parts put together for some settings."""

import os
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import strawberry
from starlette.applications import Starlette

from graph.access.credentials import Access
from graph.access.rates import Rates, allowing
from graph.access.rights import RIGHTS, audience, enforce, is_user
from graph.config.secret import find_secret
from graph.config.settings import PREFIX, BadSettings, Settings
from graph.pages import tracking
from graph.pages.explorer import explorer
from graph.schema.schema import build
from graph.server.addresses import Addresses
from graph.server.application import Application, Observer, build_middleware
from graph.server.headers import SAFE
from graph.server.lifespan import Lifespan
from graph.server.logs.access_log import AccessLog
from graph.server.logs.client_addresses import ClientAddresses
from graph.server.logs.paths import ShownPaths
from graph.server.routes import build_routes, unknown
from graph.server.shared_folder import VARIABLE
from graph.server.tracing.wanted import tracing_for
from graph.transport.documents.documents import Documents
from graph.transport.documents.trusted import BadDocuments, TrustedDocuments, is_free
from graph.transport.engine import Contexts, Engine
from graph.transport.http.endpoint import HttpEndpoint
from resolvers.clock import Clock, system_clock
from resolvers.identity import Identity
from resolvers.keys import Keyring

if TYPE_CHECKING:  # OpenTelemetry is there only where traces are wanted
    from graph.server.tracing.tracing import Tracing


def from_environment() -> Starlette:
    """The application for the process's environment; what each worker of `serve` starts."""
    folder = os.environ.get(VARIABLE)
    return create_app(
        Settings.read(os.environ),
        hears_signals=True,
        shared_folder=Path(folder) if folder else None,
        tracing=tracing_for(os.environ),
    )


def create_app(
    settings: Settings,
    clock: Clock = system_clock,
    schema: strawberry.Schema | None = None,
    *,
    hears_signals: bool = False,
    shared_folder: Path | None = None,
    tracing: "Tracing | None" = None,
) -> Starlette:
    """The application for these settings; it opens its database when it starts.

    It is to hear signals where it is the whole process: it then ends its subscriptions before the
    server stops.

    `schema` stands in for the product's own, where that is to be served with additions; `enforce`
    has guarded it. Processes with the same `shared_folder` tell their metrics together, and divide
    the lanes. With `tracing` each request makes spans.
    """
    identity = Identity(find_secret(settings))
    access = Access(Keyring(), settings.user_tokens, identity, settings.cors_origins)
    rates = Rates(settings.key_rate, settings.user_rate)
    lifespan = Lifespan(settings, identity, clock, shared_folder=shared_folder, tracing=tracing)
    schema = schema or _build_schema()
    engine = _build_engine(settings, schema, contexts=lifespan.context, access=access, rates=rates)
    if tracing is not None:
        engine.operations = tracing.operations
    graphql = HttpEndpoint(engine, explorer if settings.has_explorer else None, SAFE)
    routes = build_routes(settings, graphql, engine=engine, access=access, rates=rates)
    addresses = Addresses(settings.root_path, settings.trusted_proxies)
    return Application(
        None if settings.cors_origins else graphql,
        addresses,
        _observers(settings, addresses, ShownPaths(routes), tracing),
        routes=routes,
        middleware=build_middleware(settings),
        exception_handlers={404: unknown},
        lifespan=partial(lifespan.run, access=access, engine=engine, hears_signals=hears_signals),
    )


def _observers(
    settings: Settings, addresses: Addresses, paths: ShownPaths, tracing: "Tracing | None"
) -> Iterator[Observer]:
    """What sees each request; traces first, so that the access log knows of which a line is."""
    if tracing is not None:
        yield tracing.observer(paths)
    if settings.access_log:
        clients = ClientAddresses(addresses, truncates=settings.anonymize_ip)
        yield partial(AccessLog, clients=clients, paths=paths)


@cache
def _build_schema() -> strawberry.Schema:
    """The product's own schema, which every application of a process may share."""
    schema = build()
    enforce(schema._schema, RIGHTS)
    return schema


def check_documents(settings: Settings) -> None:
    """Make sure that trusted documents can be served.

    Raises:
        BadSettings: some do not fit the schema or the limits; names each.
    """
    is_introspected = settings.introspection is not False
    documents = Documents(_build_schema()._schema, settings.limits, is_introspected)
    try:
        documents.trust(_trusted(settings))
    except BadDocuments as bad:
        message = f"{PREFIX}DOCUMENTS holds documents that cannot be served:\n{bad}"
        raise BadSettings(message) from None


def _build_engine(
    settings: Settings,
    schema: strawberry.Schema,
    *,
    contexts: Contexts,
    access: Access,
    rates: Rates,
) -> Engine:
    return Engine(
        schema,
        contexts,
        authenticate=access.caller,
        throttle=rates.wait_s,
        limits=settings.limits,
        introspection=settings.introspection is not False,
        compile=settings.compile,
        audience=audience,
        allowance=allowing(settings.key_subscriptions, settings.user_subscriptions),
        is_valid=access.is_valid,
        trusted=_trusted(settings),
    )


def _trusted(settings: Settings) -> TrustedDocuments:
    """The operator's documents; where pages may send no others, also the tracking script's."""
    if not settings.documents_only:
        return TrustedDocuments(settings.documents, is_free)
    own = tracking.documents() if settings.auto_track else {}
    return TrustedDocuments({**own, **settings.documents}, is_user)
