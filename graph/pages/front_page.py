"""The front page: says what lives where, in a line for a terminal and in links for a browser."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from graph.pages.links import page_response

_LINE = (
    "Trailmark: GraphQL at {root}/graphql, the REST API described at {root}/openapi.json, "
    "health at {root}/healthz and {root}/readyz, metrics at {root}/metrics.\n"
)
_PAGE = """<!doctype html>
<html lang="en" data-root="">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Trailmark</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
    <h1>Trailmark</h1>
    <ul>
      <li><a href="/graphql">/graphql</a>: GraphQL</li>
      <li><a href="/docs">/docs</a>: the REST API</li>
      <li><a href="/openapi.json">/openapi.json</a>: the REST API as OpenAPI</li>
      <li><a href="/healthz">/healthz</a>, <a href="/readyz">/readyz</a>: health</li>
      <li><a href="/metrics">/metrics</a>: metrics for Prometheus</li>
    </ul>
  </body>
</html>
"""
_OF_EXPLORER = '      <li><a href="/docs">/docs</a>: the REST API</li>\n'


class FrontPage:
    """The endpoint of `/`; names the pages for people only where the server has them."""

    def __init__(self, has_explorer: bool) -> None:
        self._page = _PAGE if has_explorer else _PAGE.replace(_OF_EXPLORER, "")

    async def answer(self, request: Request) -> Response:
        root = request.scope.get("root_path", "")
        if "text/html" in request.headers.get("accept", ""):
            answer = page_response(root, self._page)
        else:
            answer = PlainTextResponse(_LINE.format(root=root))
        answer.headers["Vary"] = "Accept"
        return answer
