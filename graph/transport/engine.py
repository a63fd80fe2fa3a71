"""The engine: executes operations for every transport, within the limits, in fresh contexts."""

import asyncio
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Mapping,
)
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import strawberry
from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLField,
    OperationDefinitionNode,
    OperationType,
    create_source_event_stream,
    execute_root_selection_set,
    execute_subscription_event,
    located_error,
)
from graphql.pyutils import AwaitableOrValue
from starlette.requests import HTTPConnection

from graph.transport.answers import Answer
from graph.transport.documents import Documents, Prepared
from graph.transport.limits import Limits
from graph.transport.parties import Authenticate, Denied, Stream, Throttle, anyone, at_any_rate
from graph.transport.requests import Parameters
from graph.transport.selections import fields_of

#: Makes the context of an operation or an event, for a connection and the party on it.
Contexts = Callable[[HTTPConnection, Any], Any]
Execute = Callable[["Executor[Any]"], AwaitableOrValue[ExecutionResult]]
#: The metadata of a field that walks over everything, and may take as long as that takes.
UNHURRIED = {"unhurried": True}


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
    ) -> None:
        self.schema = schema._schema
        self.contexts = contexts
        self.authenticate = authenticate
        self.wait_s = throttle
        self.streams = set[Stream]()
        self.limits = limits or Limits()
        self.hide_suggestions = not introspection
        self._documents = Documents(self.schema, self.limits, introspection)

    async def operation(
        self, parameters: Parameters, connection: HTTPConnection, party: Any
    ) -> "Operation":
        """The operation that is asked for, ready to be executed.

        Raises:
            Invalid: its document cannot be executed, or holds no such operation.
        """
        prepared = await self._documents.prepare(parameters.query)
        name, variables = parameters.operation_name, parameters.variables
        node = prepared.operation(name, variables, self.limits)
        return Operation(self, connection, party, parameters, prepared, node)

    def end_streams(self, should_end: Callable[[Any], bool], denied: Denied) -> None:
        """End what streams to parties of whom `should_end` is true, telling them why."""
        for stream in [each for each in self.streams if should_end(each.party)]:
            stream.end(denied)

    def is_unhurried(self, prepared: Prepared, node: OperationDefinitionNode) -> bool:
        """Whether an operation has fields alone that may take their time."""
        root = self.schema.get_root_type(node.operation)
        names = {each.name.value for each in fields_of(node.selection_set, prepared.fragments)}
        fields = [root.fields.get(name) for name in names] if root else []
        return all(field is not None and _metadata(field).get("unhurried") for field in fields)


def _metadata(field: GraphQLField) -> Mapping[Any, Any]:
    found: Mapping[Any, Any] = getattr(
        field.extensions.get("strawberry-definition"), "metadata", {}
    )
    return found


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of a client, which a transport answers."""

    engine: Engine
    connection: HTTPConnection
    party: Any
    parameters: Parameters
    prepared: Prepared
    node: OperationDefinitionNode

    @property
    def kind(self) -> OperationType:
        return self.node.operation

    async def answer(self) -> Answer:
        """What a query or mutation comes to."""
        executor = self._executor()
        if isinstance(executor, list):
            return Answer.refusal(executor)
        return await self._timely(execute_root_selection_set, executor)

    async def answers(self) -> AsyncGenerator[Answer, None]:
        """What a subscription comes to, event by event; the one answer of others.

        An answer that is refused is the last.
        """
        try:
            if self.kind is OperationType.SUBSCRIPTION:
                async with aclosing(self._subscribed()) as answers:
                    async for answer in answers:
                        yield answer
            else:
                yield await self.answer()
        except Exception as error:
            yield Answer.refusal([located_error(error)])

    async def _subscribed(self) -> AsyncGenerator[Answer, None]:
        executor = self._executor()
        if isinstance(executor, list):
            yield Answer.refusal(executor)
            return
        source = await _source(executor)
        if isinstance(source, list):
            yield Answer.refusal(source)
            return
        async with _closing(source) as events:
            async for event in events:
                each = executor.build_per_event_executor(event)
                # A context of its own knows nothing of other events.
                each.context_value = self.engine.contexts(self.connection, self.party)
                yield await self._timely(execute_subscription_event, each)

    def _executor(self) -> "Executor[Any] | list[GraphQLError]":
        engine, parameters = self.engine, self.parameters
        return Executor.build(
            engine.schema,
            self.prepared.document,
            context_value=engine.contexts(self.connection, self.party),
            raw_variable_values=parameters.variables,
            operation_name=parameters.operation_name,
            hide_suggestions=engine.hide_suggestions,
        )

    async def _timely(self, execute: "Execute", executor: "Executor[Any]") -> Answer:
        seconds = self.engine.limits.seconds
        unhurried = self.engine.is_unhurried(self.prepared, self.node)
        try:
            async with asyncio.timeout(None if unhurried else seconds):
                result = execute(executor)
                if not isinstance(result, ExecutionResult):
                    result = await result
        except TimeoutError:
            message = f"the operation took longer than {seconds:g} seconds"
            return Answer.broken_off(GraphQLError(message, extensions={"code": "TIMEOUT"}))
        return Answer.of(result)


async def _source(executor: Executor[Any]) -> AsyncIterable[Any] | list[GraphQLError]:
    """The events that a subscription is about, or why there are none."""
    source = create_source_event_stream(executor)
    if isinstance(source, Awaitable):
        source = await source
    return source.errors or [] if isinstance(source, ExecutionResult) else source


@asynccontextmanager
async def _closing(source: AsyncIterable[Any]) -> AsyncIterator[AsyncIterable[Any]]:
    """A stream of events that ends, and lets go of what it holds, with the block."""
    try:
        yield source
    finally:
        if close := getattr(source, "aclose", None):
            await close()
