"""Operations: what clients ask for, executed and answered alike for every transport."""

import asyncio
import json
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Hashable,
    Sequence,
)
from contextlib import aclosing
from functools import partial
from time import perf_counter
from typing import Any, NamedTuple

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute_root_selection_set,
    execute_subscription_event,
    located_error,
)
from graphql.pyutils import AwaitableOrValue

from graph.codes import Code
from graph.compiled.running import BoundPlan
from graph.compiled.sliced_executor import SlicedExecutor
from graph.compiled.slices import OperationSlices
from graph.transport.answers import Answer
from graph.transport.deadlines import CutOff
from graph.transport.documents.documents import Prepared
from graph.transport.engine import Engine
from graph.transport.judged.variables import read_again
from graph.transport.live.live_query import Event, LiveQuery
from graph.transport.live.sources import closing, source_of
from graph.transport.live.subscriptions import check_length, kept_variables
from graph.transport.names import are_short
from graph.transport.requests import Invalid, Parameters
from graph.transport.told import told_name

Execute = Callable[[Any], AwaitableOrValue[ExecutionResult]]
Answers = AsyncGenerator[Sequence[Answer], None]


class Operation(NamedTuple):
    """One operation of a client, which a transport answers."""

    engine: Engine
    principal: Any
    prepared: Prepared
    node: OperationDefinitionNode
    name: str | None
    variables: dict[str, Any]
    #: The cursor of the last event that a client has got of the subscription, if it says so.
    last_event_id: str | None = None

    @classmethod
    async def prepare(cls, engine: Engine, parameters: Parameters, principal: Any) -> "Operation":
        """The operation that is asked for, ready to be executed.

        Raises:
            Invalid: its document cannot be executed, or holds no such operation.
        """
        text = engine.trusted.requested(parameters, principal)
        variables, name = parameters.variables, parameters.operation_name
        documents = engine.documents
        prepared = documents.cached(text) or await documents.prepare(text)
        node = prepared.operation(name, variables, engine.limits)
        if node.operation is OperationType.SUBSCRIPTION:
            if text not in engine.trusted.texts:
                check_length(text)
            variables = kept_variables(node, variables)
        return (engine.operations or cls)(
            engine=engine,
            principal=principal,
            prepared=prepared,
            node=node,
            name=name,
            variables=variables,
        )

    @property
    def kind(self) -> OperationType:
        return self.node.operation

    async def answer(self) -> Answer:
        """The answer to a query or mutation."""
        begun = perf_counter()
        bound = self._bound_plan()
        if bound is None:
            answer = await self._answer_without_plan()
        else:
            answer = await self._timely(bound.execute, self.engine.contexts(self.principal))
        name, seconds = self.prepared.shown_name(self.node), perf_counter() - begun
        self.engine.counts.add(self.node.operation, name, answer.code, seconds)
        return answer

    async def _answer_without_plan(self) -> Answer:
        executor = self._executor()
        if isinstance(executor, list):
            return await self._answer_again(executor)
        return await self._timely(execute_root_selection_set, executor)

    async def _answer_again(self, errors: list[GraphQLError]) -> Answer:
        """The answer where variables were refused, perhaps for what a field judges itself."""
        read = read_again(
            self.engine.schema,
            self.node,
            self.prepared.fragments,
            self.variables,
            hide_suggestions=self._hides_suggestions,
        )
        if not isinstance(read, dict):
            return Answer.refusal(read or errors)
        again = self._replace(variables=read)
        if bound := again._bound_plan():
            return await again._timely(bound.execute, self.engine.contexts(self.principal))
        executor = again._executor()
        if isinstance(executor, list):
            return Answer.refusal(executor)
        return await again._timely(execute_root_selection_set, executor)

    async def answers(self) -> Answers:
        """The answers to a subscription, as many at once as there are; the one answer to others.

        An answer that is refused comes by itself, as the last.
        """
        if self.kind is not OperationType.SUBSCRIPTION:
            yield [await self._one_answer()]
            return
        counts, code = self.engine.counts, None
        try:
            who = self.engine.subscriptions.begin(self.principal)
            try:
                async with aclosing(await self._subscribed()) as answers:
                    async for some in answers:
                        code = some[-1].code if some[-1].refused is not None else None
                        counts.give(len(some), code)
                        yield some
            finally:
                self.engine.subscriptions.end(who)
        except Exception as error:
            refusal = refusal_of(error)
            code = refusal.code
            yield [refusal]
        finally:
            counts.add_subscription(self.prepared.shown_name(self.node), code)

    async def _one_answer(self) -> Answer:
        try:
            return await self.answer()
        except Exception as error:
            return refusal_of(error)

    async def _subscribed(self) -> Answers:
        """The answers to come.

        Raises:
            Invalid: there are none.
        """
        executor = self._executor()
        if isinstance(executor, list):
            raise Invalid(*executor)
        if self.last_event_id is not None:
            executor.context_value.last_event_id = self.last_event_id
        source = await source_of(executor)
        if isinstance(source, LiveQuery):
            return self._followed(source, executor)
        return self._streamed(source, executor)

    async def _streamed(self, source: AsyncIterable[Any], executor: "Executor[Any]") -> Answers:
        """The answers to a stream of this subscriber's own."""
        async with closing(source) as events:
            async for event in events:
                # A new context, as one that has loaded data for another event would show it again.
                context = self.engine.contexts(self.principal)
                yield [await self._executed(event, executor, context)]
                await asyncio.sleep(0)  # a stream that never waits would keep others from running

    async def _followed(self, live: LiveQuery, executor: "Executor[Any]") -> Answers:
        """The answers that subscribers share, after those to what this one has missed."""
        execute = partial(self._answers_to, executor)
        await live.begin()
        subscriber = self.engine.channels.join(self._channel(live), live, execute)
        try:
            async with aclosing(live.missed(subscriber)) as missed:
                async for events in missed:
                    yield await execute(events)
                    subscriber.given = events[-1].cursor
            subscriber.go_live()
            del executor, execute  # while it waits, a subscriber holds no more than it needs
            is_over = False
            while not is_over:
                answers = await subscriber.take()
                is_over = answers[-1].refused is not None
                yield answers
        finally:
            subscriber.leave()

    def _channel(self, live: LiveQuery) -> Hashable:
        """What makes answers to one event the same, whoever gets them."""
        names, given = self.prepared.variables_within(self.node), self.variables
        variables = {name: given[name] for name in names if name in given}  # null is no default
        audience = self.engine.audience(self.principal, self.prepared.fields)
        return (
            live.source,
            self.prepared.text,
            self.name,
            json.dumps(variables, sort_keys=True),
            audience,
        )

    async def _answers_to(self, executor: "Executor[Any]", events: Sequence[Event]) -> list[Answer]:
        """The answers to some events in one context, so that shared data is loaded once."""
        context = self.engine.contexts(self.principal)
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
        answer = await self._executed(value, executor, context)
        if not answer.may_differ_later:
            answer.cursor = event.cursor
        return answer

    async def _executed(self, value: Any, executor: "Executor[Any]", context: Any) -> Answer:
        if bound := self._bound_plan():
            return await self._timely(partial(bound.execute, root=value), context)
        each = executor.build_per_event_executor(value)
        each.context_value = context
        return await self._timely(execute_subscription_event, each)

    def _bound_plan(self) -> BoundPlan | None:
        """A plan to execute the operation by, or its event."""
        plans = self.engine.plans
        if plans is None:
            return None
        return plans.bind(self.prepared.document, self.node, self.variables)

    def _executor(self) -> "SlicedExecutor | list[GraphQLError]":
        return SlicedExecutor.within(
            OperationSlices(self.engine.slices),
            self.engine.schema,
            self.prepared.document,
            context_value=self.engine.contexts(self.principal),
            raw_variable_values=self.variables,
            operation_name=self.name,
            hide_suggestions=self._hides_suggestions,
        )

    @property
    def _hides_suggestions(self) -> bool:
        """Whether errors suggest no names: comparing long ones, or many, takes seconds."""
        return self.engine.hide_suggestions or not are_short(self.variables)

    async def _timely(self, execute: Execute, given: Any) -> Answer:
        try:
            result = execute(given)
            if not isinstance(result, ExecutionResult):
                unhurried = self.prepared.is_unhurried(self.node)
                result = await self.engine.deadlines.within(result, unhurried=unhurried)
        except CutOff as cut:
            message = f"the operation {cut}"
            self.engine.cut_offs.warning(message, of=told_name(self.node) or "one without a name")
            return Answer.broken_off(GraphQLError(message, extensions={"code": Code.TIMEOUT}))
        return Answer.of(result)


def refusal_of(error: Exception) -> Answer:
    """The answer to what is not executed."""
    errors = error.errors if isinstance(error, Invalid) else [located_error(error)]
    return Answer.refusal(errors)
