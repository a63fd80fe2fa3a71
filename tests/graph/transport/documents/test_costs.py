"""What an operation could cost: page sizes within page sizes, told before anything runs."""

from typing import Any

import pytest
from graphql import GraphQLInterfaceType, GraphQLObjectType, get_named_type, parse, validate

from graph.transport.documents.costs import Costs, Rows, declared_rows
from graph.transport.documents.limits import Limits
from graph.transport.documents.selections import operations_of
from tests.support.client import Caller, FixedClock
from tests.support.serving import Settling, serving
from tests.support.shared.documents import plain_schema

SCHEMA = plain_schema()
NODES = "{ nodes { id } }"
FIRST = "query ($n: Int) { interactions(first: $n) { nodes { id } } }"
RECORD = """mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { results { post { stats { score } } } }
}"""
MONTH = 'since: "2026-01-01T00:00:00Z", until: "2026-02-01T00:00:00Z"'
SERIES = "fragment F on ActivityStats { series { total } days: series(interval: DAY) { total } }"
MAY, JUNE = "2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z"
ACTIVITY = """query ($s: DateTime, $u: DateTime, $i: Interval! = HOUR) {
  activityStats(since: $s, until: $u) { series(interval: $i) { total } }
}"""
SIZES = ("first", "last", "ids", "aliases", "inputs")
#: A million rows: pages of 100 within each other.
NESTED = "user { interactions(first: 100) { nodes { %s } } }"
MILLION = NESTED % (NESTED % "user { interactions(first: 100) { nodes { id } } }")


def _costs(query: str) -> Costs:
    document = parse(query)
    assert validate(SCHEMA, document) == []
    (operation,) = operations_of(document)
    return Costs(SCHEMA, document, operation)


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        # What is not read from the database costs nothing.
        ("{ __typename }", 0),
        ('{ post(id: "a") { id postId } viewer { alias } actionTypes { action } }', 0),
        # What is read costs a row, a list as many as it may have.
        ('{ post(id: "a") { stats { score counts { count } } } }', 1),
        ('{ a: node(id: "a") { id } b: node(id: "a") { id } }', 2),
        ('{ nodes(ids: ["a", "b", "c"]) { id } }', 3),
        ('{ nodes(ids: "a") { id } }', 1),
        ('{ posts(ids: ["a", "b"]) { stats { score } } }', 2 + 2),
        # A series costs its buckets and, where they are shown, the counts of each.
        ("{ activityStats { series { total } } }", 1 + 27),
        ("{ activityStats { series { counts { count } } } }", 1 + 27 * (1 + 25)),
        ("{ activityStats { series(interval: DAY) { total } } }", 1 + 4),
        (f"{{ activityStats({MONTH}) {{ ...F }} }} {SERIES}", 1 + 31 * 24 + 3 + 31 + 3),
        (f"{{ activityStats({MONTH}) {{ series(interval: MINUTE) {{ total }} }} }}", 1 + 1500),
        (
            f"{{ a: activityStats {{ ...F }} b: activityStats({MONTH}) {{ ...F }} }} {SERIES}",
            1 + 27 + 4 + 1 + 31 * 24 + 3 + 31 + 3,
        ),
        ("{ activityStats { uniqueUsers } }", 1 + 25_000),
        (f"{{ interactions(first: 7) {NODES} }}", 7),
        (f"{{ interactions(last: 7) {NODES} }}", 7),
        (f"{{ interactions {NODES} }}", 20),
        (f"{{ interactions(first: null) {NODES} }}", 20),
        ("{ trendingPosts { score } engagementScores(first: 3) { score } }", 10 + 3),
        ("{ trendingPosts(first: null) { score } }", 10),
        # Sizes within sizes multiply.
        (f'{{ posts(ids: ["a", "b"]) {{ interactions(first: 3) {NODES} }} }}', 2 * (1 + 3)),
        (
            "{ posts(ids: [1, 2]) { interactions(first: 3) { nodes { user { interactions(last: 5)"
            " { edges { node { post { stats { score } } } } } } } } } }",
            2 * (1 + 3 * (1 + 5 * (1 + 1))),
        ),
        (
            "{ trendingPosts(first: 2) { post { interactions { nodes { user { counts { count } }"
            " } } } } }",
            2 * (1 + 20 * (1 + 1)),
        ),
        # Aliases and repetitions each count.
        (
            f'{{ user(id: "a") {{ a: interactions(first: 3) {NODES} b: interactions(first: 4)'
            f" {NODES} }} }}",
            3 + 4,
        ),
        # Fragments count wherever they are spread; on Node only for the types they are of.
        (
            f"{{ posts(ids: [1, 2]) {{ ...F }} post(id: 3) {{ ...F }} }}"
            f" fragment F on Post {{ interactions(first: 3) {NODES} }}",
            2 * (1 + 3) + 3,
        ),
        (
            f"{{ node(id: 1) {{ ... on Post {{ interactions(first: 3) {NODES} stats {{ score }} }}"
            f" ... on User {{ interactions(first: 4) {NODES} }} }} }}",
            1 + (3 + 1) + 4,
        ),
        (
            "{ nodes(ids: [1, 2]) { ...P ... { id } ... on Node { id } } }"
            " fragment P on Post { ...S } fragment S on Post { stats { score } }",
            2 * (1 + 1),
        ),
        # What is read of the user is read once, whatever the candidates.
        (
            "{ viewer { feedSignals(postIds: [1, 2]) { post { stats { score } } } } }",
            6_000 + 2 * 11,
        ),
        # Directives may include it.
        (f"{{ interactions(first: 7) @skip(if: true) {NODES} }}", 7),
    ],
)
def test_rows_are_counted_from_the_document(query: str, rows: int) -> None:
    """Without variables the most that an operation could touch is what it could touch."""
    costs = _costs(query)

    assert costs.rows({}) == costs.most == rows


