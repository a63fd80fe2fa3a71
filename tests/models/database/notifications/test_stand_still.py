"""A reader of the log acts itself where a lane holds it up for long."""

import pytest

from models.database.notifications import lane_heads
from models.database.notifications.lane_heads import StandStill


def test_who_is_held_up_for_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """By the same least head alone, and again after as long; never where heads move."""
    now = 0.0
    monkeypatch.setattr(lane_heads, "monotonic", lambda: now)
    still, told = StandStill(), list[bool]()
    for least, highest in ((5, 9), (5, 9), (6, 9), (6, 12), (6, 12), (6, 12), (12, 12), (6, 12)):
        told.append(still.note(least, highest))
        now += 0.6

    assert told == [False, False, False, False, True, False, False, False]
