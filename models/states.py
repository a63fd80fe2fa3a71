"""States as they are read: which of them hold."""

from collections.abc import Sequence

from models.database import fetch
from models.vocabulary import COUNTED


async def holding(state_keys: Sequence[bytes]) -> set[bytes]:
    """Those of the states that hold, pruned from history or not."""
    if not state_keys:
        return set()
    marks = ", ".join(f"${number}" for number in range(1, len(state_keys) + 1))
    counted = ", ".join(str(int(each)) for each in COUNTED)
    statement = (
        f"SELECT state_key FROM interactions WHERE state_key IN ({marks}) AND status IN ({counted})"
    )
    return {bytes(row[0]) for row in await fetch(statement, state_keys)}
