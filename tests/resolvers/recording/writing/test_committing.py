"""Committing: who could wait is told that a large batch is judged."""

from collections.abc import Callable

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.records import Micros
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.recording.writing.batches import LARGE_CALL
from resolvers.scoring.weights import Scoring
from tests.support.durability.ledgers import view


class Noting(Scoring):
    """Scoring that has something happen whenever a batch is judged by it."""

    happen: Callable[[], None]

    @property
    def half_lives(self) -> dict[int, Micros]:
        self.happen()
        return Scoring().half_lives


@pytest.mark.parametrize(("size", "seen"), [(LARGE_CALL, False), (LARGE_CALL - 1, True)])
async def test_a_large_batch_is_unjudged_only_before_and_after(
    database_url: str, size: int, seen: bool
) -> None:
    """A smaller one is judged in no time."""
    scoring, found = Noting(), list[bool]()
    writer = Writer(open_ledger(Database.at(database_url)), Rules(scoring=scoring))
    object.__setattr__(scoring, "happen", lambda: found.append(writer.unjudged.is_set()))
    writer.start()

    before = writer.unjudged.is_set()
    await writer.submit([view(f"p{number}") for number in range(size)])
    after = writer.unjudged.is_set()
    await writer.stop()

    assert (before, set(found), after) == (True, {seen}, True)
