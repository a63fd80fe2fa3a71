"""Pages for browsers: their links lead to where the server is, and they run its scripts alone."""

from pathlib import Path

from starlette.responses import HTMLResponse, Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

#: Scripts come from the server's own files alone, and so does all that a page loads or asks.
#: GraphiQL and Swagger UI write styles into the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "form-action 'none'; frame-ancestors 'none'; base-uri 'none'"
)


class Files(Mount):
    """The files of a folder; the folder itself, with a slash or without, is a page's address."""

    def __init__(self, path: str, folder: Path) -> None:
        super().__init__(path, StaticFiles(directory=folder))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.NONE, {}) if scope["path"].endswith("/") else super().matches(scope)


def page_response(root_path: str, page: str) -> Response:
    """A page whose links begin with `/`, as a browser gets it under a root path."""
    return HTMLResponse(under(root_path, page), headers={"Content-Security-Policy": POLICY})


def under(root_path: str, page: str) -> str:
    """A page whose links begin with `/`, as it is served under a root path.

    Scripts find the path as `document.documentElement.dataset.root`. A root path holds no
    character that means anything in HTML.
    """
    if not root_path:
        return page
    linked = page.replace('="/', f'="{root_path}/')
    return linked.replace('data-root=""', f'data-root="{root_path}"')
