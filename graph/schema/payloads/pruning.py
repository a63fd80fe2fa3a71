"""Pruning by hand: its answer, and how it comes about."""

import strawberry

from graph.context import Context
from graph.schema.inputs.pruning import PruneInput
from graph.schema.payloads.recording import InputError
from graph.schema.scalars import Instant, Long
from models.ledger.opening import open_ledger
from resolvers.privacy.pruning import Cutoff, Pruned, check_days, count, prune


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
    services, is_dry, found = context.services, bool(input.dry_run), Pruned()
    if error := check_days(input.older_than_days):
        errors = InputError.all([error])
        return PrunePayload(removed=0, older_than=None, dry_run=is_dry, errors=errors)
    cutoff = Cutoff.of(input.older_than_days, services.retention, context.now)
    if is_dry:
        await count(cutoff, found)
    else:
        ledger = open_ledger(services.database)
        try:
            await prune(ledger, services.scoring, cutoff, found)
            await ledger.scrub()
        finally:
            await ledger.close()
        context.forget()
    before = cutoff.dated
    return PrunePayload(removed=found.removed, older_than=before, dry_run=is_dry, errors=[])
