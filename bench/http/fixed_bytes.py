"""The least that an answer over HTTP costs: fixed bytes by a minimal ASGI application.

`python -m bench.http.fixed_bytes PORT SIZE` answers every request with so many bytes.
"""

import sys

import uvicorn
from starlette.types import Receive, Scope, Send


class Static:
    """Reads a request, and answers with the same bytes each time."""

    def __init__(self, size: int) -> None:
        length = str(size).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", length)]
        self._start = {"type": "http.response.start", "status": 200, "headers": headers}
        self._body = {"type": "http.response.body", "body": b" " * size}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await send(self._start)
        await send(self._body)


if __name__ == "__main__":
    port, size = map(int, sys.argv[1:])
    uvicorn.run(
        Static(size), port=port, lifespan="off", access_log=False, log_level="warning", ws="none"
    )
