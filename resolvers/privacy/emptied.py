"""Emptied outcomes: what was counted under a name and is no more leaves no name behind."""

from collections.abc import Awaitable, Callable
from typing import Any

from models.ledger.ledger import Judge
from models.reading.signals import outcomes
from models.records import Changes, Deletions, Wanted
from resolvers.pacing.steps import Steps

NAMES_AT_ONCE = 1_000
"""Names that are looked for at once, through all outcomes."""

NAMES_IN_A_STEP = 250

Commit = Callable[[Wanted, Judge[Any]], Awaitable[Any]]


async def take_out_emptied(commit: Commit) -> None:
    """Delete outcomes that come to nothing, and names without any, some in each transaction.

    A source or variant may be one that only the user used whose interactions were taken out, or
    undone before. Each is looked at again within the transaction, since others may have counted
    under it meanwhile.
    """
    steps = Steps(NAMES_IN_A_STEP)
    while keys := await outcomes.empty(NAMES_AT_ONCE):
        for some in steps.parts(sorted(keys)):
            await steps.take(commit(Wanted(), _without(Deletions(outcomes=set(some)))))
    while variants := await outcomes.unused_variants(NAMES_AT_ONCE):
        for names in steps.parts(sorted(variants)):
            await steps.take(commit(Wanted(), _without(Deletions(variants=set(names)))))


def _without(gone: Deletions) -> Judge[None]:
    return lambda known: (Changes(known.last_number, gone=gone), None)
