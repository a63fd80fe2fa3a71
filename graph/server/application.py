"""The ASGI application: what every request goes through before its route."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.config.settings import Settings
from graph.server.addresses import Addresses
from graph.server.cors import cors
from graph.server.headers import SafeHeaders
from graph.server.logs.request_ids import RequestIds
from graph.transport.bodies import BODY
from graph.transport.http.replies import WRITE
from graph.transport.requests import NOTES, header

#: What sees each request and its answer, and passes both on.
Observer = Callable[[ASGIApp], ASGIApp]


class Application(Starlette):
    """An application with a direct way for the operations that are posted to `/graphql`.

    Nearly all requests are such operations. What the routes and middlewares do for one takes longer
    than many an operation. All others are given the address that their client used, also those of
    pages, whose origin is compared to it. Each request has an id; `observers` see all of them, the
    first of these before the others.
    """

    def __init__(
        self,
        direct: ASGIApp | None,
        addresses: Addresses,
        observers: Iterable[Observer] = (),
        **parts: Any,
    ) -> None:
        super().__init__(**parts)
        self._direct = direct
        self._addresses = addresses
        self._ids = RequestIds(addresses)
        self._answer: ASGIApp = self._answer_unobserved
        for observer in reversed(list(observers)):
            self._answer = observer(self._answer)
        self.router.redirect_slashes = False  # a redirect would leave the TLS of a proxy
        self._not_found, self.router.default = self.router.default, self._answer_without_slashes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await super().__call__(scope, receive, send)
        else:
            await self._answer(scope, receive, self._ids.begin(scope, send))

    def _answer_unobserved(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self._direct is not None and _is_posted_operation(scope) and not _is_of_page(scope):
            return self._direct(scope, receive, send)
        self._addresses.resolve(scope)
        scope.pop(WRITE, None)  # what middlewares add to a response must not be left out
        scope.pop(BODY, None)
        scope.pop(NOTES, None)  # the address that proxies tell is put among the headers
        return super().__call__(scope, receive, send)

    async def _answer_without_slashes(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer at an address with more slashes around it as at the one without them."""
        root: str = scope.get("root_path", "")
        path = f"{root}/{scope['path'].removeprefix(root).strip('/')}"
        if path == scope["path"]:
            await self._not_found(scope, receive, send)
        else:
            scope["path"] = path
            await self.router(scope, receive, send)


def build_middleware(settings: Settings) -> list[Middleware]:
    """What all responses have; pages of the configured origins, and of no other, may read them."""
    middleware = [Middleware(SafeHeaders)]
    if settings.cors_origins:
        middleware.append(cors(settings))
    return middleware


def _is_posted_operation(scope: Scope) -> bool:
    is_http: bool = scope["type"] == "http"
    return is_http and scope["path"] == "/graphql" and scope["method"] == "POST"


def _is_of_page(scope: Scope) -> bool:
    return bool(header(scope, b"origin"))
