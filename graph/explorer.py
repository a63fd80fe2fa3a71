"""The explorer: GraphiQL, from the server itself where its files were built in."""

from pathlib import Path

from strawberry.http.ides import get_graphql_ide_html

ASSETS = Path(__file__).parent / "static" / "explorer"


def page() -> str:
    """The page a browser gets at /graphql.

    Without built-in files, the page that Strawberry ships, which loads GraphiQL from the network.
    """
    own = ASSETS / "index.html"
    return own.read_text(encoding="utf-8") if own.exists() else get_graphql_ide_html("graphiql")
