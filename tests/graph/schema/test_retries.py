"""Retries within a batch: each shows its interaction as if the inputs were sent one by one."""

from typing import Any

from tests.support.client import Caller

MANY = """mutation ($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) {
    results { outcome interaction { interactionId occurredAt context { source } } }
  }
}"""
PRUNE = "mutation { pruneInteractions(input: {olderThanDays: 1}) { removed } }"

Input = dict[str, Any]
Answer = tuple[str, str | None, str | None]

ROUND = "2026-11-20T11:%s:00Z"
FIRST: Input = {"occurredAt": ROUND % 30, "eventId": "E1", "context": {"source": "first"}}
BETWEEN: Input = {"occurredAt": ROUND % 40, "undo": True}
SECOND: Input = {"occurredAt": ROUND % 50, "context": {"source": "second"}}


async def answers(caller: Caller, user: str, *batches: list[Input]) -> list[Answer]:
    """What a user's favouring of a post, in batches, is answered: outcome, instant and source."""
    found, ids = list[Answer](), set[str]()
    for batch in batches:
        inputs = [{"userId": user, "action": "FAVORITE", "postId": "p", **each} for each in batch]
        data = await caller.data(MANY, inputs=inputs)
        for result in data["recordInteractions"]["results"]:
            shown = result["interaction"]
            if shown is None:
                found.append((result["outcome"], None, None))
                continue
            ids.add(shown["interactionId"])
            source = shown["context"] and shown["context"]["source"]
            found.append((result["outcome"], shown["occurredAt"], source))
    assert len(ids) <= 1
    return found


async def test_a_retry_shows_the_interaction_before_what_follows_in_its_batch(
    caller: Caller,
) -> None:
    """A later undo and record of the same batch move the row on, and not what was answered."""
    inputs = [FIRST, FIRST, BETWEEN, FIRST, SECOND, FIRST]
    first, second = "2026-11-20T11:30:00.000000Z", "2026-11-20T11:50:00.000000Z"

    together = await answers(caller, "ann", inputs)
    apart = await answers(caller, "bob", *([each] for each in inputs))

    assert together == [
        ("CREATED", first, "first"),
        ("UNCHANGED", first, "first"),
        ("UNDONE", first, "first"),
        ("UNCHANGED", first, "first"),
        ("REACTIVATED", second, "second"),
        ("UNCHANGED", second, "second"),
    ]
    assert apart == together


async def test_a_retry_of_a_pruned_state_shows_nothing_though_its_batch_undoes_it(
    caller: Caller,
) -> None:
    """A bare state has no interaction to show, until what follows in the batch makes it one."""
    held, undo = {"occurredAt": "2026-11-18T11:30:00Z", "eventId": "E1"}, {"undo": True}
    for user in ("ann", "bob"):
        assert [outcome for outcome, *_ in await answers(caller, user, [held])] == ["CREATED"]
    assert (await caller.data(PRUNE))["pruneInteractions"] == {"removed": 2}

    together = await answers(caller, "ann", [held, undo, held])
    apart = await answers(caller, "bob", [held], [undo], [held])

    assert together[0] == ("UNCHANGED", None, None)
    assert [outcome for outcome, *_ in together] == ["UNCHANGED", "UNDONE", "UNCHANGED"]
    assert apart == together
