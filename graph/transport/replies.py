"""Replies: answers as HTTP responses, put together from parts that are made once."""

from collections.abc import Mapping, Sequence

from starlette.types import Receive, Scope, Send

from graph.transport.answers import Answer
from graph.transport.negotiation import Form

_Headers = Sequence[tuple[bytes, bytes]]


class Reply:
    """A response with a body that is there at once."""

    __slots__ = ("_content", "_headers", "_status")

    def __init__(self, status: int, headers: _Headers, content: bytes) -> None:
        self._status = status
        self._headers = headers
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [*self._headers, (b"content-length", b"%d" % len(self._content))]
        await send({"type": "http.response.start", "status": self._status, "headers": headers})
        await send({"type": "http.response.body", "body": self._content})


class Replies:
    """Replies with the same headers."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        self._headers = {
            form: _raw({**headers, "Content-Type": f"{form}; charset=utf-8"})
            for form in (Form.JSON, Form.GRAPHQL)
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
        reach it with 200, as GraphQL over HTTP says.
        """
        form = Form.JSON if form is Form.EVENTS else form
        if status is None:
            status = 400 if answer.refused and form is Form.GRAPHQL else 200
        own = [*self._headers[form], *_raw(headers)] if headers else self._headers[form]
        return Reply(status, own, answer.content)


def _raw(headers: Mapping[str, str]) -> _Headers:
    return [(name.lower().encode(), value.encode()) for name, value in headers.items()]
