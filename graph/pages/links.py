"""Pages for browsers: their links lead to where the server is, also under a proxy's path."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from starlette.responses import Response
from starlette.routing import Match, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

NONE: Mapping[str, str] = MappingProxyType({})
#: Of files that are named by what they hold.
FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}


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


def under(root_path: str, page: str) -> str:
    """A page whose links begin with `/`, as it is served under a root path.

    Scripts find the path as `document.documentElement.dataset.root`. A root path holds no
    character that means anything in HTML.
    """
    if not root_path:
        return page
    linked = page.replace('="/', f'="{root_path}/')
    return linked.replace('data-root=""', f'data-root="{root_path}"')
