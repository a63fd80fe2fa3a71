"""The OpenAPI document's addresses: as JSON, and as a page for people."""

from functools import cache
from html import escape
from pathlib import Path

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from graph.pages.links import CHECKED, Files, page_response
from graph.rest.openapi import Document, document

ASSETS = Path(__file__).parents[1] / "static" / "docs"
_PLAIN = """<!doctype html>
<html lang="en" data-root="">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Trailmark's REST API</title>
    <style>
      body {{ font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; }}
      td {{ padding-right: 1rem; }}
    </style>
  </head>
  <body>
    <h1>Trailmark's REST API</h1>
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
        routes.append(Files("/docs", ASSETS, CHECKED))
    return routes


async def _openapi(request: Request) -> Response:
    root_path = request.scope.get("root_path", "")
    servers = {"servers": [{"url": root_path or "/"}]}
    return Response(orjson.dumps(_document() | servers), media_type="application/json")


async def _docs(request: Request) -> Response:
    built = ASSETS / "index.html"
    page = built.read_text(encoding="utf-8") if built.exists() else _plain()
    return page_response(request.scope.get("root_path", ""), page)


@cache
def _document() -> Document:
    return document()


@cache
def _plain() -> str:
    """A page that needs nothing: every route, and where to read the rest."""
    rows = [
        f"<tr><td><code>{method.upper()}</code></td><td><code>{escape(path)}</code></td>"
        f"<td>{escape(described['summary'])}</td></tr>"
        for path, methods in _document()["paths"].items()
        for method, described in methods.items()
    ]
    return _PLAIN.format(rows="\n      ".join(rows))
