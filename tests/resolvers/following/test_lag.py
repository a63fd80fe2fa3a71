"""Lag: how long something waits to be followed, by the clock of a process."""

from collections.abc import Callable

import pytest

from resolvers.following import lag as following_lag
from resolvers.following.lag import Lag


class Seconds:
    """A clock of seconds, which goes on where it is told to."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds(monkeypatch: pytest.MonkeyPatch) -> Seconds:
    """The clock that lags go by."""
    clock = Seconds()
    monkeypatch.setattr(following_lag, "monotonic", clock)
    return clock


def followed(lag: Lag) -> None:
    lag.begin()
    lag.end()


def test_what_was_noted_lags_until_a_round_ends_that_began_after_it(seconds: Seconds) -> None:
    """What is noted amid the round is left to the next."""
    lag = Lag()
    lag.note()
    seconds.now += 5
    lag.begin()
    lag.note()
    seconds.now += 2
    assert lag.seconds == 7

    lag.end()

    assert lag.seconds == 2
    followed(lag)
    assert lag.seconds == 0


def test_a_round_that_fails_leaves_it_behind(seconds: Seconds) -> None:
    """As where only ranks cannot be written: that is what the alarm is for."""
    lag = Lag()
    lag.note()
    for _ in range(3):
        lag.take()
        lag.begin()
        seconds.now += 20

    assert lag.seconds == 60


def test_no_time_counts_while_the_database_is_away(seconds: Seconds) -> None:
    """Whatever lagged before it went lags as much once it is back, and goes on from there."""
    lag = Lag()
    lag.note()
    seconds.now += 3
    for _ in range(2):
        lag.pause()
        seconds.now += 600
    assert lag.seconds == 3

    lag.take()

    assert lag.seconds == 3
    seconds.now += 1
    assert lag.seconds == 4
    followed(lag)
    assert lag.seconds == 0


def test_what_is_committed_shows_that_the_database_is_there(seconds: Seconds) -> None:
    """What only the follower cannot reach, such as for want of descriptors, makes it lag."""
    lag = Lag()
    lag.pause()
    seconds.now += 100
    lag.note()
    seconds.now += 2
    assert lag.seconds == 2

    lag.pause()
    seconds.now += 1
    assert lag.seconds == 2
    lag.note()
    lag.take()

    seconds.now += 7
    assert lag.seconds == 9


@pytest.mark.parametrize("before", [Lag.note, Lag.pause, Lag.take])
def test_nothing_lags_where_another_process_follows(
    before: Callable[[Lag], None], seconds: Seconds
) -> None:
    """What is committed is for that one to tell."""
    lag = Lag()
    before(lag)

    lag.leave()
    lag.note()

    seconds.now += 10
    assert (lag.seconds, lag.is_another_s) == (0, True)
