"""Garbage: operations leave none that takes the collector to find."""

import gc

import pytest

from tests.support.client import HISTORY, RECORD, Caller

STATS = """query ($id: ID!) {
  post(id: $id) { id stats { score engagementRate counts { action count } lastInteractionAt } }
}"""
INPUT = {"userId": "ann", "action": "VIEW", "postId": "p"}


@pytest.mark.parametrize(
    ("query", "variables"),
    [(STATS, {"id": "p"}), (HISTORY, {"id": "ann"}), (RECORD, {"input": INPUT})],
    ids=["stats", "history", "record"],
)
async def test_an_operation_leaves_no_circles(
    caller: Caller, query: str, variables: dict[str, object]
) -> None:
    """What a hundred operations made is gone with them, once the operation has its plan."""
    for _ in range(100):  # the second has it compiled, beside the loop
        await caller.data(query, **variables)
    gc.collect()
    gc.disable()
    try:
        for _ in range(100):
            await caller.data(query, **variables)
        found = [each for each in _unreachable() if type(each).__module__.startswith(OURS)]
    finally:
        gc.enable()

    assert found == []


OURS = ("graph", "resolvers", "models", "strawberry")


def _unreachable() -> list[object]:
    """What only the collector can find."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        gc.collect()
        return gc.garbage[:]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
