"""GraphQL over server-sent events, a connection for each operation."""

from collections.abc import Mapping

from starlette.responses import Response

from graph.transport.answers import Answer
from graph.transport.http.negotiation import Form
from graph.transport.http.streams import Format

KEEP_ALIVE_S = 12.0  # some proxies end a response that is silent for 15 seconds
_COMPLETE = b"event: complete\ndata: \n\n"  # a browser drops an event without data
_COMMENT = b":\n\n"


class SingleEvent(Response):
    """The stream of an answer that is known already."""

    media_type = Form.EVENTS

    def __init__(self, answer: Answer, headers: Mapping[str, str]) -> None:
        super().__init__(answer.event + _COMPLETE, headers=headers)


def event_format() -> Format:
    """A `next` for each answer and `complete` at the end; comments open it and break silences."""
    return Format(
        Form.EVENTS,
        opening=_COMMENT,
        write=lambda answer: answer.event,
        heartbeat=_COMMENT,
        heartbeat_s=KEEP_ALIVE_S,
        closing=_COMPLETE,
    )
