"""The explorer: GraphiQL, from the server itself where its files were built in."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from strawberry.http.ides import get_graphql_ide_html

from graph.pages.links import under

ASSETS = Path(__file__).parents[1] / "static" / "explorer"


def page(root_path: str) -> str:
    """The page a browser gets at /graphql.

    Without built-in files, the page that Strawberry ships, which loads GraphiQL from the network.
    """
    own = ASSETS / "index.html"
    if own.exists():
        return under(root_path, own.read_text(encoding="utf-8"))
    return get_graphql_ide_html("graphiql")


async def redirect_to_explorer(request: Request) -> Response:
    """Send a browser to the explorer, by a path alone: proxies between may change all the rest."""
    return RedirectResponse(request.scope.get("root_path", "") + "/graphql")
