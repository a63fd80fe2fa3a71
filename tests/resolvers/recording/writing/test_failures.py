"""What the log is told while nothing can be stored: a line a minute, however much is sent."""

import logging

import pytest

from resolvers.recording.writing.failures import FailureLog


def test_the_log_has_one_line_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    """The first at once; each counts the inputs that were refused since the one before."""
    instants = iter((0.0, 1.0, 59.9, 60.0, 61.0, 200.0))
    failures = FailureLog(lambda: next(instants))

    for _ in range(6):
        failures.add(10, "the disk is full")

    assert [(record.levelno, record.getMessage()) for record in caplog.records] == [
        (logging.WARNING, f"nothing is stored, {count} inputs were refused: the disk is full")
        for count in (10, 30, 20)
    ]
