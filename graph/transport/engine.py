"""The engine: executes operations for every transport, within the limits, in fresh contexts."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import strawberry

from graph.compiled.plans import Plans
from graph.transport.channels import Channels
from graph.transport.deadlines import Deadlines
from graph.transport.documents import Documents
from graph.transport.limits import Limits
from graph.transport.operations import Operation
from graph.transport.parties import (
    Allowance,
    Audience,
    Authenticate,
    Denied,
    Stream,
    Throttle,
    anyone,
    as_many_as_they_like,
    at_any_rate,
    each_alone,
)
from graph.transport.requests import Parameters
from graph.transport.subscriptions import Subscriptions

#: Makes the context of an operation, or of events, for a party.
Contexts = Callable[[Any], Any]


class Engine:
    """Executes operations of a schema; `contexts` makes the context of each."""

    def __init__(
        self,
        schema: strawberry.Schema,
        contexts: Contexts,
        authenticate: Authenticate = anyone,
        throttle: Throttle = at_any_rate,
        limits: Limits | None = None,
        introspection: bool = True,
        compile: bool = True,
        audience: Audience = each_alone,
        allowance: Allowance = as_many_as_they_like,
    ) -> None:
        self.schema = schema._schema
        self.contexts = contexts
        self.authenticate = authenticate
        self.wait_s = throttle
        self.audience = audience
        self.streams = set[Stream]()
        self.limits = limits or Limits()
        self.deadlines = Deadlines(self.limits.seconds)
        self.hide_suggestions = not introspection
        self.channels = Channels(self.limits.held_events)
        self.subscriptions = Subscriptions(allowance)
        beside = ThreadPoolExecutor(1, thread_name_prefix="plans").submit
        self.plans = Plans(self.schema, self.hide_suggestions, work=beside) if compile else None
        self._documents = Documents(self.schema, self.limits, introspection)

    async def operation(self, parameters: Parameters, party: Any) -> Operation:
        """The operation that is asked for, ready to be executed.

        Raises:
            Invalid: its document cannot be executed, or holds no such operation.
        """
        query, variables, name = parameters
        prepared = self._documents.kept(query) or await self._documents.prepare(query)
        node = prepared.operation(name, variables, self.limits)
        return Operation(self, party, prepared, node, name, variables)

    def end_streams(self, should_end: Callable[[Any], bool], denied: Denied) -> None:
        """End what streams to parties of whom `should_end` is true, telling them why."""
        for stream in [each for each in self.streams if should_end(each.party)]:
            stream.end(denied)

    async def finish(self, seconds: float, answer_s: float) -> None:
        """Begin no more subscriptions, complete those there are, and let the rest be answered.

        What cannot be said to streams within some seconds stays unsaid. After `answer_s`, whatever
        has no answer yet is broken off and answered so.
        """
        self.deadlines.end(answer_s)
        self.subscriptions.close()
        finishing = [asyncio.create_task(stream.finish()) for stream in self.streams]
        if finishing:
            _, late = await asyncio.wait(finishing, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*finishing, return_exceptions=True)
