"""The front page: the dashboard for a browser, a line on what lives where for a terminal."""

from collections.abc import Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from graph.pages.links import page_response, plain_page

ASSETS = Path(__file__).parents[1] / "static" / "dashboard"

_LINE = (
    "Trailmark: GraphQL at {root}/graphql, the REST API described at {root}/openapi.json, "
    "health at {root}/healthz and {root}/readyz, metrics at {root}/metrics.\n"
)
_UNBUILT = plain_page("""\
    <h1>Trailmark</h1>
    <p>The dashboard was not built: install Node.js with npm, and run <code>make web</code>.</p>
    <ul>
      <li><a href="/graphql">/graphql</a>: GraphQL</li>
      <li><a href="/docs">/docs</a>: the REST API</li>
      <li><a href="/openapi.json">/openapi.json</a>: the REST API as OpenAPI</li>
      <li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>: health</li>
      <li><a href="/metrics">/metrics</a>: metrics for Prometheus</li>
    </ul>
""")
_OF_EXPLORER = '      <li><a href="/docs">/docs</a>: the REST API</li>\n'
#: The dashboard loads its own files, calls its own server, and runs nothing else.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)


class FrontPage:
    """The endpoint of `/`; names the pages for people only where the server has them.

    Where credentials are needed, the dashboard is told, and asks for some before it calls the
    server.
    """

    def __init__(self, has_explorer: bool, is_guarded: Callable[[], bool]) -> None:
        self._has_explorer = has_explorer
        self._is_guarded = is_guarded

    async def answer(self, request: Request) -> Response:
        root = request.scope.get("root_path", "")
        if "text/html" in request.headers.get("accept", ""):
            answer = page_response(root, self._page(), _POLICY)
            answer.headers["Cache-Control"] = "no-cache"
        else:
            answer = PlainTextResponse(_LINE.format(root=root))
        answer.headers["Vary"] = "Accept"
        return answer

    def _page(self) -> str:
        built = ASSETS / "index.html"
        if not built.exists():
            return _UNBUILT if self._has_explorer else _UNBUILT.replace(_OF_EXPLORER, "")
        page = built.read_text(encoding="utf-8")
        if self._is_guarded():
            page = page.replace('data-guarded=""', 'data-guarded="on"')
        return (
            page.replace('data-explorer=""', 'data-explorer="on"') if self._has_explorer else page
        )
