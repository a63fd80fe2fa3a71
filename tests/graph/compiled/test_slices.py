"""Slices: long lists are completed bit by bit, so that whatever else happens goes on."""

import asyncio
import time
from collections.abc import Awaitable
from typing import Any

import pytest
import strawberry
from graphql import ExecutionResult, execute_root_selection_set, parse, validate

from graph.compiled.plans import Plans
from graph.compiled.sliced_executor import SlicedExecutor
from graph.compiled.slices import OperationSlices, Slices
from tests.support.compiled.differing import operation_of
from tests.support.compiled.turns import turns

WORK_S, COUNT = 0.002, 150


def _work() -> None:
    end = time.thread_time() + WORK_S
    while time.thread_time() < end:
        pass


@strawberry.type
class Item:
    number: int

    @strawberry.field
    def heavy(self) -> int:
        _work()
        return self.number

    @strawberry.field
    async def later(self) -> int:
        await asyncio.sleep(0)
        return self.number

    @strawberry.field
    def inner(self) -> list["Item"]:
        return [Item(number=self.number)] * 2

    @strawberry.field
    def odd(self) -> int:
        if self.number == COUNT - 1:
            raise ValueError("the last is odd")
        return self.number


@strawberry.type
class Query:
    @strawberry.field
    def items(self) -> list[Item]:
        return [Item(number=number) for number in range(COUNT)]

    @strawberry.field
    def few(self) -> list[Item]:
        return [Item(number=0)] * 3

    @strawberry.field
    def perhaps(self) -> list[Item] | None:
        return [Item(number=number) for number in range(COUNT)]


SCHEMA = strawberry.Schema(Query)._schema
EXECUTED = pytest.mark.parametrize("by_plan", [True, False])


async def _execute(text: str, *, by_plan: bool, slices: Slices | None = None) -> ExecutionResult:
    """The result of an operation in slices, by a plan or by graphql-core."""
    document = parse(text)
    assert validate(SCHEMA, document) == []
    slices = slices or Slices(0.005)
    result: Any
    if by_plan:
        plans = Plans(SCHEMA, before=0, slices=slices)
        bound = plans.bind(document, operation_of(document), {})
        assert bound is not None
        result = bound.execute(None)
    else:
        executor = SlicedExecutor.within(OperationSlices(slices), SCHEMA, document)
        assert isinstance(executor, SlicedExecutor)
        result = execute_root_selection_set(executor)
    found: ExecutionResult = await result if isinstance(result, Awaitable) else result
    return found


@EXECUTED
@pytest.mark.parametrize(
    "text",
    [
        "{ items { heavy } }",
        "{ items { inner { heavy } } }",
        "{ a: items { heavy } b: items { heavy } }",
    ],
)
async def test_long_lists_let_others_have_their_turn(text: str, by_plan: bool) -> None:
    """What takes 300 ms and more of the loop keeps no one waiting for a quarter of that."""
    async with turns() as gaps:
        found = await _execute(text, by_plan=by_plan)

    assert found.errors is None
    assert sum(gaps) > COUNT * WORK_S
    assert max(gaps) < COUNT * WORK_S / 4


@EXECUTED
async def test_a_short_operation_waits_for_no_long_one(by_plan: bool) -> None:
    """It has its answer while the lists of a long one, which are many, wait for their turns."""
    slices = Slices(0.005)
    text = "{ items { inner { heavy } } }"
    long = asyncio.create_task(_execute(text, by_plan=by_plan, slices=slices))
    await asyncio.wait([long], timeout=0.05)

    begun = time.thread_time()
    short = await _execute("{ few { inner { number } } }", by_plan=by_plan, slices=slices)
    took = time.thread_time() - begun

    assert short.data == {"few": [{"inner": [{"number": 0}] * 2}] * 3}
    assert not long.done()
    await long
    assert took < (time.thread_time() - begun) / 5


@EXECUTED
async def test_what_is_completed_in_slices_is_the_same(by_plan: bool) -> None:
    """In order and whole, whether items wait for something else or not."""
    found = await _execute("{ items { heavy later number inner { later } } }", by_plan=by_plan)

    assert found == ExecutionResult(
        {
            "items": [
                {"heavy": each, "later": each, "number": each, "inner": [{"later": each}] * 2}
                for each in range(COUNT)
            ]
        },
        None,
    )


@EXECUTED
async def test_an_error_in_a_later_slice_is_told_where_it_is(by_plan: bool) -> None:
    """It makes null what graphql-core would make null, and names the item's place in the list."""
    found = await _execute("{ perhaps { heavy later odd } }", by_plan=by_plan)

    assert found.data == {"perhaps": None}
    assert [(each.message, each.path) for each in found.errors or ()] == [
        ("the last is odd", ["perhaps", COUNT - 1, "odd"])
    ]


@EXECUTED
async def test_what_is_cut_off_between_slices_leaves_nothing_behind(by_plan: bool) -> None:
    """A client that goes away ends it: no coroutine is left that was never awaited."""
    text = "{ items { heavy later inner { later inner { later } } } }"
    running = asyncio.create_task(_execute(text, by_plan=by_plan))
    await asyncio.wait([running], timeout=0.03)

    running.cancel()
    await asyncio.wait([running])

    assert running.cancelled()
    assert len(asyncio.all_tasks()) == 1
