"""Columnar lists of the schema: their columns have what their objects have."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from graph.compiled.outputs.columnar import Coded, Columnar
from graph.compiled.plans import Plans
from graph.schema.types.global_ids import global_id
from graph.schema.types.interactions import BRIEFLY, Interactions
from graph.schema.types.stats import ActionCounts
from graph.schema.whole_posts import Posts, Source
from models.reading.histories.rows import HistoryRow, HistoryRows
from models.reading.signals.descriptions import PostDescription
from models.reading.totals import Counts
from models.vocabulary import ACTIONS, subject_kind
from resolvers.history.stats import Totals, TotalsTable
from resolvers.id_cipher import IdCipher
from tests.support.client import Caller
from tests.support.compiled.runs import Runs, watched

NOW = 1_790_000_000_000_000
HISTORY = """
query History($id: ID!, $first: Int) {
  user(id: $id) { interactions(first: $first) {
    nodes { id interactionId action target { kind targetId id } occurredAt }
  } }
}
"""
WHOLE = HISTORY.replace("occurredAt", "occurredAt recordedAt userAlias context { source }")
POSTS = """
query Posts($ids: [ID!]!) {
  posts(ids: $ids) { id postId authorAlias stats {
    postId engagementRate lastInteractionAt interactionCounts { favorites views hides }
  } }
}
"""


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> Runs:
    """The executions of plans, which the server of the test makes at once."""
    monkeypatch.setattr(
        "graph.transport.engine._plans", lambda engine: Plans(engine.schema, slices=engine.slices)
    )
    return watched(monkeypatch)


def _interactions(count: int = len(ACTIONS)) -> Interactions:
    rows = [
        HistoryRow(
            number,
            action.code,
            subject_kind(action.target_kind),
            f"target {number}",
            NOW - number,
            f"u_{number:032x}",
            NOW,
        )
        for number, action in enumerate(ACTIONS.values(), 1)
    ]
    return Interactions((HistoryRows([*zip(*rows[:count], strict=True)]), IdCipher(bytes(16))))


def _posts() -> Posts:
    codes = [action.code for action in ACTIONS.values()]
    counts = [Counts(NOW, {code: code + 1 for code in codes}), Counts(), Counts(1, {codes[0]: 5})]
    ids = ["é", "b", ""]
    described = [PostDescription(each, author_alias="u_1") for each in ids]
    table = TotalsTable([*map(Totals, counts)])
    return Posts(Source(ids, table, described))


def _counts() -> ActionCounts:
    codes = [action.code for action in ACTIONS.values()]
    return ActionCounts((codes, [5] * len(codes)))


@pytest.mark.parametrize("make", [_interactions, _posts, _counts])
def test_a_column_has_what_each_object_has(make: Callable[[], Columnar[Any, Any]]) -> None:
    """For each path that is declared, also through objects within."""
    things = make()

    columns = {path: _taken(column, things.source) for path, column in things.columns.items()}

    assert columns == {path: [_value(each, path) for each in things] for path in things.columns}


def _taken(column: Any, source: Any) -> list[Any]:
    if isinstance(column, Coded):
        return [column.values[code] for code in column.read(source)]
    return list(column(source))


def _value(value: Any, path: str) -> Any:
    for name in path.split("."):
        value = getattr(value, name)
        if callable(value):
            info = inspect.signature(value).parameters
            value = value(*[None] * len(info))
    return value


def test_columns_of_posts_that_were_not_read_are_none() -> None:
    """Totals and descriptions are read where they are selected; else a post says what to do."""
    for path in ("stats.engagement_rate", "author_alias"):
        with pytest.raises(LookupError, match="not read"):
            _taken(Posts.columns[path], Source(["p"]))


@pytest.mark.parametrize("count", [1, 2, 25])
def test_the_global_ids_of_many_interactions_are_those_of_each(count: int) -> None:
    """They are made of one text, of which each has whole groups of three bytes."""
    interactions = _interactions(count)

    ids = _taken(Interactions.columns["id"], interactions.source)

    assert ids == [global_id("Interaction", each.key) for each in interactions]


def test_brief_pages_have_the_fields_that_are_taken_from_what_is_read_of_them() -> None:
    """A field that needs more has the whole of each row read."""
    brief = HistoryRows(_interactions().source[0].columns[:5])
    names = {"id", "interaction_id", "action", "target.kind", "target.target_id", "occurred_at"}

    for name in names:
        assert _taken(Interactions.columns[name], (brief, IdCipher(bytes(16))))

    assert {"id", "interactionId", "action", "target", "occurredAt"} < BRIEFLY
    assert not BRIEFLY & {"userAlias", "recordedAt", "context", "user", "post"}


async def test_pages_are_the_same_whatever_is_read_of_their_rows(caller: Caller) -> None:
    """The usual fields alone, those and others, in one page or many, newest first."""
    actions = ["VIEW", "FAVORITE", "CLICK", "REPLY", "SHARE", "VIEW"]
    await caller.outcomes(
        *({"userId": "ann", "action": each, "postId": "p"} for each in actions),
        {"userId": "ann", "action": "HASHTAG_USE", "target": {"kind": "HASHTAG", "id": "cats"}},
    )

    brief = await _nodes(caller, HISTORY)
    whole = await _nodes(caller, WHOLE)

    assert [each["action"] for each in brief] == ["HASHTAG_USE", *reversed(actions)]
    assert [node | more for node, more in zip(brief, whole, strict=True)] == whole
    assert await _nodes(caller, HISTORY, first=7) == brief
    assert await _nodes(caller, HISTORY, first=5) == brief[:5]


async def _nodes(caller: Caller, document: str, **more: int) -> list[dict[str, Any]]:
    answer = await caller.data(document, id="ann", **more)
    nodes: list[dict[str, Any]] = answer["user"]["interactions"]["nodes"]
    return nodes


async def test_posts_show_what_each_shows_alone(caller: Caller) -> None:
    """Counted ones, described ones, and those that nobody touched."""
    await caller.outcomes(
        {"userId": "ann", "action": "VIEW", "postId": "a"},
        {"userId": "bob", "action": "FAVORITE", "postId": "a"},
        {"userId": "bob", "action": "HIDE", "postId": "b"},
    )
    ids = ["a", "b", "nobody's", "a"]

    together = (await caller.data(POSTS, ids=ids))["posts"]

    alone = [(await caller.data(POSTS, ids=[each]))["posts"][0] for each in ids]
    assert together == alone
    assert together[0]["stats"]["engagementRate"] == 1.0


@pytest.mark.parametrize(
    "query",
    [
        '{ user(id: "ann") { interactions { nodes { __typename } } } }',
        '{ user(id: "ann") { interactions { nodes { target { __typename } } } } }',
        '{ user(id: "ann") { interactions { nodes { id action context { source } } } } }',
        '{ user(id: "ann") { interactions { nodes { id post { postId } user { alias } } } } }',
        '{ posts(ids: ["a", "b", "c"]) { postId stats { score counts { action count } } } }',
        '{ posts(ids: ["a", "b", "c"]) { postId hashtags stats { counts { __typename } } } }',
    ],
)
async def test_a_plan_shows_of_objects_what_is_in_no_column(
    runs: Runs, caller: Caller, query: str
) -> None:
    """Asked three times, graphql-core answers first and a plan then, alike and all by itself."""
    await caller.outcomes(
        *({"userId": "ann", "action": "VIEW", "postId": each} for each in "abc"),
        {"userId": "ann", "action": "FAVORITE", "postId": "a"},
        {"userId": "bob", "action": "VIEW", "postId": "a"},
    )
    runs.count, runs.left = 0, []

    answers = [await caller.data(query) for _ in range(3)]

    assert str(answers[1]) == str(answers[2]) == str(answers[0])
    assert str(answers[0]).count("__typename") in (0, 4)
    assert (runs.count, runs.left) == (2, [])
