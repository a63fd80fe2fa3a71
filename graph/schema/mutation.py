"""The mutations."""

from typing import Annotated

import strawberry

from graph.schema.info import Info
from graph.schema.inputs.describing import DescribePostInput
from graph.schema.inputs.privacy import EraseUserInput, SetPrivacyInput
from graph.schema.inputs.pruning import PruneInput
from graph.schema.inputs.recording import RecordInteractionInput, UndoInteractionInput
from graph.schema.payloads.describing import DescribePostsPayload, described
from graph.schema.payloads.privacy import EraseUserPayload, SetPrivacyPayload
from graph.schema.payloads.pruning import PrunePayload, pruned
from graph.schema.payloads.recording import (
    RecalculatePayload,
    RecordInteractionPayload,
    RecordInteractionsPayload,
)
from graph.transport.documents.costs import Rows
from graph.transport.documents.documents import UNHURRIED
from graph.transport.judged.declared import Judged
from resolvers.audit.recalculating import Recalculation, recalculate
from resolvers.recording.recorder import BATCH_LIMIT, RecordResult
from resolvers.recording.validation import RecordRequest
from resolvers.signals.describing import POSTS_LIMIT

WRITTEN = 10
"""Rows that an input may write: its own, its event id's, and those of totals, scores, activity."""


@strawberry.type(description="What changes what is recorded; answers are durable.")
class Mutation:
    @strawberry.mutation(
        description="Record what a user did, or with `undo` take it back.",
        metadata=Rows(each=WRITTEN).metadata | Judged("input").metadata,
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
        description="Record 1 to 1000 inputs, judged one by one as if sent one after another. One "
        "of a wrong type, such as an unknown action, refuses them all: `extensions.inputs` then "
        "lists the index, the field and a message of each such input.",
        metadata=Rows(by=("inputs",), most=BATCH_LIMIT, each=WRITTEN).metadata
        | Judged("inputs").metadata,
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
        recorded = await context.services.recorder.record_many(requests, context.caller)
        context.forget()
        return RecordInteractionsPayload.of(recorded)

    @strawberry.mutation(
        description="Take back a state, such as a favorite.",
        metadata=Rows(each=WRITTEN).metadata | Judged("input").metadata,
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
        description="Say what at most 100 posts are, as if one after another. What is left out "
        "stays as it was, null takes it away. An input that is wrong anywhere changes nothing and "
        "stops no other.",
        metadata=Rows(by=("inputs",), most=POSTS_LIMIT, each=WRITTEN).metadata
        | Judged("inputs").metadata,
    )
    async def describe_posts(
        self,
        info: Info,
        inputs: Annotated[
            list[DescribePostInput], strawberry.argument(description="At most 100 inputs.")
        ],
    ) -> DescribePostsPayload:
        return await described(inputs, info.context)

    @strawberry.mutation(
        description="Choose how much is stored about a user. The new level holds for whatever is "
        "recorded after it, and what it forbids to keep is taken out of what is stored already: "
        "the answer comes when all of that is gone, which may take longer than other operations "
        "and goes on if the connection breaks.",
        metadata=Rows().metadata | UNHURRIED,
    )
    async def set_privacy(
        self,
        info: Info,
        input: Annotated[
            SetPrivacyInput, strawberry.argument(description="Which user and which level.")
        ],
    ) -> SetPrivacyPayload:
        chosen = await info.context.services.privacy.choose(input.choice(), info.context.caller)
        info.context.forget()
        return await SetPrivacyPayload.of(chosen, bool(input.dry_run), info.context)

    @strawberry.mutation(
        description="Erase all that is stored about a user: as the level NONE does, and then the "
        "setting too. What was counted without saying whose it is stays. It cannot be undone; the "
        "id may be used again and starts afresh. It may take longer than other operations.",
        metadata=Rows().metadata | UNHURRIED,
    )
    async def erase_user(
        self,
        info: Info,
        input: Annotated[EraseUserInput, strawberry.argument(description="Which user.")],
    ) -> EraseUserPayload:
        erased = await info.context.services.privacy.erase(input.erasure(), info.context.caller)
        info.context.forget()
        return EraseUserPayload.of(erased)

    @strawberry.mutation(
        description="Recount every total and score from its rows, while others go on; "
        "may take longer than other operations.",
        metadata=UNHURRIED,
    )
    async def recalculate_scores(self, info: Info) -> RecalculatePayload:
        services, found = info.context.services, Recalculation()
        await recalculate(services.database, services.scoring, info.context.now, found)
        info.context.forget()
        return RecalculatePayload(users=found.users, posts=found.posts, max_drift=found.max_drift)

    @strawberry.mutation(
        description="Take what is older than some days out of histories now, while others go on; "
        "counts, rates and scores stay as they are. It may take longer than other operations. "
        "What is older than the retention goes by itself.",
        metadata=UNHURRIED,
    )
    async def prune_interactions(
        self,
        info: Info,
        input: Annotated[PruneInput, strawberry.argument(description="From which age on.")],
    ) -> PrunePayload:
        return await pruned(input, info.context)


async def _record(info: Info, request: RecordRequest) -> RecordResult:
    recorded = await info.context.services.recorder.record(request, info.context.caller)
    info.context.forget()
    return recorded
