"""Inputs: what is given is read as graphql-core and strawberry read it, or left to them."""

from typing import Any

import pytest
from graphql import GraphQLSchema, parse, validate

from graph.compiled.plans import Plans
from tests.support.compiled import nasty
from tests.support.compiled.differing import both, operation_of
from tests.support.compiled.whims import World

SCHEMA: GraphQLSchema = nasty.build()._schema
INNER = {"number": 1}
OUTER = {"id": "i", "inner": INNER}

#: A type, and values of it that are right.
RIGHT: list[tuple[str, str, list[Any]]] = [
    ("scalars(a: $v)", "Int!", [0, -(2**31), 2**31 - 1, 3.0]),
    ("scalars(a: 1, b: $v)", "Float!", [0.5, 2, -0.0, 1e300]),
    ("scalars(a: 1, c: $v)", "Boolean", [True, False, None]),
    ("scalars(a: 1, d: $v)", "String", ["", "é\n", None]),
    ("scalars(a: 1, e: $v)", "ID!", ["i", 7, 0, 1.0, 2**70]),
    ("scalars(a: 1, f: $v)", "Size!", ["SMALL", "BIG"]),
    ("lists(a: $v)", "[Size!]", [[], ["BIG", "SMALL"], "BIG", None]),
    ("lists(b: $v)", "[[Int]]", [[[1, None], None, []], 1, [1], [[1], 2]]),
    ("lists(d: $v)", "[String!]!", [["a"], "a"]),
    ("custom(a: $v)", "Date", ["2026-11-20", None]),
    ("custom(b: $v)", "Decimal", ["1.50", 2]),
    ("custom(c: $v)", "JSON", [{"a": [1, None]}, [], "text", 1.5, True]),
    ("custom(d: $v)", "ID", ["UG9zdDox", "nonsense"]),
    ("maybes(a: $v)", "String", ["a"]),
    ("maybes(b: $v)", "Int", [1, None]),
    (
        "inner(input: $v)",
        "Inner!",
        [INNER, {**INNER, "unset": None, "maybe": 2, "maybeNull": None}],
    ),
    (
        "outer(input: $v)",
        "Outer!",
        [OUTER, {**OUTER, "inners": INNER, "sizes": "BIG", "grid": [1]}],
    ),
    ("outer(input: $v)", "Outer!", [{**OUTER, "anything": {"a": 1}, "other": None, "on": None}]),
    ("outers(inputs: $v)", "[Outer!]!", [[], OUTER, [OUTER, OUTER]]),
    ("one(input: $v)", "One!", [{"number": 1}, {"inner": INNER}, {"texts": ["a"]}]),
    ("constructed(input: $v)", "Constructed", [{"number": 1}, None]),
    ("tree(input: $v)", "Tree", [{"name": "a", "branches": [{"name": "b"}]}]),
    ("checked(input: $v)", "Checked!", [{"number": 1}]),
    ("preset(input: $v)", "Inner! = {number: 3, maybeNull: null}", [INNER]),
]
#: A type, and values of it that are wrong.
WRONG: list[tuple[str, str, list[Any]]] = [
    ("scalars(a: $v)", "Int!", [None, 2**31, -(2**31) - 1, 1.5, "1", True, [1], {}]),
    ("scalars(a: 1, b: $v)", "Float!", ["1.5", True, 10**400, None]),
    ("scalars(a: 1, c: $v)", "Boolean", [0, "true"]),
    ("scalars(a: 1, d: $v)", "String", [5, False, ["a"]]),
    ("scalars(a: 1, e: $v)", "ID!", [1.5, True, ["i"], None]),
    ("scalars(a: 1, f: $v)", "Size!", ["LARGE", 1, None, ["SMALL"]]),
    ("lists(a: $v)", "[Size!]", [[None], ["BIG", "LARGE"], {"a": 1}]),
    ("lists(b: $v)", "[[Int]]", [[["a"]], "a", [[[1]]]]),
    ("custom(a: $v)", "Date", ["2026-13-01", 5]),
    ("custom(b: $v)", "Decimal", ["x"]),
    ("inner(input: $v)", "Inner!", [{}, {"number": None}, {**INNER, "more": 1}, [], 5, None]),
    ("inner(input: $v)", "Inner!", [{**INNER, "size": None}, {**INNER, "text": 1}]),
    ("outer(input: $v)", "Outer!", [{"id": "i"}, {**OUTER, "inner": {}}, {**OUTER, "sizes": None}]),
    ("outers(inputs: $v)", "[Outer!]!", [[None], [OUTER, {}], "a"]),
    ("one(input: $v)", "One!", [{}, {"number": None}, {"number": 1, "texts": []}, {"more": 1}]),
    ("tree(input: $v)", "Tree", [{}, {"name": "a", "branches": [{}]}]),
]


