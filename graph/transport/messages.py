"""Messages of graphql-transport-ws: the parts of those that come, and how those that go begin."""

from typing import Any

import orjson

from graph.transport.requests import Malformed

ID_LENGTH = 128


class Ended(Exception):
    """The server ends the connection: the code and why."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(code, reason)
        self.code = code
        self.reason = reason


def head(id: str, type: str) -> str:
    """The beginning of a message to a client."""
    return f'{{"id":{orjson.dumps(id).decode()},"type":"{type}"'


def id_of(message: dict[str, Any]) -> str:
    """The id of the operation that a message is about.

    Raises:
        Malformed: it is none.
    """
    id = message.get("id")
    if not isinstance(id, str) or not id:
        raise Malformed("`id` must be a text that is not empty")
    if len(id) > ID_LENGTH:
        raise Malformed(f"`id` has {len(id)} characters; allowed are at most {ID_LENGTH}")
    return id


def payload_of(message: dict[str, Any]) -> dict[str, Any] | None:
    """What a message carries, if it carries anything.

    Raises:
        Malformed: it is no object.
    """
    payload = message.get("payload")
    if not isinstance(payload, dict | None):
        raise Malformed("`payload` must be an object")
    return payload