@pytest.mark.parametrize(
    ("query", "variables", "rows", "most"),
    [
        (FIRST, {"n": 7}, 7, 100),
        (FIRST, {"n": 7.0}, 7, 100),
        (FIRST, {"n": None}, 20, 100),
        (FIRST, {}, 20, 100),
        (FIRST, {"n": 1000}, 100, 100),
        (FIRST, {"n": 10**12}, 100, 100),
        (FIRST, {"n": 0}, 1, 100),
        (FIRST, {"n": -5}, 1, 100),
        (FIRST.replace("Int", "Int = 9"), {}, 9, 100),
        (FIRST.replace("Int", "Int = 9"), {"n": 7}, 7, 100),
        (FIRST.replace("Int", "Int = 9"), {"n": None}, 20, 100),
        (FIRST.replace("first", "last"), {"n": 7}, 7, 100),
        ("query ($i: [ID!]!) { posts(ids: $i) { id } }", {"i": ["a", "b", "c"]}, 3, 100),
        ("query ($i: [ID!]!) { posts(ids: $i) { id } }", {"i": "a"}, 1, 100),
        ("query ($i: [ID!]!) { posts(ids: $i) { id } }", {"i": ["a"] * 101}, 100, 100),
        ('query ($i: [ID!]! = ["a", "b"]) { posts(ids: $i) { id } }', {}, 2, 100),
        ("query ($i: ID!) { posts(ids: [$i, $i]) { id } }", {"i": "a"}, 2, 2),
        (RECORD, {"inputs": [{}] * 10}, 10 * (10 + 1), 1000 * (10 + 1)),
        (RECORD, {"inputs": {}}, 10 + 1, 1000 * (10 + 1)),
        (ACTIVITY, {}, 1 + 27, 1 + 1500),
        (ACTIVITY, {"i": "DAY", "s": MAY, "u": JUNE}, 1 + 31 + 3, 1 + 1500),
        (ACTIVITY, {"i": "HOUR", "s": MAY, "u": JUNE}, 1 + 31 * 24 + 3, 1 + 1500),
        (ACTIVITY, {"i": "HOUR", "s": JUNE, "u": MAY}, 1 + 1500, 1 + 1500),
        (ACTIVITY, {"i": "YEAR", "s": 1, "u": [JUNE]}, 1 + 1500, 1 + 1500),
    ],
)
def test_variables_count_as_they_are_sent(
    query: str, variables: dict[str, Any], rows: int, most: int
) -> None:
    """A variable's size is the one sent, its default, or the field's own; the most is known before.

    What is out of a field's range counts as the end of the range: its resolver refuses it.
    """
    costs = _costs(query)

    assert (costs.rows(variables), costs.most) == (rows, most)


