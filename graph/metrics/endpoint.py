"""The route /metrics: who may read it, and in which form."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from graph.access.credentials import Access
from graph.codes import Code
from graph.metrics.reporting import Reporter
from graph.transport.principals import RETRY, Denied
from resolvers.caller import Caller, Scope
from resolvers.errors import Overloaded

READERS = frozenset({Scope.READ, Scope.ADMIN})


class MetricsEndpoint:
    """Answers with the metrics: without credentials to this machine, else to reading keys.

    While the database does not answer, keys count as they were known last: that is when metrics
    are wanted most, and they tell of no user.
    """

    def __init__(self, access: Access) -> None:
        self._access = access

    async def answer(self, request: Request) -> Response:
        try:
            caller = await self._caller(request)
            if not caller.has_any(READERS):
                message = f"/metrics is not for callers of scope {caller.scope_names}"
                raise Denied(403, Code.FORBIDDEN, message)
        except Denied as denied:
            return _refusal(denied.status, str(denied), denied.code, dict(denied.headers))
        except Overloaded as overloaded:
            return _refusal(503, str(overloaded), Code.OVERLOADED, RETRY)
        reporter: Reporter = request.app.state.reporter
        page = await reporter.page(request.headers.get("accept", ""))
        return Response(page.content, media_type=page.media_type, headers=_HEADERS)

    async def _caller(self, request: Request) -> Caller:
        known = self._access.last_known(request) if self._access.keyring.is_stale else None
        return known or await self._access.caller(request, {})


_HEADERS = {"Cache-Control": "no-store"}


def _refusal(status: int, message: str, code: str, headers: dict[str, str]) -> Response:
    body = {"error": message, "code": code}
    return JSONResponse(body, status, {**_HEADERS, **headers})
