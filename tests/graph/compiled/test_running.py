"""Running a plan: what resolvers are given, when they are called, and what becomes of errors."""

import asyncio
from typing import Any

import strawberry
from graphql import ExecutionResult, GraphQLSchema, default_field_resolver, parse, validate
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from graph.compiled.guards import Guarded
from graph.compiled.plans import Plans
from tests.support.compiled.differing import both, operation_of


class World:
    """The context of an operation: what was called, and a loader that notes its batches."""

    def __init__(self) -> None:
        self.trace = list[str]()
        self.loader: DataLoader[int, int] = DataLoader(self._load)

    async def _load(self, keys: list[int]) -> list[int]:
        self.trace.append(f"load {len(keys)}")
        return [key * key for key in keys]


@strawberry.input
class Words:
    words: list[str]


@strawberry.type
class Item:
    number: int

    @strawberry.field
    async def square(self, info: Info[World, None]) -> int:
        return await info.context.loader.load(self.number)

    @strawberry.field
    def secret(self, info: Info[World, None]) -> str | None:
        info.context.trace.append(f"secret {self.number}")
        return "secret"

    @strawberry.field
    def odd(self) -> int:
        if self.number % 2 == 0:
            raise ValueError(f"{self.number} is even")
        return self.number

    @strawberry.field
    def nested(self) -> "Item":
        return self


@strawberry.type
class Query:
    @strawberry.field
    def items(self, count: int) -> list[Item | None]:
        return [Item(number=number) for number in range(count)]

    @strawberry.field
    def item(self, number: int = 1) -> Item:
        return Item(number=number)

    @strawberry.field
    def joined(self, input: Words) -> str:
        input.words.append("and what a resolver adds")
        return " ".join(input.words)

    @strawberry.field
    def place(self, info: Info[World, None], word: str | None = None) -> str:
        selected = [each.name for each in info.selected_fields if hasattr(each, "name")]
        told = info.field_name, info.path.as_list(), info.variable_values, selected
        return f"{told} {info.operation.name} {info.schema is not None}"


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def slowly(self, info: Info[World, None], pauses: int) -> int:
        info.context.trace.append(f"begin {pauses}")
        for _ in range(pauses):
            await asyncio.sleep(0)
        info.context.trace.append(f"end {pauses}")
        return pauses

    @strawberry.mutation
    def failing(self, info: Info[World, None]) -> int | None:
        info.context.trace.append("fail")
        raise ValueError("no")


def _refuse(context: World) -> None:
    context.trace.append("refused")
    raise PermissionError("not for you")


def _schema() -> GraphQLSchema:
    schema = strawberry.Schema(Query, Mutation)._schema
    field: Any = schema.type_map["Item"]
    secret = field.fields["secret"]
    secret.resolve = Guarded(_refuse, secret.resolve or default_field_resolver)
    return schema


SCHEMA = _schema()


async def _run(text: str, **variables: Any) -> tuple[ExecutionResult, list[str]]:
    """What a plan answers, which is what graphql-core does, and what was called."""
    document, world = parse(text), World()
    assert validate(SCHEMA, document) == []
    core, plan = await both(SCHEMA, document, variables, World)
    assert plan == core, (plan, core)
    bound = Plans(SCHEMA, before=0).bind(document, operation_of(document), variables)
    assert bound is not None
    result = bound.execute(world)
    return result if isinstance(result, ExecutionResult) else await result, world.trace


async def test_all_items_of_a_list_ask_a_loader_at_once() -> None:
    """A page of a hundred costs one query."""
    result, trace = await _run("{ items(count: 100) { nested { square } } }")

    assert result.data is not None
    assert result.data["items"][9] == {"nested": {"square": 81}}
    assert trace == ["load 100"]


async def test_fields_of_a_mutation_run_one_after_another() -> None:
    """Each begins when the one before has ended, and one that fails stops no other."""
    result, trace = await _run("mutation { a: slowly(pauses: 2) failing b: slowly(pauses: 1) }")

    assert result.data == {"a": 2, "failing": None, "b": 1}
    assert trace == ["begin 2", "end 2", "fail", "begin 1", "end 1"]


async def test_an_error_makes_null_what_may_be_null() -> None:
    """The nearest item or field above it that may be, and the error tells where it was."""
    result, _ = await _run("{ items(count: 3) { number nested { odd } } }")

    assert result.data == {"items": [None, {"number": 1, "nested": {"odd": 1}}, None]}
    assert [(each.message, each.path) for each in result.errors or []] == [
        ("0 is even", ["items", 0, "nested", "odd"]),
        ("2 is even", ["items", 2, "nested", "odd"]),
    ]


async def test_an_error_of_what_must_not_be_null_takes_all() -> None:
    """Without anything above it that may be null, there is no data."""
    result, _ = await _run("{ item(number: 2) { odd } other: item { number } }")

    assert result.data is None
    assert [each.path for each in result.errors or []] == [["item", "odd"]]


async def test_a_guard_refuses_before_the_resolver_is_called() -> None:
    """The resolver never runs, and the error is the field's."""
    result, trace = await _run("{ items(count: 2) { secret } }")

    assert result.data == {"items": [{"secret": None}, {"secret": None}]}
    assert [each.message for each in result.errors or []] == ["not for you"] * 2
    assert trace == ["refused", "refused"]


async def test_each_field_gets_its_own_copy_of_a_variable() -> None:
    """What one resolver adds to its input, another does not see."""
    text = "query ($input: Words!) { a: joined(input: $input) b: joined(input: $input) }"

    result, _ = await _run(text, input={"words": ["given"]})

    assert result.data == dict.fromkeys("ab", "given and what a resolver adds")


async def test_an_info_tells_all_that_graphql_core_would() -> None:
    """A resolver may ask where it is, what is selected and what was given."""
    result, _ = await _run("query Name($w: String) { told: place(word: $w) }", w="word")

    assert result.data is not None
    assert "('place', ['told'], {'w': 'word'}, ['place'])" in result.data["told"]
