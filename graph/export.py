"""Export: all that is stored about one user as NDJSON, over HTTP and on the command line."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
import typer
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from graph.context import Product
from graph.rights import OWNERS
from graph.secret import find_secret
from graph.settings import Settings
from graph.terminal import check_there, check_version, console, read_settings, run, stop
from graph.transport.parties import SLOW_DOWN, Denied, Throttle
from models.errors import is_unavailable
from resolvers.caller import Caller
from resolvers.clock import system_clock
from resolvers.errors import InputError, InputErrorCode, Overloaded
from resolvers.exporting import Line, export
from resolvers.identity import Identity, claim
from resolvers.intake import whose
from resolvers.opaque import Opaque
from resolvers.targets import BadId, profile_alias

CHUNK_BYTES = 32 * 1024
NDJSON = "application/x-ndjson"
_NAMES = {"userId": "user_id", "userAlias": "user_alias"}
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="export.ndjson"',
    "X-Content-Type-Options": "nosniff",
}

Callers = Callable[[HTTPConnection, Mapping[str, Any]], Awaitable[Caller]]


@dataclass(frozen=True, slots=True)
class _Named:
    user_id: str | None
    user_alias: str | None


def exports(caller_of: Callers, throttle: Throttle) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of `GET /export?user_id=…` or `?user_alias=…`; a user's token needs neither.

    The export is streamed as it is read. Where it breaks off, so does the response: one that ends
    well is whole.
    """

    async def endpoint(request: Request) -> Response:
        try:
            caller = await caller_of(request, {})
        except Denied as denied:
            return _refusal(denied.status, str(denied), denied.headers)
        except Overloaded as overloaded:
            return _refusal(503, str(overloaded))
        if caller.scope not in OWNERS:
            return _refusal(403, f"exports are not for callers of scope {caller.scope}")
        if wait_s := throttle(caller):
            return _refusal(429, SLOW_DOWN, {"Retry-After": str(wait_s)})
        product: Product = request.app.state.product
        errors: list[InputError] = []
        given = request.query_params
        named = _Named(given.get("user_id"), given.get("user_alias"))
        alias = whose(named, caller, product.identity, errors)
        if alias is None:
            return _refused(errors[0])
        return await streamed(product, alias)

    return endpoint


async def streamed(product: Product, alias: str) -> Response:
    """A user's export, as a response that begins once the database has given the first lines."""
    chunks = _chunks(_of(product, alias))
    try:
        first = await anext(chunks)
    except Exception as error:
        if not is_unavailable(error):
            raise
        return _refusal(503, "the database does not answer now; try again shortly")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for chunk in chunks:
            yield chunk

    return StreamingResponse(whole(), headers=_HEADERS, media_type=NDJSON)


def _of(product: Product, alias: str) -> AsyncIterator[Line]:
    now = product.clock()
    return export(alias, product.opaque, product.scoring, product.default_level, now)


async def _chunks(lines: AsyncIterator[Line]) -> AsyncIterator[bytes]:
    """The lines as JSON, some at a time."""
    chunk = bytearray()
    async for line in lines:
        chunk += orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
        if len(chunk) >= CHUNK_BYTES:
            yield bytes(chunk)
            chunk.clear()
    if chunk:
        yield bytes(chunk)


def _refused(error: InputError) -> Response:
    status = 403 if error.code is InputErrorCode.NOT_ALLOWED else 400
    name = ".".join(_NAMES.get(part, part) for part in error.field)
    return _refusal(status, f"{name}: {_in_snake_case(error.message)}")


def _in_snake_case(message: str) -> str:
    for name, here in _NAMES.items():
        message = message.replace(name, here)
    return message


def _refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Response:
    return JSONResponse({"error": message}, status, dict(headers or {}))


def export_user(
    user: Annotated[str, typer.Argument(help="The user's id, or the alias `u_…`.")],
) -> None:
    """Write all that is stored about one user to standard output, a line of JSON for each thing."""
    alias, lines = run(_export(read_settings(), user))
    console.print(f"exported {lines:,} lines about {alias}")


async def _export(settings: Settings, user: str) -> tuple[str, int]:
    """Write the lines about a user; the alias, and how many there were."""
    check_there(settings.database)
    identity = Identity(find_secret(settings))
    await check_version(settings.database)
    await claim(identity, settings.database)
    try:
        alias = profile_alias(user, identity)
    except BadId as bad:
        stop(f"USER: {bad.message}")
    return alias, await _write(settings, identity, alias)


async def _write(settings: Settings, identity: Identity, alias: str) -> int:
    opaque, now = Opaque(identity.key("interaction ids")), system_clock()
    written = 0
    async with settings.database.reading():
        lines = export(alias, opaque, settings.scoring, settings.default_privacy, now)
        with console.status("exporting") as status:
            async for chunk in _chunks(lines):
                _put(chunk)
                written += chunk.count(b"\n")
                status.update(f"exporting: {written:,} lines")
    return written


def _put(chunk: bytes) -> None:
    """Write to standard output.

    Raises:
        BrokenPipeError: nobody reads it.
    """
    try:
        sys.stdout.buffer.write(chunk)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still held
        stop(f"standard output: {error.strerror}")
