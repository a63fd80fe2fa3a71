"""Executing operations by compiled plans, beside graphql-core; with no storage below either."""

import time
from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from graphql import (
    ExecutionResult,
    Executor,
    OperationDefinitionNode,
    execute_root_selection_set,
    parse,
)

from graph.access.rights import enforce
from graph.compiled.plans import Plans
from graph.context import Context
from graph.schema.schema import build
from graph.transport.answers import Answer
from models.reading.filters import Filter
from models.reading.histories.rows import HistoryRow, HistoryRows
from models.reading.history import Found, HistorySlice
from models.reading.totals import Counts
from models.records import StoredInteraction, Subject
from models.vocabulary import ACTIONS, PrivacyLevel
from resolvers.caller import Caller
from resolvers.id_cipher import IdCipher
from resolvers.recording.recorder import RecordResult
from resolvers.recording.submissions import Outcome
from resolvers.recording.validation import RecordRequest
from resolvers.scoring.weights import Scoring

NOW = 1_790_000_000_000_000
SECONDS = 1.5
RECORD = """mutation ($input: RecordInteractionInput!) {
  recordInteraction(input: $input) {
    outcome interaction { id action occurredAt } errors { message }
  }
}"""
BATCH = """mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded rejected }
}"""
HISTORY = """query ($alias: ID!) {
  user(alias: $alias) { interactions(first: 20) {
    nodes { id action target { kind id } occurredAt } pageInfo { hasNextPage endCursor }
  } }
}"""
POSTS = """query ($ids: [ID!]!) {
  posts(ids: $ids) { postId stats { engagementRate interactionCounts { favorites views } } }
}"""
INPUT = {"userId": "user", "action": "FAVORITE", "postId": "post", "eventId": "event"}
#: Name, document, variables, and how many of the unit there are in one operation.
OPERATIONS: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("record", RECORD, {"input": INPUT}, 1),
    ("an input of 1000", BATCH, {"inputs": [INPUT] * 1000}, 1000),
    ("a node of 20", HISTORY, {"alias": "u_" + "0" * 32}, 20),
    ("a post with stats of 100", POSTS, {"ids": [f"post-{each}" for each in range(100)]}, 100),
)


async def compare(document: str, variables: dict[str, Any], count: int) -> tuple[float, float]:
    """Microseconds that a unit takes by a plan and by graphql-core."""
    schema = build()._schema
    enforce(schema)
    node = parse(document)
    (operation,) = node.definitions
    assert isinstance(operation, OperationDefinitionNode)
    plans = Plans(schema, before=0)

    def planned() -> Any:
        bound = plans.bind(node, operation, variables)
        assert bound is not None
        return bound.execute(_context())

    def usual() -> Any:
        executor = Executor.build(schema, node, None, _context(), variables)
        assert not isinstance(executor, list)
        return execute_root_selection_set(executor)

    assert (await _answer(planned)).content == (await _answer(usual)).content
    return 1e6 * await _seconds(planned) / count, 1e6 * await _seconds(usual) / count


async def _seconds(execute: Callable[[], Any]) -> float:
    """What one operation takes, at best of what there was time for."""
    best, end = 1e9, time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        started = time.perf_counter()
        await _answer(execute)
        best = min(best, time.perf_counter() - started)
    return best


async def _answer(execute: Callable[[], Any]) -> Answer:
    result = execute()
    return Answer.of(result if isinstance(result, ExecutionResult) else await result)


def _context() -> Any:
    """A context whose recorder and reads know everything already."""
    return Context(_PRODUCT, Caller())


class _Recorder:
    async def record(self, request: RecordRequest, caller: Caller) -> RecordResult:
        return _RECORDED

    async def record_many(
        self, requests: list[RecordRequest], caller: Caller
    ) -> list[RecordResult]:
        return [_RECORDED] * len(requests)


async def _histories(
    kind: str, ids: Sequence[str], filter: Filter, slice: HistorySlice
) -> dict[str, Found]:
    return dict.fromkeys(ids, Found(_ROWS[: slice.limit]))


async def _counts(subjects: list[Subject]) -> dict[Subject, Counts]:
    return dict.fromkeys(subjects, _COUNTS)


_EACH = [HistoryRow(number, 1, 1, "post", NOW - number) for number in range(1, 101)]
_ROWS = HistoryRows([*zip(*_EACH, strict=True)])
_CODES = [action.code for action in ACTIONS.values()]
_COUNTS = Counts(NOW, dict.fromkeys(_CODES, 5))
_ROW = StoredInteraction(1, 1, "u_" + "0" * 32, 1, 1, "post", NOW, NOW, 1)
_RECORDED = RecordResult(Outcome.CREATED, None, "post", 1, _ROW, PrivacyLevel.FULL)
_PRODUCT: Any = SimpleNamespace(
    recorder=_Recorder(),
    reads=SimpleNamespace(counts=_counts, histories=_histories),
    id_cipher=IdCipher(bytes(16)),
    scoring=Scoring(),
    clock=lambda: NOW,
    default_level=PrivacyLevel.FULL,
)
