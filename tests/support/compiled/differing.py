"""The same operation by a plan and by graphql-core, and what differs."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLSchema,
    OperationDefinitionNode,
    OperationType,
    execute_root_selection_set,
    execute_subscription_event,
    parse,
    validate,
)

from graph.compiled.plans import Plans
from tests.support.compiled.documents import Case


@dataclass
class Outcome:
    """What an execution came to: the bytes of its answer, and what was called when."""

    answer: bytes
    trace: list[str]
    has_plan: bool = False


def prepared(schema: GraphQLSchema, case: Case) -> DocumentNode | None:
    """A case's document, if it is valid."""
    document = parse(case.text)
    return None if validate(schema, document, max_errors=1) else document


def operation_of(document: DocumentNode) -> OperationDefinitionNode:
    found = document.definitions[0]
    assert isinstance(found, OperationDefinitionNode)
    return found


async def by_graphql_core(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: dict[str, Any],
    context: Any,
    root: Any,
) -> ExecutionResult:
    """What graphql-core answers."""
    executor = Executor.build(schema, document, root, context, variables)
    if isinstance(executor, list):
        return ExecutionResult(None, executor)
    is_event = operation_of(document).operation is OperationType.SUBSCRIPTION
    execute = execute_subscription_event if is_event else execute_root_selection_set
    result = execute(executor)
    return result if isinstance(result, ExecutionResult) else await result


async def by_plan(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: dict[str, Any],
    context: Any,
    root: Any,
) -> ExecutionResult | None:
    """What a plan answers; None if there is none for it."""
    bound = Plans(schema, before=0).bind(document, operation_of(document), variables)
    if bound is None:
        return None
    result = bound.execute(context, root)
    return result if isinstance(result, ExecutionResult) else await result


async def both(
    schema: GraphQLSchema,
    document: DocumentNode,
    variables: dict[str, Any],
    context: Callable[[], Any],
    root: Callable[[Any], Any] = lambda context: None,
    iterations: int | None = None,
) -> tuple[Outcome, Outcome]:
    """The outcomes by graphql-core and by a plan, each in a context of its own.

    After so many iterations of the loop, if given, whoever waits for it gives up.
    """
    found = []
    for execute in (by_graphql_core, by_plan):
        own = context()
        task = asyncio.ensure_future(execute(schema, document, deepcopy(variables), own, root(own)))
        if iterations is not None:
            for _ in range(iterations):
                await asyncio.sleep(0)
            task.cancel()
        answer, has_plan = b"cancelled", True
        with suppress(asyncio.CancelledError):
            result = await task
            answer, has_plan = encoded(result) if result else b"", result is not None
        for _ in range(12):  # what was left behind ends as well
            await asyncio.sleep(0)
        found.append(Outcome(answer, list(getattr(own, "trace", ())), has_plan))
    return found[0], found[1]


def encoded(result: ExecutionResult) -> bytes:
    """A result in bytes, its errors with all that is known of them."""
    errors = [each.formatted for each in result.errors or []]
    try:
        return orjson.dumps({"errors": errors, "data": result.data}, option=orjson.OPT_NON_STR_KEYS)
    except TypeError as error:
        return repr((str(error), errors, result.data)).encode()
