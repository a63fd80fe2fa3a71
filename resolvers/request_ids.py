"""Request ids: by which whoever got an answer finds in the log what became of the request."""

import random
from contextvars import ContextVar

current_request: ContextVar[str] = ContextVar("request id", default="")
"""The id of the request that is being answered; empty where there is none."""


def new_request_id() -> str:
    """An id that no other request has: 16 hex digits. It is no secret."""
    return f"{random.getrandbits(64):016x}"


def request_id() -> str:
    """The id of the request that is being answered, or a new one where there is none."""
    return current_request.get() or new_request_id()
