"""Operations: what clients ask for, executed and answered for whatever transport they came by."""

import asyncio
import json
import logging
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Hashable,
    Sequence,
)
from contextlib import aclosing, asynccontextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
    located_error,
)
from graphql.pyutils import AwaitableOrValue

from graph.codes import Code
from graph.compiled.plans import Ready
from graph.transport.answers import Answer
from graph.transport.deadlines import CutOff
from graph.transport.documents import Prepared
from graph.transport.live import Event, Live
from graph.transport.requests import Invalid

if TYPE_CHECKING:
    from graph.transport.engine import Engine

log = logging.getLogger(__name__)

NAME_LENGTH = 64  # of an operation's name that the log shows

Execute = Callable[[Any], AwaitableOrValue[ExecutionResult]]
Answers = AsyncGenerator[Sequence[Answer], None]


class Operation(NamedTuple):
    """One operation of a client, which a transport answers."""

    engine: "Engine"
    party: Any
    prepared: Prepared
    node: OperationDefinitionNode
    name: str | None
    variables: dict[str, Any]

    @property
    def kind(self) -> OperationType:
        return self.node.operation

    async def answer(self) -> Answer:
        """What a query or mutation comes to."""
        if ready := self._ready():
            return await self._timely(ready.execute, self.engine.contexts(self.party))
        executor = self._executor()
        if isinstance(executor, list):
            return Answer.refusal(executor)
        return await self._timely(execute_root_selection_set, executor)

    async def answers(self) -> Answers:
        """What a subscription comes to, those at once that are there; the one answer of others.

        An answer that is refused comes alone, and is the last.
        """
        try:
            if self.kind is not OperationType.SUBSCRIPTION:
                yield [await self.answer()]
                return
            who = self.engine.subscriptions.begin(self.party)
            try:
                async with aclosing(await self._subscribed()) as answers:
                    async for some in answers:
                        yield some
            finally:
                self.engine.subscriptions.end(who)
        except Invalid as invalid:
            yield [Answer.refusal(invalid.errors)]
        except Exception as error:
            yield [Answer.refusal([located_error(error)])]

    async def _subscribed(self) -> Answers:
        """The answers to come.

        Raises:
            Invalid: there are none.
        """
        executor = self._executor()
        if isinstance(executor, list):
            raise Invalid(*executor)
        source = await _source(executor)
        if isinstance(source, Live):
            return self._followed(source, executor)
        return self._streamed(source, executor)

    async def _streamed(self, source: AsyncIterable[Any], executor: "Executor[Any]") -> Answers:
        """The answers to a stream of this subscriber's own."""
        async with _closing(source) as events:
            async for event in events:
                # A context of its own knows nothing of other events.
                context = self.engine.contexts(self.party)
                yield [await self._executed(event, executor, context)]
                await asyncio.sleep(0)  # a stream that never waits would let nobody else work

    async def _followed(self, live: Live, executor: "Executor[Any]") -> Answers:
        """The answers that are shared, after those to what this subscriber alone has missed."""
        execute = partial(self._answers_to, executor)
        await live.begin()
        member = self.engine.channels.join(self._channel(live), live, execute)
        try:
            async with aclosing(live.missed(member)) as missed:
                async for events in missed:
                    yield await execute(events)
                    member.given = events[-1].cursor
            member.go_live()
            del executor, execute  # while it waits, a subscriber holds no more than it needs
            is_over = False
            while not is_over:
                answers = await member.take()
                is_over = answers[-1].refused is not None
                yield answers
        finally:
            member.leave()

    def _channel(self, live: Live) -> Hashable:
        """What makes answers to one event the same, whoever gets them."""
        names, given = self.prepared.variables_within(self.node), self.variables
        variables = {name: given[name] for name in names if name in given}  # null is no default
        audience = self.engine.audience(self.party, self.prepared.fields)
        return (
            live.origin,
            self.prepared.text,
            self.name,
            json.dumps(variables, sort_keys=True),
            audience,
        )

    async def _answers_to(self, executor: "Executor[Any]", events: Sequence[Event]) -> list[Answer]:
        """The answers to events that have all happened: what is loaded for them is loaded once."""
        context = self.engine.contexts(self.party)
        if len(events) == 1:
            return [await self._answer_to(events[0], executor, context)]
        return await asyncio.gather(*(self._answer_to(each, executor, context) for each in events))

    async def _answer_to(self, event: Event, executor: "Executor[Any]", context: Any) -> Answer:
        try:
            value = event.value(context)
            if isinstance(value, Awaitable):
                value = await value
        except Exception as error:
            return Answer.broken_off(located_error(error))
        return await self._executed(value, executor, context)

    async def _executed(self, value: Any, executor: "Executor[Any]", context: Any) -> Answer:
        if ready := self._ready():
            return await self._timely(partial(ready.execute, root=value), context)
        each = executor.build_per_event_executor(value)
        each.context_value = context
        return await self._timely(execute_subscription_event, each)

    def _ready(self) -> Ready | None:
        """A plan to execute the operation by, or its event."""
        plans = self.engine.plans
        if plans is None:
            return None
        return plans.ready(self.prepared.document, self.node, self.variables)

    def _executor(self) -> "Executor[Any] | list[GraphQLError]":
        engine = self.engine
        return Executor.build(
            engine.schema,
            self.prepared.document,
            context_value=engine.contexts(self.party),
            raw_variable_values=self.variables,
            operation_name=self.name,
            hide_suggestions=engine.hide_suggestions,
        )

    async def _timely(self, execute: Execute, given: Any) -> Answer:
        try:
            result = execute(given)
            if not isinstance(result, ExecutionResult):
                unhurried = self.prepared.is_unhurried(self.node)
                result = await self.engine.deadlines.within(result, unhurried=unhurried)
        except CutOff as cut:
            message = f"the operation {cut}"
            name = self.node.name.value if self.node.name else "one without a name"
            log.warning("%s: %s", name[:NAME_LENGTH], message)
            return Answer.broken_off(GraphQLError(message, extensions={"code": Code.TIMEOUT}))
        return Answer.of(result)


async def _source(executor: Executor[Any]) -> AsyncIterable[Any]:
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
async def _closing(source: AsyncIterable[Any]) -> AsyncIterator[AsyncIterable[Any]]:
    """A stream of events that ends, and lets go of what it holds, with the block."""
    try:
        yield source
    finally:
        if close := getattr(source, "aclose", None):
            await close()
