"""Aborting: how a connection is cut whose client does not read what it is sent."""

from collections.abc import Callable

from starlette.types import Scope

ABORT = "trailmark.abort"
"""The key of a scope under which the server's protocol offers to cut the connection."""

LAST_WORDS_S = 2.0
"""How long a client has to read why its stream ends."""


def abort_of(scope: Scope) -> Callable[[], None]:
    """What cuts the connection of a scope; nothing where the server does not offer it."""
    abort: Callable[[], None] = scope.get(ABORT, _do_nothing)
    return abort


def _do_nothing() -> None:
    pass
