"""The tracking script: /track.js for pages, /track.mjs for bundles, where they were built in."""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

ASSETS = Path(__file__).parents[1] / "static" / "track"
TYPES = {
    "track.js": "text/javascript",
    "track.mjs": "text/javascript",
    "track.d.mts": "text/plain",
}
DOCUMENTS = ("record", "states")
_NOT_BUILT = "the tracking script is not built: run `make web` in a checkout, with npm installed\n"
#: Pages of every site may load it, and look again after an hour. Meanwhile a new one is fetched.
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Cache-Control": "public, max-age=3600, stale-while-revalidate=86400",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Vary": "Accept-Encoding",
}


def tracking() -> list[Route]:
    """The routes of the script, its module and the module's types."""
    return [Route(f"/{name}", Script(ASSETS / name, TYPES[name]).answer) for name in TYPES]


def documents() -> dict[str, str]:
    """The documents that the script sends, by ids; none where it was not built."""
    files = {f"track/{name}": ASSETS / f"{name}.graphql" for name in DOCUMENTS}
    return {id: file.read_text(encoding="utf-8") for id, file in files.items() if file.exists()}


class Script:
    """The endpoint of one file, which is read once."""

    def __init__(self, file: Path, media_type: str) -> None:
        plain = file.read_bytes() if file.exists() else None
        self._plain = None if plain is None else _Form.of(plain)
        self._packed = None if plain is None else _Form.of(gzip.compress(plain, mtime=0))
        self._media_type = media_type

    async def answer(self, request: Request) -> Response:
        if self._plain is None or self._packed is None:
            return PlainTextResponse(_NOT_BUILT, 404)
        is_packed = "gzip" in request.headers.get("accept-encoding", "")
        form = self._packed if is_packed else self._plain
        headers = {**_HEADERS, "ETag": form.etag}
        if is_packed:
            headers["Content-Encoding"] = "gzip"
        if form.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        return Response(form.content, headers=headers, media_type=self._media_type)


@dataclass(frozen=True, slots=True)
class _Form:
    """A file as it is sent, plain or packed."""

    content: bytes
    etag: str

    @classmethod
    def of(cls, content: bytes) -> "_Form":
        return cls(content, f'"{hashlib.sha256(content).hexdigest()[:32]}"')
