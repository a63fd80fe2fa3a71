"""Compiling: operations that come again are executed by plans, unless a setting says not to."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import strawberry
from strawberry.types import Info

from graph.transport.engine import Engine
from graph.transport.operations import Operation
from graph.transport.requests import Parameters

#: What resolvers are told by, which is all that an operation shows of how it is executed.
BY_GRAPHQL_CORE, BY_PLAN = "Info", "LazyInfo"


def _told(info: Info) -> str:
    return type(info).__name__


@strawberry.type
class Told:
    @strawberry.field
    def by(self, info: Info) -> str:
        return _told(info)


async def _events() -> AsyncGenerator[Told, None]:
    for _ in range(100):
        yield Told()
        await asyncio.sleep(0.001)


class Query:
    by = strawberry.field(resolver=_told)


class Subscription:
    told = strawberry.subscription(resolver=_events)


SCHEMA = strawberry.Schema(strawberry.type(Query), subscription=strawberry.type(Subscription))


def _engine(**settings: Any) -> Engine:
    return Engine(SCHEMA, lambda *_: None, **settings)


async def _answer(engine: Engine) -> bytes:
    operation = await Operation.prepare(engine, Parameters("{ by }", {}), None)
    return (await operation.answer()).content


async def test_an_operation_that_comes_again_is_executed_by_a_plan() -> None:
    """The first time by graphql-core, and until the plan is made."""
    engine = _engine()

    first = await _answer(engine)
    for _ in range(200):
        later = await _answer(engine)
        if BY_PLAN.encode() in later:
            break
        await asyncio.sleep(0.01)

    assert first == b'{"data":{"by":"Info"}}'
    assert later == b'{"data":{"by":"LazyInfo"}}'


async def test_events_are_executed_by_a_plan() -> None:
    """A subscription's events are the operation that comes again."""
    operation = await Operation.prepare(
        _engine(), Parameters("subscription { told { by } }", {}), None
    )

    seen = [answer.content async for some in operation.answers() for answer in some]

    assert len(seen) == 100
    assert BY_GRAPHQL_CORE in seen[0].decode()
    assert seen[-1] == b'{"data":{"told":{"by":"LazyInfo"}}}'


async def test_a_setting_turns_it_off() -> None:
    """Then graphql-core executes everything."""
    engine = _engine(compile=False)

    answers = {await _answer(engine) for _ in range(5)}

    assert answers == {b'{"data":{"by":"Info"}}'}
