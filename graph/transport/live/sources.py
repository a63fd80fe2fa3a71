"""Sources of events: what the field of a subscription gives, in whatever form."""

from collections.abc import AsyncIterable, AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from typing import Any

from graphql import ExecutionResult, Executor, create_source_event_stream

from graph.transport.requests import Invalid


async def source_of(executor: "Executor[Any]") -> AsyncIterable[Any]:
    """The events that a subscription is about.

    Raises:
        Invalid: there are none.
    """
    source = create_source_event_stream(executor)
    if isinstance(source, Awaitable):
        source = await source
    if isinstance(source, ExecutionResult):
        raise Invalid(*(source.errors or ()))
    return source


@asynccontextmanager
async def closing(source: AsyncIterable[Any]) -> AsyncIterator[AsyncIterable[Any]]:
    """A stream of events that is closed at the end of the block."""
    try:
        yield source
    finally:
        if close := getattr(source, "aclose", None):
            await close()
