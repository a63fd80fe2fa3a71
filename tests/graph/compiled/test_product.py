"""Plans beside graphql-core over the product's own schema, real resolvers and a real database."""

import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from copy import deepcopy
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

import pytest
from graphql import ExecutionResult, GraphQLSchema

from graph.access.rights import enforce
from graph.config.settings import Settings
from graph.context import Context, Services
from graph.schema.schema import build
from graph.schema.types.global_ids import global_id
from graph.server.app import create_app
from models.ledger import incarnations
from resolvers.caller import Caller, Scope
from resolvers.scoring.facet_parts import FacetSums
from resolvers.scoring.weights import Scoring
from resolvers.simulation import World, inputs
from tests.support.client import RECORD_MANY, FixedClock
from tests.support.compiled.differing import both, by_graphql_core, by_plan, encoded, prepared
from tests.support.compiled.documents import Case, Documents
from tests.support.pasts import alias, everything
from tests.support.serving import SECRET, serving

pytestmark = [
    # graphql-core leaves coroutines that it has cancelled before they began, and plans do too.
    pytest.mark.filterwarnings("ignore:coroutine .* was never awaited:RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Execute = Callable[..., Awaitable[ExecutionResult | None]]
USERS = [f"user-{each}" for each in range(6)]
POSTS = [f"post-{each}" for each in range(6)]
ALIASES = [alias(each) for each in USERS]
GLOBAL_IDS = [
    *(global_id("User", each) for each in ALIASES),
    *(global_id("Post", each) for each in POSTS),
    "nonsense",
]
#: What arguments and fields of inputs are given where it matters to whom or what they lead.
NAMES: dict[str, list[Any]] = {
    "id": [*GLOBAL_IDS, *POSTS, *USERS, ""],
    "ids": [*GLOBAL_IDS, *POSTS],
    "alias": [*ALIASES, "u_wrong"],
    "userAlias": ALIASES,
    "userAliases": ALIASES,
    "userId": USERS,
    "postId": POSTS,
    "postIds": POSTS,
    "eventId": ["e1", "e2", "e3", "e" * 200],
    "first": [1, 2, 3, 5, 1, 2, 3, 20, 0, 101],
    "last": [None, None, None, None, 2, 0],
    "after": [None, None, None, None, "nonsense"],
    "before": [None, None, None, None, "nonsense"],
    "occurredAt": ["2026-11-20T11:59:00Z", "2026-11-01T00:00:00Z", "2027-01-01T00:00:00Z"],
    "since": ["2026-11-20T00:00:00Z"],
    "until": ["2026-11-21T00:00:00Z"],
    "olderThanDays": [1, 90],
    "sources": ["home", "explore"],
}
#: Where several errors would each make the same thing null, the one whose rows the database gives
#: first is told, by whichever executor; so answers that differ are asked for again.
ATTEMPTS = 8
CALLERS = [
    *([Caller()] * 6),
    Caller(scopes=frozenset({Scope.READ})),
    Caller(scopes=frozenset({Scope.RECORD})),
    Caller(ALIASES[0], frozenset({Scope.USER})),
]


@pytest.fixture(autouse=True)
def numbers_that_go_on_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that starts goes on from numbers that are the same in copies, not by its clock."""
    monkeypatch.setattr(incarnations, "_beginning", lambda last, now_s: last + incarnations.GAP)


@pytest.fixture
async def past(sqlite_file: Path, tmp_path: Path) -> Path:
    """A database in which some hundred things happened."""
    file = tmp_path / "past.db"
    shutil.copy(sqlite_file, file)
    async with serving(Settings(f"sqlite://{file}", SECRET), FixedClock()) as client:
        made = list(islice(inputs(World(len(USERS), len(POSTS), seed=1)), 400))
        await client.data(RECORD_MANY, inputs=made)
    return file


async def test_reading_is_answered_as_by_graphql_core(past: Path) -> None:
    """Histories, stats, scores and nodes, for every kind of caller, errors included."""
    await _compare_reading(past, range(30))


@pytest.mark.slow
async def test_much_reading_is_answered_as_by_graphql_core(past: Path) -> None:
    """The same, for many more operations."""
    await _compare_reading(past, range(30, 700))


async def test_changing_is_answered_as_by_graphql_core(past: Path, tmp_path: Path) -> None:
    """Two equal databases, the same changes to both: the same answers, and the same rows after."""
    await _compare_changing(past, tmp_path / "other.db", range(15))


@pytest.mark.slow
async def test_many_changes_are_answered_as_by_graphql_core(past: Path, tmp_path: Path) -> None:
    """The same, for many more operations."""
    await _compare_changing(past, tmp_path / "other.db", range(15, 500))


async def _compare_reading(file: Path, numbers: range) -> None:
    async with _running(file) as (schema, services):
        for number in numbers:
            case, caller = _case(schema, number, "query")
            document = prepared(schema, case)
            if document is None:
                continue

            def context(caller: Caller = caller) -> Context:
                return Context(services, caller)

            usual, planned = set[bytes](), set[bytes]()
            for _ in range(ATTEMPTS):
                core, plan = await both(schema, document, case.variables, context)
                usual.add(core.answer)
                planned.add(plan.answer)
                if not plan.has_plan or usual & planned:
                    break
            else:
                raise AssertionError(case, caller, usual, planned)


async def _compare_changing(file: Path, other: Path, numbers: range) -> None:
    kept, different = file.with_suffix(".kept"), set(numbers)
    shutil.copy(file, kept)
    for _ in range(ATTEMPTS):
        shutil.copy(kept, file)
        shutil.copy(kept, other)

        planned = await _answers(file, numbers, _by_plan_or_graphql_core)
        usual = await _answers(other, numbers, by_graphql_core)

        rows, other_rows = [await everything(f"sqlite://{each}") for each in (file, other)]
        for each in (rows, other_rows):
            each["facet_parts"] = _added_up(each["facet_parts"])
        for table in rows.keys() - {"salts", "tokens", "facts", "incarnations"}:
            assert rows[table] == other_rows[table], table
        pairs = zip(numbers, planned, usual, strict=True)
        different &= {number for number, ours, theirs in pairs if ours != theirs}
        if not different:
            return
    raise AssertionError(different)


def _added_up(parts: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """What each user's parts count: their numbers are random, and some are merged by chance."""
    found = dict[str, FacetSums]()
    for user_alias, _, entries in parts:
        found.setdefault(user_alias, FacetSums(Scoring().user_half_life)).add(entries)
    return sorted((user_alias, sums.packed()) for user_alias, sums in found.items() if sums)


async def _answers(file: Path, numbers: range, execute: Execute) -> list[bytes | None]:
    """What a run of changes is answered; None for what is no valid document or has no plan."""
    answers = list[bytes | None]()
    async with _running(file) as (schema, services):
        for number in numbers:
            case, caller = _case(schema, number, "mutation")
            document, variables = prepared(schema, case), deepcopy(case.variables)
            result = None
            if document is not None:
                result = await execute(schema, document, variables, Context(services, caller), None)
            answers.append(None if result is None else encoded(result))
    return answers


async def _by_plan_or_graphql_core(*given: Any) -> ExecutionResult:
    return await by_plan(*given) or await by_graphql_core(*given)


def _case(schema: GraphQLSchema, number: int, kind: str) -> tuple[Case, Caller]:
    dice = Random(number)  # noqa: S311 (any dice will do)
    return Documents(schema, NAMES).case(dice, kind), dice.choice(CALLERS)


@asynccontextmanager
async def _running(file: Path) -> AsyncIterator[tuple[GraphQLSchema, Services]]:
    """The product over a database, without transports; its fields are guarded."""
    schema = build()
    enforce(schema._schema)
    app = create_app(Settings(f"sqlite://{file}", SECRET), FixedClock(), schema)
    async with app.router.lifespan_context(app):
        yield schema._schema, app.state.services
