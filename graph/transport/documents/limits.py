"""Limits: what a client may ask of the server in one request."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a client may ask of the server in one request."""

    #: Bytes of a request's body or a WebSocket message.
    body_bytes: int = 4 * 1024 * 1024
    #: Lexical tokens of a document; as many comments.
    tokens: int = 2000
    #: Operations in a document.
    operations: int = 10
    #: Directives in a document.
    directives: int = 50
    #: Levels of fields within each other.
    depth: int = 15
    #: Aliases of an operation, its fragments expanded.
    aliases: int = 50
    #: Fields of one selection, its fragments expanded.
    selection_fields: int = 100
    #: Fields of an operation, its fragments expanded.
    fields: int = 1000
    #: Rows that an operation could touch: ten of its histories may be counted one by one.
    rows: int = 120_000
    #: Operations under way at once on a WebSocket.
    streams: int = 100
    #: Events that wait for a subscriber to take them; one for whom there are more is too slow.
    held_events: int = 1000
    #: Seconds that an operation may take.
    seconds: float = 10.0
