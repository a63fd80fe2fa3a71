"""Who is asking."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caller:
    """The caller of one request: a user under an alias, or, with none, a service."""

    alias: str | None = None
