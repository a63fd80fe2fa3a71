"""The answer of describing posts."""

from collections.abc import Sequence

import strawberry

from graph.context import Context
from graph.schema.inputs.describing import DescribePostInput
from graph.schema.payloads.recording import InputError
from graph.schema.types.posts import Post
from resolvers.signals.describing import describe


@strawberry.type(description="What became of descriptions. What it says is durable.")
class DescribePostsPayload:
    posts: list[Post] = strawberry.field(
        description="The posts whose descriptions were taken, in the order of the inputs."
    )
    errors: list[InputError] = strawberry.field(
        description="Why inputs were not taken; each path begins with the index of its input."
    )


async def described(inputs: Sequence[DescribePostInput], context: Context) -> DescribePostsPayload:
    """Describe posts as inputs say."""
    services = context.services
    requests = [each.request() for each in inputs]
    found = await describe(requests, services.recorder.writer, services.identity, context.now)
    context.forget()
    return DescribePostsPayload(
        posts=[Post.of(post_id) for post_id in found.post_ids],
        errors=InputError.all(found.errors),
    )
