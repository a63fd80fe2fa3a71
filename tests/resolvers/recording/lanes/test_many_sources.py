"""Sources beyond what a day names, recorded in four lanes at once: each is counted exactly."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

import pytest

from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes
from models.vocabulary import ActionType
from resolvers.recording import outcome_changes
from resolvers.recording.lanes.lane_writers import LaneWriters
from resolvers.recording.submissions import Submission
from tests.support.databases import empty
from tests.support.durability.stores import rows
from tests.support.lanes.writers import ALIASES, done, lane_writers, outcomes
from tests.support.pasts import differences

LANES, NAMED = 4, 3
_COUNTED = "SELECT CAST(sum(count) AS INT) FROM outcomes WHERE source {} 'other'"
_NAMES = "SELECT count(*) FROM outcome_variants"


async def test_whatever_each_lane_names_is_taken_out_where_it_was_counted(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes record from new sources in all lanes, which may name some more together."""
    monkeypatch.setattr(outcome_changes, "NAMES_LIMIT", NAMED)
    database = Database.at(postgres)
    await empty(database)
    await change_lanes(database, LANES)
    favorites = [
        replace(done(alias, action=ActionType.FAVORITE), source=f"s{number}")
        for number, alias in enumerate(ALIASES)
    ]
    async with (
        database.reading(),
        lane_writers(postgres) as writers,
        lane_writers(postgres) as others,
    ):
        both = (writers, others)
        assert await _submitted(both, favorites) == ["CREATED"] * len(ALIASES)

        ((named,),) = await rows(postgres, _COUNTED.format("<>"))
        assert await rows(postgres, _NAMES) == [(named,)]
        assert NAMED <= named < len(ALIASES)
        assert await rows(postgres, _COUNTED.format("=")) == [(len(ALIASES) - named,)]
        assert await differences() == []

        monkeypatch.setattr(outcome_changes, "NAMES_LIMIT", 1_000)
        undos = [replace(each, undo=True, source=None) for each in favorites]
        assert await _submitted(both, undos) == ["UNDONE"] * len(ALIASES)

        left = await rows(postgres, "SELECT sum(count)::int FROM outcomes GROUP BY source")
        assert left == [(0,)] * (named + 1)
        assert await differences() == []


async def _submitted(
    writers: Sequence[LaneWriters], submissions: Sequence[Submission]
) -> list[str]:
    """The outcomes of submissions, each a call of its own, to these writers in turn."""
    answers = await asyncio.gather(
        *(writers[n % len(writers)].submit([each]) for n, each in enumerate(submissions))
    )
    return [outcome for each in answers for outcome in outcomes(each)]
