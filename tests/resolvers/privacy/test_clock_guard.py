"""The clock guard: when a clock is not trusted with pruning, and for how long."""

import logging
from dataclasses import dataclass

import pytest

from graph.server.housekeeping import do_round, pruning
from models.database.database import Database
from resolvers.privacy.clock_guard import WAIT_S, ClockGuard
from resolvers.scoring.weights import DAY, Scoring
from tests.support.client import Caller
from tests.support.recording.pruned import rows

HOUR_S, DAY_S = 3_600, 86_400
RETENTION = 90 * DAY


@dataclass
class Passing:
    """The monotonic clock, which a test moves together with the wall clock or by itself."""

    caller: Caller
    seconds: float = 1_000.0

    def __call__(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Let time pass, by both clocks."""
        self.seconds += seconds
        self.caller.clock.advance(seconds)


@pytest.fixture
def passing(caller: Caller) -> Passing:
    return Passing(caller)


def guarding(caller: Caller, passing: Passing) -> ClockGuard:
    """The guard of a process that starts now."""
    return ClockGuard(Database.at(caller.url), caller.clock.now, passing)


async def test_time_that_passes_is_trusted(caller: Caller, passing: Passing) -> None:
    """Round after round, over a restart within seven days, and if the clock goes back."""
    guard = guarding(caller, passing)
    for _ in range(30):
        passing.advance(6 * HOUR_S)
        assert await guard.trusts(caller.clock.now)
    caller.clock.advance(HOUR_S)
    assert await guard.trusts(caller.clock.now)

    caller.clock.advance(7 * DAY_S - HOUR_S)
    guard = guarding(caller, passing)
    assert await guard.trusts(caller.clock.now)
    caller.clock.advance(-30 * DAY_S)
    assert await guard.trusts(caller.clock.now)


async def test_a_clock_that_jumps_ahead_is_not_trusted_for_a_day(
    caller: Caller, passing: Passing, caplog: pytest.LogCaptureFixture
) -> None:
    """By more than an hour; the log says so once, and a day of running later it is believed."""
    guard = guarding(caller, passing)
    assert await guard.trusts(caller.clock.now)
    caller.clock.advance(HOUR_S + 1)

    with caplog.at_level(logging.WARNING, "resolvers.privacy.clock_guard"):
        assert not await guard.trusts(caller.clock.now)
        passing.advance(WAIT_S - 1)
        assert not await guard.trusts(caller.clock.now)
    passing.advance(1)

    assert await guard.trusts(caller.clock.now)
    assert caplog.messages == [
        "nothing is pruned until 24 hours from now: the clock says 2026-11-20T13:00:01.000000Z, "
        "3601 seconds more than have passed since the start"
    ]


async def test_a_start_long_after_the_last_round_is_not_trusted_for_a_day(
    caller: Caller, passing: Passing, caplog: pytest.LogCaptureFixture
) -> None:
    """However often it is started again meanwhile; what was committed last does not matter."""
    assert await guarding(caller, passing).trusts(caller.clock.now)
    caller.clock.advance(7 * DAY_S + 1)
    await caller.record(userId="ann", action="VIEW", postId="p")

    with caplog.at_level(logging.WARNING, "resolvers.privacy.clock_guard"):
        assert not await guarding(caller, passing).trusts(caller.clock.now)
        passing.advance(WAIT_S)
        guard = guarding(caller, passing)
        assert not await guard.trusts(caller.clock.now)
    passing.advance(WAIT_S)

    assert await guard.trusts(caller.clock.now)
    assert "the last round of housekeeping was at 2026-11-20T12:00:00.000000Z" in caplog.text


async def test_a_round_of_an_untrusted_clock_prunes_nothing(
    caller: Caller, passing: Passing
) -> None:
    """A clock 200 days ahead calls all of history old; it stays, until a day of running later."""
    guard = guarding(caller, passing)
    database, chores = Database.at(caller.url), pruning(RETENTION, Scoring(), guard)
    await caller.record(userId="ann", action="VIEW", postId="p")
    await do_round(database, caller.clock, chores)
    caller.clock.advance(200 * DAY_S)

    await do_round(database, caller.clock, chores)

    assert await rows(caller) == ["VIEW p SHOWN"]
    passing.advance(WAIT_S)
    await do_round(database, caller.clock, chores)
    assert await rows(caller) == []