@pytest.mark.parametrize(
    ("filter", "of_all", "of_user", "passed_over"),
    [
        ("", 10_000, 0, 0),
        ("filter: null", 10_000, 0, 0),
        ("filter: {}", 10_000, 0, 0),
        ("filter: {actions: [VIEW]}", 10_000, 0, 100),
        ("filter: {actions: [VIEW], since: null}", 10_000, 0, 100),
        ("filter: {families: [NEGATIVE]}", 10_000, 10_000, 100),
        ("filter: {actions: [VIEW], recommended: true}", 10_000, 10_000, 100),
        ("filter: {since: $since}", 10_000, 0, 0),
        ("filter: $filter", 10_000, 0, 0),
    ],
)
def test_counting_is_counted_where_totals_do_not_tell(
    filter: str, of_all: int, of_user: int, passed_over: int
) -> None:
    """`totalCount` costs the rows it counts; nothing where a total has the answer.

    A page costs a hundred rows more where its filter may pass over some.
    """
    field = f"interactions(first: 3, {filter}) {{ ...F }}"
    rest = "fragment F on InteractionConnection { nodes { id } ... { n: totalCount } }"
    variables = "($since: DateTime, $filter: InteractionFilter)"
    unused = "a: interactions(first: 1, filter: $filter) { nodes { id } } b: interactions("
    unused += "first: 1, filter: {since: $since}) { nodes { id } }"
    all = _costs(f"query {variables} {{ {field} {unused} }} {rest}")
    user = _costs(f'query {variables} {{ user(id: "a") {{ {field} }} {unused} }} {rest}')

    assert all.rows({}) == 3 + of_all + passed_over + 2
    assert user.rows({}) == 3 + of_user + passed_over + 2


async def test_counting_that_a_variable_asks_for_is_limited(caller: Caller) -> None:
    """A filter counts as it is sent, within pages as well: a hundred counts are a million rows."""
    query = """query ($ids: [ID!]!, $filter: InteractionFilter) {
      posts(ids: $ids) { interactions(first: 1, filter: $filter) { totalCount } }
    }"""
    ids = [f"p{number}" for number in range(100)]
    answer = await caller.send(query, ids=ids, filter={"recommended": True})

    assert [error["message"] for error in answer.get("errors", [])] == [
        "the operation could touch 1010200 rows; allowed are 120000"
    ]
    assert "errors" not in await caller.send(query, ids=ids, filter={"actions": ["VIEW"]})
    assert "errors" not in await caller.send(query, ids=ids[:11], filter={"recommended": True})


def test_a_filter_that_is_not_known_yet_is_thought_to_be_costly() -> None:
    """The most that a filter in a variable could cost is counting; with it at hand, it is told."""
    query = """query ($filter: InteractionFilter) {
      user(id: "a") { interactions(first: 3, filter: $filter) { totalCount } }
    }"""
    costs = _costs(query)

    assert costs.most == 100 * (3 + 100) + 10_000
    assert costs.rows({"filter": {"actions": ["VIEW"]}}) == 3 + 100
    assert costs.rows({"filter": {"actions": ["VIEW"], "since": None}}) == 3 + 100
    assert costs.rows({"filter": {"postIds": ["a", "b"]}}) == 2 * 3 + 10_000
    assert costs.rows({"filter": {"since": "2026-11-20T12:00:00Z"}}) == 3 + 10_000
    assert costs.rows({}) == 3


@pytest.mark.parametrize("by", ["postIds", "userAliases"])
def test_a_filter_that_merges_histories_costs_each_of_them(by: str) -> None:
    """Over all interactions each post or user asked for is a page; they are counted together."""
    query = """query ($keys: [ID!]!) {
      interactions(first: 3, filter: {%s: $keys, recommended: true}) { nodes { id } totalCount }
    }"""
    costs = _costs(query % by)

    assert costs.rows({"keys": ["a", "b"]}) == 2 * (3 + 100) + 10_000
    assert costs.most == 100 * (3 + 100) + 10_000