def _each(cases: list[tuple[str, str, list[Any]]]) -> list[tuple[str, str, Any]]:
    return [(field, type, value) for field, type, values in cases for value in values]


@pytest.mark.parametrize(("field", "type", "value"), _each(RIGHT))
async def test_what_is_right_is_read_as_strawberry_reads_it(
    field: str, type: str, value: Any
) -> None:
    """The same classes, enums, defaults and absences reach the resolver."""
    document = parse(f"query ($v: {type}) {{ a: {field} b: {field} }}")
    assert validate(SCHEMA, document) == []

    core, plan = await both(SCHEMA, document, {"v": value}, lambda: World(1, 200))

    assert plan.has_plan
    assert plan.answer == core.answer


@pytest.mark.parametrize(("field", "type", "value"), _each(WRONG))
async def test_what_is_wrong_is_left_to_graphql_core(field: str, type: str, value: Any) -> None:
    """It refuses all that a plan does not read."""
    document = parse(f"query ($v: {type}) {{ {field} }}")
    assert validate(SCHEMA, document) == []

    core, _ = await both(SCHEMA, document, {"v": value}, lambda: World(1, 200))
    bound = Plans(SCHEMA, before=0).bind(document, operation_of(document), {"v": value})

    assert b'"data":null' in core.answer
    assert core.trace == []
    assert bound is None


@pytest.mark.parametrize(
    "field",
    [
        'inner(input: {number: 1, text: null, unset: "a", maybe: 1, maybeNull: null})',
        "inner(input: {number: $n})",
        "inner(input: {number: 1, size: $s, text: $t, maybe: $n})",
        "outer(input: {id: 7, inner: {number: 1}, grid: [[$n], 2], sizes: BIG})",
        "outer(input: {id: 7, inner: {number: 1}, anything: {a: [1]}, day: null})",
        "outer(input: {id: 1, inner: $i, inners: [$i]})",
        "outers(inputs: {id: 1, inner: {number: 1}})",
        "one(input: {number: 1})",
        "one(input: {number: $n})",
        "one(input: {inner: $i})",
        "lists(a: [$s], b: [[$n, null], $l], d: [$t])",
        "custom(c: {a: $n, b: [$t]})",
        'custom(c: {a: 1}, a: "2026-11-20", b: 2)',
        "checked(input: {number: 5})",
        "checkedLate(inputs: [{number: 5}])",
        "checked(input: {number: $n})",
        "preset",
        "constructed(input: {number: 1})",
        "maybes(a: $t, b: null)",
    ],
)
@pytest.mark.parametrize("given", [True, False])
async def test_what_a_document_holds_is_read_as_well(field: str, given: bool) -> None:
    """Literals with variables within them, given or not, and what only using them shows wrong."""
    head = '$n: Int! = 4, $s: Size! = BIG, $t: String! = "t", $i: Inner! = {number: 9}, $l: [Int]'
    used = {name: part for part in head.split(", $") for name in [part.lstrip("$")[0]]}
    names = [name for name in used if f"${name}" in field]
    variables = ", ".join(f"${used[name].lstrip('$')}" for name in names)
    document = parse(f"query {f'({variables})' if variables else ''} {{ a: {field} b: {field} }}")
    assert validate(SCHEMA, document) == []
    values = {"n": 5, "s": "SMALL", "t": "text", "i": INNER, "l": [1]}

    core, plan = await both(
        SCHEMA,
        document,
        {name: values[name] for name in names if given},
        lambda: World(1, 200),
    )

    assert plan.has_plan
    assert plan.answer == core.answer
