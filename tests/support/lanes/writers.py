"""Writers of several lanes in tests, and users of each lane."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from models.database.database import Database
from models.ledger.opening import open_ledgers
from models.partitions import lane_of
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.recording.judging import Rules
from resolvers.recording.lanes.lane_writers import LaneWriters
from resolvers.recording.submissions import Submission, Verdict

ALIASES = [f"u_{number:032x}" for number in range(64)]


def alias_in(lane: int, lanes: int = 4) -> str:
    """A user of a lane."""
    return next(alias for alias in ALIASES if lane_of(alias, lanes) == lane)


def done(
    alias: str,
    target: str = "p",
    action: ActionType = ActionType.VIEW,
    *,
    undo: bool = False,
    event_id: str | None = None,
) -> Submission:
    """What a user did just now, or takes back."""
    return Submission(
        user_alias=alias,
        action=ACTIONS[action],
        target_id=target,
        undo=undo,
        occurred_at=None,
        arrived_at=system_clock(),
        event_id=event_id,
    )


def outcomes(answers: list[Verdict | Exception]) -> list[str]:
    """What became of each, or the name of its error."""
    return [
        str(each.outcome) if isinstance(each, Verdict) else type(each).__name__ for each in answers
    ]


@asynccontextmanager
async def lane_writers(url: str, **options: Any) -> AsyncIterator[LaneWriters]:
    """The writers of a database's lanes at work, as a process has them."""
    writers = LaneWriters(partial(open_ledgers, Database.at(url)), Rules(), **options)
    await writers.start()
    try:
        yield writers
    finally:
        await writers.stop()
