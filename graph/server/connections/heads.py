"""Heads of requests: those that came before, which need not be parsed again, and of upgrades."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from graph.server.connections.cycle import Cycle
from graph.transport.requests import NOTES

if TYPE_CHECKING:
    import httptools
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

KEPT = "trailmark.heads"
"""Where the state that all connections of a server share has its `Heads`."""

HEAD_BYTES = 2 * 1024
"""Of a head that is kept: more than browsers send."""

HEADS = 256
"""Heads that a server keeps, those that came last."""

Headers = Sequence[tuple[bytes, bytes]]

_START = b"POST /graphql HTTP/1.1\r\n"
_END = b"\r\n\r\n"
#: Headers of requests that are answered in other ways, or whose values never come again.
_UNKEPT = {b"expect", b"traceparent", b"transfer-encoding", b"x-request-id"}
_OF_UPGRADES = (b"connection", b"upgrade", b"http2-settings")


class Head:
    """The head of a posted operation: what a scope has of it, and how long a body follows."""

    __slots__ = ("length", "scope")

    def __init__(self, cycle: Cycle, length: int) -> None:
        names = ("method", "path", "raw_path", "query_string", "headers")
        self.scope: Any = {name: cycle.scope[name] for name in names}
        self.scope[NOTES] = {}
        self.length = length

    def cycle(self, protocol: "HttpToolsProtocol", data: bytes) -> Cycle:
        """The cycle of one more request with this head, which has begun."""
        scope: Any = protocol.scope
        scope.update(self.scope)
        cycle = Cycle(protocol, scope, keep_alive=True)
        cycle.take_whole(data[len(data) - self.length :])
        return cycle


class Heads:
    """The heads of posted operations that clients have sent to one server, by their bytes.

    A client sends the same head again and again. To parse it, and to look for this and that in it,
    takes a sixth of a short operation.
    """

    def __init__(self) -> None:
        self._heads: dict[bytes, Head] = {}

    def find(self, data: bytes) -> Head | None:
        """The head of what came, if that is one whole request with a head that is known."""
        end = data.find(_END) + len(_END)
        head = self._heads.get(data[:end])
        return head if head is not None and len(data) == end + head.length else None

    def keep(self, data: bytes, cycle: Cycle) -> None:
        """Keep the head of what came and was parsed, if it is one whole posted operation."""
        end = data.find(_END) + len(_END)
        if not (data.startswith(_START) and end <= HEAD_BYTES and cycle.keep_alive):
            return
        named, length = dict(cycle.scope["headers"]), len(data) - end
        if named.get(b"content-length") != b"%d" % length or not _UNKEPT.isdisjoint(named):
            return
        if len(self._heads) >= HEADS:
            del self._heads[next(iter(self._heads))]
        self._heads[data[:end]] = Head(cycle, length)


def without_upgrade(parser: "httptools.HttpRequestParser", url: bytes, headers: Headers) -> bytes:
    """The head of a request without the upgrade that it asks for."""
    options = b",".join(text for name, text in headers if name == b"connection").lower()
    kept = [pair for pair in headers if pair[0] not in _OF_UPGRADES]
    if b"close" in [option.strip() for option in options.split(b",")]:
        kept.append((b"connection", b"close"))
    first = b"%b %b HTTP/%b\r\n" % (parser.get_method(), url, parser.get_http_version().encode())
    return first + b"".join(b"%b: %b\r\n" % pair for pair in kept) + b"\r\n"
