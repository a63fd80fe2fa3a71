"""One execution of a plan; graphql-core does whatever the plan does not expect.

A plan's function knows what resolvers usually give. Where one gives something else (nothing where
something is required, an awaitable, an exception, an object of another class), the value goes to
an `Executor` of graphql-core, which completes it and all that is below it, and shares the run's
errors. So what is rare is right by being graphql-core's own.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLResolveInfo,
    default_field_resolver,
    located_error,
)
from graphql.execution.executor import CollectedErrors
from graphql.execution.values import get_argument_values
from graphql.pyutils import AwaitableOrValue, is_awaitable

from graph.compiled.gathering import dismiss
from graph.compiled.plan import Plan
from graph.compiled.positions import ResponsePosition, Steps, field_path, keys_of, path_of
from graph.compiled.sliced_executor import SlicedExecutor
from graph.compiled.slices import UNDIVIDED, OperationSlices, Slices
from graph.compiled.values import ABSENT

#: The items of a list that are completed, which of them wait, and the values of the rest.
Begun = tuple[list[Any], list[int], Iterator[Any]]


class BoundPlan(NamedTuple):
    """A plan with a client's variables; may be executed for each event of a stream."""

    plan: Plan
    document: DocumentNode
    given: dict[str, Any]
    variables: dict[str, Any]
    slices: Slices = UNDIVIDED

    def execute(self, context: Any, root: Any = None) -> AwaitableOrValue[ExecutionResult]:
        """Execute the operation's root selection set over a root value in a context."""
        return Run(self, root, context).execute()


class Run:
    """One execution; generated functions take it as `run`."""

    def __init__(self, bound: BoundPlan, root: Any, context: Any) -> None:
        self.plan = bound.plan
        self.document = bound.document
        self.given = bound.given
        self.variables = bound.variables
        self.root = root
        self.context = context
        self._all_slices = bound.slices
        self._own_slices: OperationSlices | None = None
        self._collected: CollectedErrors | None = None

    @property
    def _slices(self) -> OperationSlices:
        """The operation's slices, which few operations ask for."""
        if self._own_slices is None:
            self._own_slices = OperationSlices(self._all_slices)
        return self._own_slices

    def is_over(self) -> bool:
        """Whether the operation is to wait for its next turn."""
        return self._slices.is_over()

    @property
    def collected(self) -> CollectedErrors:
        """The errors so far."""
        if self._collected is None:
            self._collected = CollectedErrors()
        return self._collected

    def execute(self) -> AwaitableOrValue[ExecutionResult]:
        """Run the plan's function over the root."""
        try:
            data = self.plan.function(self, self.root, None)
        except GraphQLError as error:
            return self._nothing(error)
        return self._result(data) if type(data) is dict else self._later(data)

    async def _later(self, data: Awaitable[dict[str, Any]]) -> ExecutionResult:
        try:
            return self._result(await data)
        except GraphQLError as error:
            return self._nothing(error)

    def _nothing(self, error: GraphQLError) -> ExecutionResult:
        self.collected.add(error, None)
        return self._result(None)

    def _result(self, data: dict[str, Any] | None) -> ExecutionResult:
        collected = self._collected
        return ExecutionResult(data, (collected.errors or None) if collected else None)

    def take(self, name: str, read: Any, absent: Any) -> Any:
        """A variable's value that no resolver has yet, as resolvers may change what they get."""
        if name in self.variables:
            return self.variables.pop(name)
        value = read(self.given)
        return absent if value is ABSENT else value

    def resolve(self, position: ResponsePosition, source: Any, steps: Steps) -> Any:
        """Call a resolver the way graphql-core does."""
        executor, node, resolve = self.executor, position.nodes[0], position.field.resolve
        arguments = get_argument_values(
            position.field, node, executor.variable_values, None, executor.hide_suggestions
        )
        return (resolve or default_field_resolver)(source, self.info(position, steps), **arguments)

    def completed(self, position: ResponsePosition, value: Any, steps: Steps) -> Any:
        """Complete a resolver's result by graphql-core; the result may be an awaitable."""
        if is_awaitable(value):
            executor, info, path = self.executor, self.info(position, steps), path_of(steps)
            return executor.complete_awaitable_value(
                position.type, position.details, info, path, value, None
            )
        completed = self.complete(position, value, steps)
        return self.awaited(position, completed, steps) if is_awaitable(completed) else completed

    def complete(self, position: ResponsePosition, value: Any, steps: Steps) -> Any:
        """Complete a value that has been awaited; an awaitable here is a wrong value."""
        info, path = self.info(position, steps), path_of(steps)
        return self.executor.complete_value(
            position.type, position.details, info, path, value, None
        )

    async def awaited(self, position: ResponsePosition, value: Awaitable[Any], steps: Steps) -> Any:
        """The value of an awaitable, or null if it raises where null is allowed."""
        try:
            return await value
        except Exception as error:
            return self.failed(position, error, steps)

    async def later(self, complete: Callable[..., Any], steps: Steps, begun: Begun) -> list[Any]:
        """Go on with a list, slice by slice, and then await those of its items that wait."""
        value = None
        while value is None:
            try:
                await self._slices.next()
            except asyncio.CancelledError:
                dismiss(begun[0])
                raise
            value = complete(self, (), steps, begun)
        return value if type(value) is list else await value

    def failed(self, position: ResponsePosition, error: Exception, steps: Steps) -> None:
        """Make null what failed, or raise where null is not allowed."""
        located = located_error(error, position.nodes, keys_of(steps))
        if position.is_required:
            raise located
        self.collected.add(located, path_of(steps))

    def abandon(self, awaitables: Iterable[Any], rest: Iterator[Any] | None = None) -> None:
        """Settle what was begun, and the rest of a list, in the background: nobody waits for it."""
        left = list(awaitables)
        if rest is not None:
            with suppress(Exception):
                left.extend(each for each in rest if is_awaitable(each))
        if left:
            self.executor.settle_in_background(left)

    def info(self, position: ResponsePosition, steps: Steps) -> GraphQLResolveInfo[Any]:
        """The info that graphql-core would give a resolver."""
        return self.executor.build_resolve_info(
            position.field, position.nodes, position.parent, field_path(steps)
        )

    @cached_property
    def executor(self) -> Executor[Any]:
        """An executor of the same operation that collects errors in the same list."""
        plan = self.plan
        executor = SlicedExecutor.within(
            self._slices,
            plan.schema,
            self.document,
            root_value=self.root,
            context_value=self.context,
            raw_variable_values=self.given,
            operation_name=plan.operation_name,
            hide_suggestions=plan.hide_suggestions,
        )
        if isinstance(executor, list):
            raise executor[0]
        executor.collected_errors = self.collected
        return executor
