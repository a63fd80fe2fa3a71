"""Active states: which states hold."""

from collections.abc import Sequence

from models.replicas.fetching import fetch_current
from models.vocabulary import COUNTED

AT_ONCE = 10_000
"""Keys that one statement asks for: PostgreSQL takes 32 767 arguments."""


async def active_states(state_keys: Sequence[bytes]) -> set[bytes]:
    """Those of the states that hold, pruned from history or not."""
    found: set[bytes] = set()
    for start in range(0, len(state_keys), AT_ONCE):
        found |= await _active(state_keys[start : start + AT_ONCE])
    return found


async def _active(state_keys: Sequence[bytes]) -> set[bytes]:
    among = ", ".join(f"${number}" for number in range(1, len(state_keys) + 1))
    counted = ", ".join(str(int(each)) for each in COUNTED)
    statement = (
        f"SELECT state_key FROM interactions WHERE state_key IN ({among}) AND status IN ({counted})"
    )
    return {bytes(row[0]) for row in await fetch_current(statement, state_keys)}
