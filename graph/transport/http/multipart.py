"""Subscriptions over multipart, as Apollo's clients ask for them (subscriptionSpec=1.0)."""

import re

from graph.short_cache import cached_if_short
from graph.transport.answers import Answer
from graph.transport.http.negotiation import quality
from graph.transport.http.streams import Format

HEARTBEAT_S = 5.0
_MEDIA, _SPEC = "multipart/mixed", "subscriptionspec"
_BOUNDARY = "graphql"  # clients that split a text at it must not find it in an answer
_WELL_FORMED = re.compile(r"[A-Za-z0-9'()+_,./:=?-]{1,70}")
_PART = b"\r\ncontent-type: application/json\r\n\r\n%b\r\n--%b"


@cached_if_short
def accepted_boundary(accept: str) -> str | None:
    """The boundary to put between the parts for a client; None if it takes no such answers.

    That which it names, as some look for no other, whatever the response says.
    """
    for part in accept.split(","):
        media, *parameters = (each.strip() for each in part.split(";"))
        given = dict(_pair(parameter) for parameter in parameters)
        if media.lower() == _MEDIA and given.get(_SPEC) == "1.0" and quality(parameters) > 0:
            named = given.get("boundary", _BOUNDARY)
            return named if _WELL_FORMED.fullmatch(named) else _BOUNDARY
    return None


def multipart_format(boundary: str) -> Format:
    """A part for each answer; empty objects open it and break silences.

    The boundary that ends a part goes with it: by that clients see that it is whole.
    """
    separator = boundary.encode()
    heartbeat = _PART % (b"{}", separator)
    return Format(
        f'{_MEDIA};boundary="{boundary}";subscriptionSpec=1.0',
        opening=b"\r\n--" + separator + heartbeat,
        write=lambda answer: _PART % (_payload(answer), separator),
        heartbeat=heartbeat,
        heartbeat_s=HEARTBEAT_S,
        closing=b"--\r\n",
    )


def _payload(answer: Answer) -> bytes:
    """An answer in a payload; beside a null one, the errors that end the subscription."""
    if answer.refused is not None:
        return b'{"payload":null,"errors":%b}' % answer.refused
    return b'{"payload":%b}' % answer.content


def _pair(parameter: str) -> tuple[str, str]:
    name, _, value = parameter.partition("=")
    return name.strip().lower(), value.strip().strip('"')
