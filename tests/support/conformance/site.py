"""A site whose pages load the tracking script from another origin, under a strict policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

POLICY = (
    "default-src 'none'; script-src 'self' {api}; connect-src {api}; style-src 'self'; "
    "img-src data:; require-trusted-types-for 'script'; base-uri 'none'; form-action 'none'"
)
STYLE = "body { margin: 0 } .post { height: 200px; overflow: hidden } .tall { height: 2000px }"
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}


class Site(ThreadingHTTPServer):
    """Answers what was put at an address."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://127.0.0.1:{self.server_port}"
        #: Where pages may load scripts from and send to.
        self.api = ""
        self.pages = {"/style.css": STYLE.encode()}


class _Handler(BaseHTTPRequestHandler):
    server: Site

    def do_PUT(self) -> None:
        self.server.pages[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._answer(204, b"")

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        body = self.server.pages.get(path)
        self._answer(404 if body is None else 200, body or b"", path)

    def _answer(self, status: int, body: bytes, path: str = "") -> None:
        self.send_response(status)
        suffix = path[path.rfind(".") :] if "." in path else ""
        self.send_header("Content-Type", _TYPES.get(suffix, "text/html"))
        self.send_header("Content-Security-Policy", POLICY.format(api=self.server.api))
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[Site]:
    """A running site."""
    served = Site()
    thread = Thread(target=served.serve_forever)
    thread.start()
    try:
        yield served
    finally:
        served.shutdown()
        served.server_close()
        thread.join()
