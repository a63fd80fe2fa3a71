"""The OpenAPI document's addresses: as JSON, and as a page for people."""

from functools import cache
from html import escape
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from graph.rest.openapi import document

ASSETS = Path(__file__).parents[1] / "static" / "docs"
_PLAIN = """<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Trailmark's REST face</title>
    <style>
      body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }}
      td {{ padding-right: 1rem; }}
    </style>
  </head>
  <body>
    <h1>Trailmark's REST face</h1>
    <p>All parameters, bodies and answers are in <a href="/openapi.json">/openapi.json</a>.</p>
    <table>
      {rows}
    </table>
  </body>
</html>
"""


def docs(has_page: bool) -> list[BaseRoute]:
    """The document's routes; the page is built from an npm package, and plain where it was not."""
    routes: list[BaseRoute] = [Route("/openapi.json", _openapi)]
    if has_page:
        routes.append(Route("/docs", _docs))
    if has_page and ASSETS.is_dir():
        routes.append(Mount("/docs", StaticFiles(directory=ASSETS)))
    return routes


async def _openapi(request: Request) -> Response:
    return Response(_encoded(), media_type="application/json")


async def _docs(request: Request) -> Response:
    built = ASSETS / "index.html"
    return HTMLResponse(built.read_text(encoding="utf-8") if built.exists() else _plain())


@cache
def _encoded() -> bytes:
    return orjson.dumps(document())


@cache
def _plain() -> str:
    """A page that needs nothing: every route, and where to read the rest."""
    rows = [
        f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(described['summary'])}</td></tr>"
        for path, methods in document()["paths"].items()
        for method, described in methods.items()
    ]
    return _PLAIN.format(rows="\n      ".join(rows))
