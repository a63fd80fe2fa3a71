"""Pruning by hand: its input, its answer, and what lies between."""

import strawberry

from graph.context import Context
from graph.payloads import InputError
from graph.scalars import Instant, Long
from resolvers.pruning import Cutoff, Pruned, check_days, count, prune


@strawberry.input(description="What to take out of history now.")
class PruneInput:
    older_than_days: int = strawberry.field(
        description="Take out what is dated more than so many days ago: 1 to 36500. Where that is "
        "less than the retention, inputs that are older are still taken, and judged without what "
        "is gone: a state that was undone before then can come to hold again."
    )
    dry_run: bool | None = strawberry.field(
        default=False, description="Only count what would go; nothing changes."
    )


@strawberry.type(description="What was taken out of history; what was counted stays counted.")
class PrunePayload:
    removed: Long = strawberry.field(
        description="How many interactions history shows no more: events, and states that hold."
    )
    older_than: Instant | None = strawberry.field(
        description="What occurred strictly before this is gone; null where nothing was done."
    )
    dry_run: bool = strawberry.field(description="Whether it was only counted.")
    errors: list[InputError] = strawberry.field(
        description="Why nothing was done; empty otherwise."
    )


async def pruned(input: PruneInput, context: Context) -> PrunePayload:
    """Prune as an input says, while others go on."""
    product, is_dry, found = context.product, bool(input.dry_run), Pruned()
    if error := check_days(input.older_than_days):
        errors = InputError.all([error])
        return PrunePayload(removed=0, older_than=None, dry_run=is_dry, errors=errors)
    cutoff = Cutoff.of(input.older_than_days, product.retention, context.now)
    if is_dry:
        await count(cutoff, found)
    else:
        ledger = product.database.ledger()
        try:
            await prune(ledger, product.scoring, cutoff, found)
        finally:
            await ledger.close()
        context.forget()
    before = cutoff.dated
    return PrunePayload(removed=found.removed, older_than=before, dry_run=is_dry, errors=[])
