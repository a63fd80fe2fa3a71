"""The command `trailmark serve`: a server on an address, or the reason why there is none."""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Annotated

import typer
import uvicorn
from uvicorn.config import STARTUP_FAILURE

from graph.commands.keys import kept_keys
from graph.commands.terminal import console, is_there, read_settings, ready_database, run, stop
from graph.config.address import Address, BadAddress
from graph.config.follower_places import FollowerPlace
from graph.config.log_formats import LogFormat
from graph.config.settings import PREFIX, BadSettings, Settings
from graph.server.beside.keeping import followers_beside
from graph.server.connections.sockets import raise_descriptor_limit
from graph.server.logs.configuration import logging_in
from graph.server.logs.said import say_as_records
from graph.server.shared_folder import VARIABLE, shared_folder
from graph.server.workers import listen
from models.replicas.checking import check_replicas

ADVISED_BYTES = 32
"""Of a secret for HS256, as long as its digests."""


def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port.")] = 8000,
    workers: Annotated[int, typer.Option(min=1, help="Processes that share the port.")] = 1,
    uds: Annotated[
        str | None, typer.Option(help="A Unix socket to listen on, in place of host and port.")
    ] = None,
    fd: Annotated[
        int | None,
        typer.Option(min=0, help="A socket that listens already, as systemd hands it over: 3."),
    ] = None,
    keep_alive: Annotated[
        int, typer.Option(min=1, max=3600, help="Seconds that an idle connection is kept open.")
    ] = 5,
    root_path: Annotated[
        str | None, typer.Option(help="The path that a proxy serves it under, as in /trailmark.")
    ] = None,
) -> None:
    """Serve; an embedded database is migrated first."""
    address = Address(host, port, uds, fd)
    if fd is not None:
        _check(address)
        address.send_at_once()
    if root_path is not None:
        os.environ[PREFIX + "ROOT_PATH"] = root_path  # where workers read it
    settings = read_settings()
    if settings.log_format is LogFormat.JSON:
        console.file = say_as_records(settings.log_format)
    is_new = not is_there(settings.database)
    is_open = not _has_credentials(settings)
    if is_open and not address.is_local:
        stop(
            f"{address.option} is open to others, and no credentials are configured; make a key "
            "with `trailmark keys create --scope admin`, set TRAILMARK_TOKEN_SECRET, or listen on "
            "a loopback address such as 127.0.0.1"
        )
    for name in ("EXPLORER", "INTROSPECTION"):  # workers read them from the environment
        os.environ.setdefault(PREFIX + name, "true" if address.is_local else "false")
    place = FollowerPlace.INSIDE if settings.database.is_embedded else FollowerPlace.BESIDE
    os.environ.setdefault(PREFIX + "FOLLOWERS", place)
    settings = read_settings()
    if settings.documents:
        _check_documents(settings)
    if is_new:
        run(ready_database(settings, makes=True))
    if settings.replicas:
        run(check_replicas(settings.database, settings.replicas))
    _check(address)
    _announce(address, settings, is_open=is_open)
    raise_descriptor_limit()
    with _shared_by(workers):
        _listen(address, workers, settings, keep_alive_s=keep_alive)


def _check(address: Address) -> None:
    try:
        address.check()
    except BadAddress as bad:
        stop(str(bad))


def _check_documents(settings: Settings) -> None:
    from graph.server.app import check_documents  # else only what serves imports the schema

    try:
        check_documents(settings)
    except BadSettings as bad:
        stop(str(bad))


def _has_credentials(settings: Settings) -> bool:
    """Whether anyone can have credentials; makes ready a database that is there."""
    has_keys = is_there(settings.database) and bool(run(kept_keys(settings, makes=True)))
    return has_keys or settings.user_tokens.is_configured


def _announce(address: Address, settings: Settings, *, is_open: bool) -> None:
    where = "embedded database" if settings.database.is_embedded else "PostgreSQL"
    explorer = " · explorer at /graphql" if settings.explorer else ""
    console.print(f"Trailmark on {address}{settings.root_path} · {where}{explorer}")
    for warning in _warnings(settings, is_open=is_open):
        console.print(warning, style="yellow")


def _warnings(settings: Settings, *, is_open: bool) -> Iterator[str]:
    """What the operator should know, although it serves."""
    if is_open:
        yield "OPEN TO EVERYONE ON THIS MACHINE: no credentials are configured."
    length = len((settings.token_secret or "").encode())
    if 0 < length < ADVISED_BYTES:
        yield (
            f"TRAILMARK_TOKEN_SECRET has {length} bytes: a short one can be found by trying, from "
            f"any token; at least {ADVISED_BYTES} are advised (RFC 7518, section 3.2)"
        )


@contextmanager
def _shared_by(workers: int) -> Iterator[None]:
    """Within this, workers find the folder that they share."""
    os.environ.pop(VARIABLE, None)
    with ExitStack() as stack:
        if workers > 1:
            try:
                os.environ[VARIABLE] = str(stack.enter_context(shared_folder(workers)))
            except OSError as error:
                alone = "each worker tells its own metrics alone, and writes all lanes"
                console.print(f"{alone}: {error}", style="yellow")
        yield


def _listen(address: Address, workers: int, settings: Settings, *, keep_alive_s: int) -> None:
    """Serve until a signal ends it."""
    config = uvicorn.Config(
        "graph.server.app:from_environment",
        factory=True,
        host=address.host,
        port=address.port,
        uds=address.uds,
        fd=address.fd,
        workers=workers,
        http="graph.server.connections.http:Protocol",
        ws="graph.server.connections.websocket:WebSocketProtocol",
        ws_max_size=settings.limits.body_bytes,
        ws_per_message_deflate=False,
        proxy_headers=False,  # graph.server.addresses reads them, and knows lists and prefixes
        access_log=False,
        log_config=logging_in(settings.log_format),
        log_level="warning",
        server_header=False,
        timeout_keep_alive=keep_alive_s,
        timeout_graceful_shutdown=5,
    )
    with followers_beside(settings) as followers:
        has_begun = listen(config, followers)
    if not has_begun:
        raise typer.Exit(STARTUP_FAILURE)
