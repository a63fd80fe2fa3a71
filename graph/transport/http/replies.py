"""Replies: answers as HTTP responses, put together from parts that are made once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus

from starlette.types import Receive, Scope, Send

from graph.transport.answers import Answer
from graph.transport.http.negotiation import Form
from graph.transport.principals import RETRY

WRITE = "trailmark.write"
"""The extension of ASGI by which a server takes a whole reply: a `Write`."""

#: Writes head and body of a reply, and ends it; False if it was not the moment for that.
Write = Callable[[bytes, bytes], bool]


@dataclass(frozen=True)
class Head:
    """A status and all headers but the length of what follows."""

    status: int
    headers: Mapping[str, str]

    @cached_property
    def pairs(self) -> list[tuple[bytes, bytes]]:
        """The headers as ASGI has them."""
        return [(name.lower().encode(), text.encode()) for name, text in self.headers.items()]

    @cached_property
    def lines(self) -> bytes:
        """It as it is sent."""
        first = b"HTTP/1.1 %d %b\r\n" % (self.status, HTTPStatus(self.status).phrase.encode())
        return first + b"".join(b"%b: %b\r\n" % pair for pair in self.pairs)


class Reply:
    """A response with a body that is there at once."""

    __slots__ = ("_content", "_head")

    def __init__(self, head: Head, content: bytes) -> None:
        self._head = head
        self._content = content

    def is_written(self, scope: Scope) -> bool:
        """Write it at once, where the server offers that and can."""
        write: Write | None = scope.pop(WRITE, None)
        return write is not None and write(self._head.lines, self._content)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.is_written(scope):
            return
        head, content = self._head, self._content
        headers = [*head.pairs, (b"content-length", b"%d" % len(content))]
        await send({"type": "http.response.start", "status": head.status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


class Replies:
    """Replies with the same headers."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = headers
        self._usual = {
            (form, status): self._head(form, status, {})
            for form in (Form.JSON, Form.GRAPHQL)
            for status in (200, 400)
        }

    def reply(
        self,
        form: Form,
        answer: Answer,
        status: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """An answer's reply; without a status, the one that its form has for such an answer.

        A JSON client cannot tell a proxy's 400 from ours, so the errors of well-formed requests
        reach it with 200, as GraphQL over HTTP says. What came to nothing because the server could
        not do it now is 503 to others, so that proxies and alarms see it.
        """
        form = Form.JSON if form is Form.EVENTS else form
        if status is None:
            status = _status(answer) if form is Form.GRAPHQL else 200
        if status == 503:
            headers = {**RETRY, **(headers or {})}
        usual = None if headers else self._usual.get((form, status))
        return Reply(usual or self._head(form, status, headers or {}), answer.content)

    def _head(self, form: Form, status: int, headers: Mapping[str, str]) -> Head:
        content = {"Content-Type": f"{form}; charset=utf-8"}
        return Head(status, {**self._headers, **content, **headers})


def _status(answer: Answer) -> int:
    if answer.is_unavailable:
        return 503
    return 400 if answer.refused else 200
