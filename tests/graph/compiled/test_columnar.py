"""Columnar lists: whose items are not made where all that is selected of them is in columns."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, ClassVar

import orjson
import pytest
import strawberry
from graphql import GraphQLError, GraphQLSchema

from graph.compiled.guards import Guarded
from graph.compiled.outputs.columnar import Coded, Columnar, list_of
from tests.support.compiled.differing import by_graphql_core, by_plan, encoded, prepared
from tests.support.compiled.documents import Case
from tests.support.compiled.runs import Runs, watched


@strawberry.enum
class Size(Enum):
    SMALL = "small"
    LARGE = "large"


@strawberry.type
class Maker:
    name: str


@strawberry.type
class Thing:
    number: int
    size: Size
    maker: Maker
    hidden: str = "hidden"
    note: str | None = None

    @strawberry.field
    def label(self) -> str:
        return f"thing {self.number}"

    @strawberry.field
    def double(self) -> int:
        return 2 * self.number


SIZES = {0: Size.SMALL, 1: Size.LARGE}


@list_of(Thing)
class Things(Columnar[Thing, tuple[Sequence[int], Sequence[int], Sequence[str]]]):
    """Things of three columns, however many there are; `times` tells how often any were made."""

    times: ClassVar = 0
    columns: ClassVar = {
        "number": lambda source: source[0],
        "size": Coded(lambda source: source[1], SIZES),
        "maker.name": lambda source: source[2],
        "label": lambda source: [f"thing {number}" for number in source[0]],
        "hidden": lambda source: ["hidden" for _ in source[0]],
        "note": lambda source: [None for _ in source[0]],
    }

    def make(self) -> list[Thing]:
        Things.times += 1
        return [
            Thing(number=number, size=SIZES.get(size, Size.SMALL), maker=Maker(name=name))
            for number, size, name in zip(*self.source, strict=True)
        ]


def _things(*rows: tuple[int, int, str]) -> Things:
    return Things(([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]))


@strawberry.type
class Query:
    @strawberry.field(graphql_type=list[Thing])  # type: ignore[untyped-decorator]
    def things(self, count: int) -> Sequence[Thing]:
        return _things(*((each, each % 2, f"maker {each}") for each in range(count)))

    @strawberry.field(graphql_type=list[Thing])  # type: ignore[untyped-decorator]
    async def late(self) -> Sequence[Thing]:
        return _things((1, 1, "late"))

    @strawberry.field(graphql_type=list[Thing])  # type: ignore[untyped-decorator]
    def strange(self) -> Sequence[Thing]:
        return _things((1, 7, "of no known size"), (2, 1, "usual"))

    @strawberry.field(graphql_type=list[Thing] | None)  # type: ignore[untyped-decorator]
    def wrong(self) -> Sequence[Thing] | None:
        return _things((1, 1, "first"), (2**40, 1, "beyond Int"))


def _schema() -> GraphQLSchema:
    schema: GraphQLSchema = strawberry.Schema(Query)._schema

    def check(context: Any) -> None:
        if context != "knows":
            raise GraphQLError("not for you")

    hidden = schema.type_map["Thing"].fields["hidden"]  # type: ignore[attr-defined]
    hidden.resolve = Guarded(check, hidden.resolve)
    return schema


SCHEMA = _schema()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """What plans leave to graphql-core."""
    return watched(monkeypatch)


async def _answers(text: str, context: Any = None) -> tuple[bytes, bytes, int]:
    """What a plan and graphql-core answer, and how often the plan had things made."""
    case = Case(text, {})
    document = prepared(SCHEMA, case)
    assert document is not None
    Things.times = 0
    planned = await by_plan(SCHEMA, document, {}, context, None)
    times = Things.times
    usual = await by_graphql_core(SCHEMA, document, {}, context, None)
    assert planned is not None
    return encoded(planned), encoded(usual), times


@pytest.mark.parametrize(
    "selection",
    [
        "number size maker { name } label note __typename",
        "big: size small: size number maker { name __typename }",
        "... on Thing { number ...Fields }",
    ],
)
@pytest.mark.parametrize("field", ["things(count: 1)", "things(count: 9)", "late"])
async def test_what_is_in_columns_is_answered_without_the_items(field: str, selection: str) -> None:
    """The answer is graphql-core's, which has them made."""
    text = f"{{ {field} {{ {selection} }} }} fragment Fields on Thing {{ maker {{ name }} }}"
    if "Fields }" not in selection:
        text = text.partition(" fragment")[0]

    planned, usual, times = await _answers(text)

    assert planned == usual
    assert times == 0


@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize(
    "selection",
    [
        "__typename",
        "maker { __typename }",
        "a: __typename maker { b: __typename }",
        "number @include(if: $no) __typename",
        "number @include(if: $no)",
    ],
)
async def test_as_many_items_are_shown_where_no_column_is_selected(
    runs: Runs, selection: str, count: int
) -> None:
    """Names of types tell no number of items, which may be another than its source's length."""
    declared = "query ($no: Boolean = false) " if "$no" in selection else ""
    text = f"{declared}{{ things(count: {count}) {{ {selection} }} }}"

    planned, usual, _ = await _answers(text)

    assert planned == usual
    assert len(orjson.loads(planned)["data"]["things"]) == count
    assert runs.left == []


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("{ things(count: 9) { number double } }", []),
        ("{ things(count: 2) { maker { __typename } double } }", []),
        ("{ things(count: 0) { double } }", []),
        ("{ late { double } }", []),
        ("{ things(count: 0) { number } }", []),
        ("{ strange { number size } }", []),
        ("{ wrong { number } }", ["Int!"]),
    ],
)
async def test_items_are_made_for_whatever_else_is_selected_or_is_not_as_usual(
    runs: Runs, text: str, left: list[str]
) -> None:
    """A resolver without a column, an unknown code, a value that its scalar does not show.

    The plan goes on with them: graphql-core gets that value alone.
    """
    planned, usual, times = await _answers(text)

    assert planned == usual
    assert times == 1
    assert runs.left == left


@pytest.mark.parametrize("context", ["knows", "is nobody"])
async def test_guards_are_asked_before_columns_are_shown(runs: Runs, context: str) -> None:
    """Whoever may not see a field gets the error that each item would have given."""
    planned, usual, times = await _answers("{ things(count: 3) { number hidden } }", context)

    assert planned == usual
    assert (b"not for you" in planned) is (context != "knows")
    assert times == (context != "knows")
    assert runs.left == []


def test_a_columnar_list_is_a_sequence_of_items_that_are_made_once() -> None:
    """Its length, items and slices are those of the list that is made."""
    things = _things((1, 0, "a"), (2, 1, "b"))
    Things.times = 0

    assert len(things) == 2
    assert things[0].number == 1
    assert [each.number for each in things] == [1, 2]
    assert things[1:] == things.made[1:]
    assert Things.times == 1
