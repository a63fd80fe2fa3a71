"""Values as the database keeps them: instants, and short keys in place of texts."""

import hashlib
from typing import NamedTuple

Micros = int
"""An instant: microseconds since 1970 UTC."""

EARLIEST: Micros = -(2**63)
"""Before all instants: the last of none, and the bound below all."""


class EventKey(NamedTuple):
    """Under which an idempotency id of a user is stored: the user's key, then its own.

    All ids of a user are found by the first. Of a hundred million users any two share it with a
    chance of one in 3 700; two of the million ids of one user with one of 37 million. Both are 64
    bits, so 128 together keep the ids of all users apart.
    """

    user_key: int
    event_key: int


def event_key(user_alias: str, event_id: str) -> EventKey:
    return EventKey(short_key(user_alias), short_key(f"{user_alias}:{event_id}"))


def short_key(text: str) -> int:
    """The first eight bytes of a text's SHA-256, as a signed number; migrations make the same."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
