"""Runs: one execution of a plan, with graphql-core at hand for whatever the plan does not expect.

A plan's function knows what resolvers usually give. Where one gives something else (nothing where
something is required, an awaitable, an exception, an object of another class), the value goes to
an `Executor` of graphql-core, which completes it and all that is below it, and shares the run's
errors. So what is rare is right by being graphql-core's own.
"""

from collections.abc import Awaitable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import (
    ExecutionResult,
    Executor,
    GraphQLError,
    GraphQLResolveInfo,
    default_field_resolver,
    located_error,
)
from graphql.execution.executor import CollectedErrors
from graphql.execution.values import get_argument_values
from graphql.pyutils import AwaitableOrValue, gather_with_cancel, is_awaitable

from graph.compiled.places import Place, Steps, field_path, keys_of, path_of
from graph.compiled.values import ABSENT

if TYPE_CHECKING:
    from graph.compiled.plans import Ready


class Run:
    """One execution; generated functions take it as `run`."""

    def __init__(self, ready: "Ready", root: Any, context: Any) -> None:
        self.plan = ready.plan
        self.document = ready.document
        self.given = ready.given
        self.variables = ready.variables
        self.root = root
        self.context = context
        self._collected: CollectedErrors | None = None

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
        """A variable's value that none has been given yet: resolvers may change what they get."""
        if name in self.variables:
            return self.variables.pop(name)
        value = read(self.given)
        return absent if value is ABSENT else value

    def resolve(self, place: Place, source: Any, steps: Steps) -> Any:
        """Call a resolver the way graphql-core does."""
        executor, node, resolve = self.executor, place.nodes[0], place.field.resolve
        arguments = get_argument_values(
            place.field, node, executor.variable_values, None, executor.hide_suggestions
        )
        return (resolve or default_field_resolver)(source, self.info(place, steps), **arguments)

    def completed(self, place: Place, value: Any, steps: Steps) -> Any:
        """Complete what a resolver gave, by graphql-core; perhaps an awaitable."""
        if is_awaitable(value):
            executor, info, path = self.executor, self.info(place, steps), path_of(steps)
            return executor.complete_awaitable_value(
                place.type, place.details, info, path, value, None
            )
        completed = self.complete(place, value, steps)
        return self.awaited(place, completed, steps) if is_awaitable(completed) else completed

    def complete(self, place: Place, value: Any, steps: Steps) -> Any:
        """Complete what has been awaited; an awaitable that is given here is a wrong value."""
        info, path = self.info(place, steps), path_of(steps)
        return self.executor.complete_value(place.type, place.details, info, path, value, None)

    async def awaited(self, place: Place, value: Awaitable[Any], steps: Steps) -> Any:
        """What an awaitable comes to, or null if that is an error which ends here."""
        try:
            return await value
        except Exception as error:
            return self.failed(place, error, steps)

    def failed(self, place: Place, error: Exception, steps: Steps) -> None:
        """Make null what failed, or raise where null is not allowed."""
        located = located_error(error, place.nodes, keys_of(steps))
        if place.is_required:
            raise located
        self.collected.add(located, path_of(steps))

    def abandon(self, awaitables: Iterable[Any], rest: Iterator[Any] | None = None) -> None:
        """Let what was begun end by itself, and what is left of a list, as nobody waits for it."""
        left = list(awaitables)
        if rest is not None:
            with suppress(Exception):
                left.extend(each for each in rest if is_awaitable(each))
        if left:
            self.executor.settle_in_background(left)

    def info(self, place: Place, steps: Steps) -> GraphQLResolveInfo[Any]:
        """What graphql-core tells a resolver, and whatever else asks about a field."""
        return self.executor.build_resolve_info(
            place.field, place.nodes, place.parent, field_path(steps)
        )

    @cached_property
    def executor(self) -> Executor[Any]:
        """An executor of the same operation that collects errors in the same place."""
        plan = self.plan
        executor = Executor.build(
            plan.schema,
            self.document,
            self.root,
            self.context,
            self.given,
            plan.operation_name,
            hide_suggestions=plan.hide_suggestions,
        )
        if isinstance(executor, list):
            raise executor[0]
        executor.collected_errors = self.collected
        return executor


async def gathered(results: Any, keys: Sequence[Any]) -> Any:
    """A dict or list of results, those at some keys awaited; as graphql-core awaits them.

    It matters that a single one is awaited without a task of its own, and that several become
    tasks in their order: loaders batch what is asked for in one turn of the loop.
    """
    if len(keys) == 1:
        results[keys[0]] = await results[keys[0]]
    else:
        values = await gather_with_cancel(*(results[key] for key in keys))
        for key, value in zip(keys, values, strict=True):
            results[key] = value
    return results
