"""The explorer: GraphiQL, from files that were built into the server."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from graph.pages.links import page_response, plain_page

ASSETS = Path(__file__).parents[1] / "static" / "explorer"
_NOT_BUILT = plain_page("""\
    <p>
      The explorer is not built: run <code>make web</code>, which needs Node and npm, and
      restart the server. The API is there without it: POST /graphql.
      <a href="/schema.graphql">Its schema.</a>
    </p>
""")


def explorer(root_path: str) -> Response:
    """The page a browser gets at /graphql; where nothing was built in, how to build it."""
    built = ASSETS / "index.html"
    page = built.read_text(encoding="utf-8") if built.exists() else _NOT_BUILT
    return page_response(root_path, page)


async def redirect_to_explorer(request: Request) -> Response:
    """Send a browser to the explorer, by a path alone: proxies between may change all the rest."""
    return RedirectResponse(request.scope.get("root_path", "") + "/graphql")
