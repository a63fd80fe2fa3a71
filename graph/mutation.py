"""The mutations."""

from typing import Annotated

import strawberry

from graph.context import Info
from graph.inputs import RecordInteractionInput, UndoInteractionInput
from graph.payloads import (
    RecalculatePayload,
    RecordInteractionPayload,
    RecordInteractionsPayload,
)
from graph.scalars import Long
from graph.transport.costs import Rows
from graph.transport.engine import UNHURRIED
from resolvers.intake import Request
from resolvers.recalculating import Recalculation, recalculate
from resolvers.recording import BATCH_LIMIT, Recorded


@strawberry.type(description="What changes what is recorded; answers are durable.")
class Mutation:
    @strawberry.mutation(
        description="Record what a user did, or with `undo` take it back.", metadata=Rows().metadata
    )
    async def record_interaction(
        self,
        info: Info,
        input: Annotated[
            RecordInteractionInput, strawberry.argument(description="What the user did.")
        ],
    ) -> RecordInteractionPayload:
        return RecordInteractionPayload.of(await _record(info, input.request()))

    @strawberry.mutation(
        description="Record 1 to 1000 inputs, judged one by one as if sent one after another.",
        metadata=Rows(by=("inputs",), most=BATCH_LIMIT).metadata,
    )
    async def record_interactions(
        self,
        info: Info,
        inputs: Annotated[
            list[RecordInteractionInput],
            strawberry.argument(description="1 to 1000 inputs, in the order they happened."),
        ],
    ) -> RecordInteractionsPayload:
        context = info.context
        requests = [each.request() for each in inputs]
        recorded = await context.product.recorder.record_many(requests, context.caller)
        context.forget()
        return RecordInteractionsPayload.of(recorded)

    @strawberry.mutation(
        description="Take back a state, such as a favorite.", metadata=Rows().metadata
    )
    async def undo_interaction(
        self,
        info: Info,
        input: Annotated[
            UndoInteractionInput, strawberry.argument(description="Which state of which user.")
        ],
    ) -> RecordInteractionPayload:
        return RecordInteractionPayload.of(await _record(info, input.request()))

    @strawberry.mutation(
        description="Recount every total and score from its rows, while others go on; "
        "may take longer than other operations.",
        metadata=UNHURRIED,
    )
    async def recalculate_scores(self, info: Info) -> RecalculatePayload:
        product, found = info.context.product, Recalculation()
        await recalculate(product.database, product.scoring, info.context.now, found)
        info.context.forget()
        return RecalculatePayload(
            users=Long(found.users), posts=Long(found.posts), max_drift=found.max_drift
        )


async def _record(info: Info, request: Request) -> Recorded:
    recorded = await info.context.product.recorder.record(request, info.context.caller)
    info.context.forget()
    return recorded
