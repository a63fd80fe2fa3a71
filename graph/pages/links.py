"""Pages for browsers: their links lead to where the server is, and they run its scripts alone."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

NONE: Mapping[str, str] = MappingProxyType({})
#: Of files that are named by what they hold.
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
#: Of files that keep their names: a browser asks whether they are still the same.
CHECKED = {"Cache-Control": "no-cache"}
#: Scripts come from the server's own files alone, and so does all that a page loads or asks.
#: GraphiQL and Swagger UI write styles into the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)

_PLAIN = """<!doctype html>
<html lang="en" data-root="">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Trailmark</title>
    <link rel="icon" href="data:," />
  </head>
  <body>
{}  </body>
</html>
"""


class Files(Mount):
    """The files of a folder; the folder itself, with a slash or without, is a page's address.

    `headers` are those that the files are sent with.
    """

    def __init__(self, path: str, folder: Path, headers: Mapping[str, str] = NONE) -> None:
        super().__init__(path, _Files(directory=folder, headers=headers))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.NONE, {}) if scope["path"].endswith("/") else super().matches(scope)


class _Files(StaticFiles):
    def __init__(self, headers: Mapping[str, str], **parts: Any) -> None:
        super().__init__(**parts)
        self._headers = headers

    def file_response(self, *parts: Any, **more: Any) -> Response:
        response = super().file_response(*parts, **more)
        response.headers.update(self._headers)
        return response


def page_response(root_path: str, page: str, policy: str = POLICY) -> Response:
    """A page whose links begin with `/`, as a browser gets it under a root path."""
    return HTMLResponse(under(root_path, page), headers={"Content-Security-Policy": policy})


def plain_page(body: str) -> str:
    """What stands in for a page that was not built; `body` is its HTML."""
    return _PLAIN.format(body)


def under(root_path: str, page: str) -> str:
    """A page whose links begin with `/`, as it is served under a root path.

    Scripts find the path as `document.documentElement.dataset.root`. A root path holds no
    character that means anything in HTML.
    """
    if not root_path:
        return page
    linked = page.replace('="/', f'="{root_path}/')
    return linked.replace('data-root=""', f'data-root="{root_path}"')