async def test_an_operation_that_costs_too_much_does_nothing(caller: Caller) -> None:
    """It is refused with its cost and the limit; a mutation beside what is costly is not run."""
    query = """mutation {
      recordInteraction(input: {userId: "ann", action: VIEW, postId: "p1"}) {
        interaction { %s }
      }
    }"""
    (error,) = await caller.errors(query % MILLION)

    assert error == {
        "message": "the operation could touch 1010110 rows; allowed are 120000",
        "extensions": {"code": "TOO_COMPLEX"},
    }
    assert await caller.counts("p1") == {}


@pytest.mark.parametrize("size", [100, 100.0, None])
async def test_variables_make_an_operation_cost_too_much(
    caller: Caller, size: float | None
) -> None:
    """The same document runs with small pages and is refused with large ones, however written."""
    page = "interactions(first: $n) { nodes { post { %s } } }"
    nested = page.replace("$n", "100") % (page.replace("$n", "60") % (page % "id"))
    query = f"query ($n: Int) {{ {nested} }}"
    small = 100 * (1 + 60 * (1 + 18))
    errors = (await caller.send(query, n=size)).get("errors")

    assert "errors" not in await caller.send(query, n=18)
    assert 100 * (1 + 60 * (1 + 20)) > 120_000 > small
    assert errors is not None
    assert [error["extensions"]["code"] for error in errors] == ["TOO_COMPLEX"]


@pytest.mark.parametrize("rows", [3, 2])
async def test_the_limit_of_rows_is_exact(settings: Settling, clock: FixedClock, rows: int) -> None:
    """As many rows as the limit are allowed, one more is not."""
    async with serving(settings(limits=Limits(rows=rows)), clock) as caller:
        answer = await caller.send("{ posts(ids: [1, 2, 3]) { postId } }")

    assert ("errors" in answer) == (rows == 2)


@pytest.mark.parametrize(
    ("query", "variables", "argument", "got"),
    [
        (f"{{ interactions(first: 1000000) {NODES} }}", {}, "first", 1_000_000),
        (f"{{ interactions(last: -2) {NODES} }}", {}, "last", -2),
        (f"{{ interactions(first: -1) {NODES} }}", {}, "first", -1),
        (FIRST, {"n": 101}, "first", 101),
        ("{ trendingPosts(first: 101) { score } }", {}, "first", 101),
    ],
)
async def test_a_size_out_of_range_is_left_to_its_field(
    caller: Caller, query: str, variables: dict[str, Any], argument: str, got: int
) -> None:
    """A mistake in one argument is told as that, not as an operation that costs too much."""
    (error,) = await caller.errors(query, **variables)

    assert error["message"] == f"{argument}: got {got}; allowed are 0 to 100"
    assert error["extensions"] == {"code": "BAD_USER_INPUT", "argument": argument}


def test_every_list_of_the_schema_says_what_it_costs() -> None:
    """Each field that takes a size, or gives a connection, declares its rows by those arguments."""
    silent, sized = list[str](), dict[str, Rows]()
    for type in SCHEMA.type_map.values():
        if not isinstance(type, (GraphQLObjectType, GraphQLInterfaceType)):
            continue
        for name, field in type.fields.items():
            sizes = {argument for argument in field.args if argument in SIZES}
            rows = declared_rows(field)
            is_page = get_named_type(field.type).name.endswith("Connection")
            if rows and sizes:
                sized[f"{type.name}.{name}"] = rows
            if (sizes or is_page) and (rows is None or set(rows.by) != sizes):
                silent.append(f"{type.name}.{name}")

    assert silent == []
    assert {name: (rows.default, rows.most) for name, rows in sized.items()} == {
        "Query.nodes": (1, 100),
        "Query.posts": (1, 100),
        "Query.users": (1, 100),
        "Query.interactions": (20, 100),
        "Query.trendingPosts": (10, 100),
        "Query.engagementScores": (10, 100),
        "Post.interactions": (20, 100),
        "Post.similar": (10, 100),
        "User.interactions": (20, 100),
        "User.preferences": (10, 100),
        "User.recommendations": (10, 100),
        "Mutation.recordInteractions": (1, 1000),
        "Mutation.describePosts": (1, 100),
        "Subscription.postStats": (1, 100),
    }
