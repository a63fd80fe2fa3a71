"""Columns: which lists are completed all at once, and that others are completed item by item."""

from typing import Any

import pytest
import strawberry
from graphql import GraphQLSchema, parse

from graph.compiled.compiling import compile_plan
from graph.compiled.outputs.columns import LEAST, MOST
from graph.compiled.plans import Plans
from tests.support.compiled.differing import operation_of


@strawberry.type
class Root:
    letter: str


@strawberry.type
class Word:
    text: str
    length: int
    root: Root

    @strawberry.field
    def loud(self) -> str:
        return self.text.upper()


@strawberry.type
class Read:
    """An object whose attribute does something when it is read."""

    reads: strawberry.Private[list[str]]
    text: str = strawberry.field(default="")

    def _text(self) -> str:
        self.reads.append("text")
        return "read"


Read.text = property(Read._text, lambda *_: None)  # type: ignore[assignment]


@strawberry.type
class Query:
    @strawberry.field
    def words(self, count: int) -> list[Word]:
        return [Word(text="w" * each, length=each, root=Root(letter="w")) for each in range(count)]

    @strawberry.field
    def reads(self) -> list[Read]:
        return [Read(reads=READS) for _ in range(LEAST)]


READS = list[str]()
SCHEMA: GraphQLSchema = strawberry.Schema(Query)._schema
LEAVES = "text length root { letter } __typename"


def _source(selection: str) -> str:
    document = parse(selection)
    return compile_plan(SCHEMA, document, operation_of(document), {}).source


@pytest.mark.parametrize(
    ("selection", "has_columns"),
    [
        (f"{{ words(count: 9) {{ {LEAVES} }} }}", True),
        ("{ words(count: 9) { loud } }", False),
        ("{ words(count: 9) { text loud } }", False),
        ("{ reads { text } }", False),
    ],
)
def test_lists_of_what_is_only_stored_have_columns(selection: str, has_columns: bool) -> None:
    """A resolver, or a property that does something, is asked once; so it keeps a list from it."""
    assert ("column by column" in _source(selection)) is has_columns


@pytest.mark.parametrize("count", [0, 1, LEAST - 1, LEAST, LEAST + 1, MOST, MOST + 1])
def test_lists_of_any_length_are_answered_alike(count: int) -> None:
    """Short ones and long ones are completed item by item, those between at once."""
    document = parse(f"{{ words(count: {count}) {{ {LEAVES} }} }}")
    plans = Plans(SCHEMA, before=0)

    bound = plans.bind(document, operation_of(document), {})

    assert bound is not None
    result: Any = bound.execute(None)
    assert result.errors is None
    assert result.data["words"] == [
        {"text": "w" * each, "length": each, "root": {"letter": "w"}, "__typename": "Word"}
        for each in range(count)
    ]
