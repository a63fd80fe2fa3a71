"""Emptied outcomes: what was counted under a name and is no more leaves no name behind."""

from collections.abc import Awaitable, Callable
from typing import Any

from models.ledger.ledger import Judge
from models.reading.signals import outcomes
from models.records import Changes, Deletions, Wanted

NAMES_AT_ONCE = 25

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]


async def take_out_emptied(commit: Commit) -> None:
    """Delete outcomes that come to nothing, and names without any, some in each transaction.

    A source or variant may be one that only the user used whose interactions were taken out, or
    undone before. Each is looked at again within the transaction, since others may have counted
    under it meanwhile.
    """
    while keys := await outcomes.empty(NAMES_AT_ONCE):
        await commit(Wanted(), _without(Deletions(outcomes=keys)))
    while variants := await outcomes.unused_variants(NAMES_AT_ONCE):
        await commit(Wanted(), _without(Deletions(variants=variants)))


def _without(gone: Deletions) -> Judge[None]:
    return lambda known: (Changes(known.last_number, gone=gone), None)
