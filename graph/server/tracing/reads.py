"""Reads as spans: what several callers read at once, and each statement."""

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from opentelemetry.trace import INVALID_SPAN, Span, Tracer, get_current_span

from graph.server.tracing.spans import CLIENT, beneath, running, shared
from resolvers.call_queue import Call
from resolvers.history.batch_reader import BatchReader, K, V

STATEMENT_LENGTH = 2_000
"""Characters of a statement that a span has."""

_VALUE = re.compile(r"'(?:[^']|'')*'|(?<![\w$.?])\d+(?:\.\d+)?\b")
_SYSTEMS = {"sqlite": "sqlite", "postgres": "postgresql"}

Execute = Callable[..., Awaitable[Any]]


@dataclass(slots=True, eq=False)
class _TracedCall(Call[K, Mapping[K, V]]):
    span: Span = INVALID_SPAN


class TracedReader(BatchReader[K, V]):
    """A batch reader, each of whose queries is a span that its callers share."""

    def __init__(self, *arguments: Any, tracer: Tracer, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._tracer = tracer

    def _call(self, keys: Sequence[K]) -> Call[K, Mapping[K, V]]:
        return _TracedCall(keys, span=get_current_span())

    async def _answer(self, calls: list[Call[K, Mapping[K, V]]]) -> None:
        spans = [each.span for each in calls if isinstance(each, _TracedCall)]
        span = shared(self._tracer, "read", spans)
        span.set_attribute("trailmark.keys", sum(len(each.items) for each in calls))
        with running(span):
            await super()._answer(calls)


def trace_statements(client: Any, dialect: str, tracer: Tracer) -> None:
    """Have each statement that is read by be a span, whether replicas are asked or not."""
    system = {"db.system.name": _SYSTEMS[dialect]}
    for name in ("execute_query", "execute_query_dict"):
        setattr(client, name, partial(_executed, getattr(client, name), system, tracer))
    replicas = getattr(client, "replicas", None)
    if replicas is not None:
        replica: dict[str, str | bool] = {**system, "trailmark.replica": True}
        replicas.fetch = partial(_executed, replicas.fetch, replica, tracer)


async def _executed(
    execute: Execute,
    attributes: Mapping[str, str | bool],
    tracer: Tracer,
    query: str,
    *more: Any,
    **others: Any,
) -> Any:
    if not get_current_span().is_recording():
        return await execute(query, *more, **others)
    attributes = {**attributes, "db.query.text": _without_values(query)}
    with beneath(tracer, query.split(None, 1)[0].upper(), attributes, kind=CLIENT):
        return await execute(query, *more, **others)


@lru_cache(512)
def _without_values(statement: str) -> str:
    """A statement with what stands for its values; the values themselves are not told."""
    return _VALUE.sub("?", statement)[:STATEMENT_LENGTH]
