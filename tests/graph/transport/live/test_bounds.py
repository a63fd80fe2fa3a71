"""Costs are bounds: whatever the document and its variables, no fewer rows than are touched."""

from dataclasses import dataclass
from typing import Any

from graphql import get_variable_values, parse
from graphql.execution import VariableValues
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from graph.transport.documents.costs import Costs
from graph.transport.documents.selections import operations_of
from tests.support.shared.documents import plain_schema

SCHEMA = plain_schema()
HEAD = "query ($a: Int, $b: Int = 7, $c: Int = null, $ids: [ID!]!, $filter: InteractionFilter)"
SIZES = ("null", "$a", "$b", "$c", "0", "3", "100", "101")
FILTERS = ("null", "{actions: [VIEW]}", "{recommended: true}", "$filter")
SHAPES = ("%s", "... { %s }", "... on User { %s }", "... on Node { id ... on User { %s } }")
Variables = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """A page of interactions, and the pages of the users who did them."""

    argument: str
    size: str
    filter: str
    has_count: bool
    shape: str
    within: "tuple[Page, ...]"

    def text(self, alias: str) -> str:
        """The page as GraphQL; `alias` tells it from those beside it."""
        inner = " ".join(each.text(f"{alias}{number}") for number, each in enumerate(self.within))
        return (
            f"{alias}: interactions({self.argument}: {self.size}, filter: {self.filter}) {{ "
            f"{'totalCount' if self.has_count else '__typename'} "
            f"nodes {{ user {{ alias {self.shape % inner if inner else ''} }} }} }}"
        )

    def rows(self, variables: Variables) -> int:
        """The rows that it touches where all pages are full; none if it is refused."""
        size = _value(self.size, variables)
        if size is not None and not 1 <= size <= 100:
            return 0
        inner = sum(each.rows(variables) for each in self.within)
        counted = 10_000 if self.has_count and self._is_counted(variables) else 0
        return (20 if size is None else size) * (1 + inner) + counted

    def _is_counted(self, variables: Variables) -> bool:
        """Whether the filter is one that totals do not answer."""
        if self.filter == "$filter":
            return (variables.get("filter") or {}).get("recommended") is not None
        return "recommended" in self.filter


def _value(written: str, variables: Variables) -> int | None:
    if written.startswith("$"):
        return variables.get(written[1:])
    return None if written == "null" else int(written)


def _pages(within: SearchStrategy[tuple[Page, ...]]) -> SearchStrategy[Page]:
    return st.builds(
        Page,
        st.sampled_from(("first", "last")),
        st.sampled_from(SIZES),
        st.sampled_from(FILTERS),
        st.booleans(),
        st.sampled_from(SHAPES),
        within,
    )


def _beside(pages: SearchStrategy[Page]) -> SearchStrategy[tuple[Page, ...]]:
    return st.lists(pages, min_size=1, max_size=2).map(tuple)


_SIZE = st.sampled_from((None, -1, 0, 1, 2, 20, 100, 101, 2.0, 100.0))
_FILTER = st.sampled_from(
    (None, {}, {"actions": ["VIEW"]}, {"recommended": None}, {"recommended": False})
)
PAGES = _beside(
    st.recursive(_pages(st.just(())), lambda pages: _pages(_beside(pages)), max_leaves=4)
)
VARIABLES = st.fixed_dictionaries(
    {"ids": st.sampled_from(([], "p", ["p"] * 2, ["p"] * 100, ["p"] * 101))},
    optional={"a": _SIZE, "b": _SIZE, "c": _SIZE, "filter": _FILTER},
)


def _costs(pages: tuple[Page, ...]) -> Costs:
    inner = " ".join(page.text(f"p{number}") for number, page in enumerate(pages))
    document = parse(f"{HEAD} {{ posts(ids: $ids) {{ id {inner} }} }}")
    return Costs(SCHEMA, document, operations_of(document)[0])


def _coerced(variables: Variables) -> Variables:
    """Variables as resolvers get them."""
    (operation,) = operations_of(parse(f"{HEAD} {{ __typename }}"))
    values = get_variable_values(SCHEMA, operation.variable_definitions or (), variables)
    assert isinstance(values, VariableValues), values
    return values.coerced


@settings(max_examples=200)
@given(pages=PAGES, variables=VARIABLES)
def test_the_most_is_no_less_than_any_variables_make_it(
    pages: tuple[Page, ...], variables: Variables
) -> None:
    """What is reckoned before variables are known is never too low, so it may clear a document."""
    costs = _costs(pages)

    assert costs.most >= costs.rows(variables)


@settings(max_examples=200)
@given(pages=PAGES, variables=VARIABLES)
def test_the_rows_are_no_less_than_the_pages_hold(
    pages: tuple[Page, ...], variables: Variables
) -> None:
    """What is reckoned with variables is never below what resolvers would read with them."""
    ids = _coerced(variables)["ids"]
    held = sum(page.rows(_coerced(variables)) for page in pages)
    touched = len(ids) * (1 + held) if len(ids) <= 100 else 0

    assert _costs(pages).rows(variables) >= touched
