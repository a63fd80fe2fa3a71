"""Looking up what a batch wants: what is there under its keys, however many there are."""

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.ledger.sqlite_statements import ROWS_AT_ONCE
from models.records import Changes, Known
from models.vocabulary import ACTIONS, ActionType
from resolvers.recording.judging import wanted
from resolvers.recording.submissions import Submission
from tests.support.recording.batches import Batch

ALIAS = f"u_{7:032x}"


def favorite_of(number: int) -> Submission:
    """A state with an event id of its own."""
    return Submission(
        user_alias=ALIAS,
        action=ACTIONS[ActionType.FAVORITE],
        target_id=f"post-{number}",
        undo=False,
        occurred_at=None,
        arrived_at=1_790_000_000_000_000,
        event_id=f"event-{number}",
    )


@pytest.mark.parametrize("count", [1, ROWS_AT_ONCE, 2 * ROWS_AT_ONCE + 7])
@pytest.mark.parametrize("whole", [False, True])
async def test_all_that_is_there_is_found_and_nothing_else(
    database_url: str, count: int, whole: bool
) -> None:
    """Half of what is wanted was never recorded, and has no state, event id, total or score."""
    ledger = open_ledger(Database.at(database_url))
    stored = [favorite_of(number) for number in range(count)]
    keys = wanted([favorite_of(number) for number in range(2 * count)])
    await Batch(*stored).commit(ledger)

    def judge(known: Known) -> tuple[Changes, Known]:
        return Changes(known.last_number), known

    keys.whole = whole
    known = await (await ledger.begin(keys, judge))
    await ledger.close()

    there = wanted(stored)
    posts = {(1, each.target_id) for each in stored}
    assert known.event_ids.keys() == there.event_ids
    assert known.states.keys() == {each.state_key for each in stored}
    assert {row.target_id for row in known.states.values()} == {id for _, id in posts}
    assert {key[:2]: row.count for key, row in known.totals.items()} == {
        **dict.fromkeys(posts, 1),
        (0, ALIAS): count,
    }
    assert known.scores.keys() == {*posts, (0, ALIAS)}
