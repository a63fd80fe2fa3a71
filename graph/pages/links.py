"""Pages for browsers: their links lead to where the server is, also under a proxy's path."""

from pathlib import Path

from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope


class Files(Mount):
    """The files of a folder; the folder itself, with a slash or without, is a page's address."""

    def __init__(self, path: str, folder: Path) -> None:
        super().__init__(path, StaticFiles(directory=folder))

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        return (Match.NONE, {}) if scope["path"].endswith("/") else super().matches(scope)


def under(root_path: str, page: str) -> str:
    """A page whose links begin with `/`, as it is served under a root path.

    Scripts find the path as `document.documentElement.dataset.root`. A root path holds no
    character that means anything in HTML.
    """
    if not root_path:
        return page
    linked = page.replace('="/', f'="{root_path}/')
    return linked.replace('data-root=""', f'data-root="{root_path}"')
