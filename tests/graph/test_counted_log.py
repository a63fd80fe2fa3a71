"""What strangers can cause at will fills no log: told once a minute, and counted."""

import asyncio
import logging
import logging.config
import sys

import pytest

from graph.config.log_formats import LogFormat
from graph.counted_log import FAULTS, KINDS, CountedLog, Faults, LibraryRepeats, Repeats
from graph.server.logs.configuration import logging_in
from tests.support.durability.server import until

log = logging.getLogger("tests.counted")


async def test_each_kind_is_told_once_and_then_by_its_count(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the minute's end; and goes on so while more of it come."""
    monkeypatch.setattr("graph.counted_log.SILENT_S", 0.05)
    counted = CountedLog(log)
    for _ in range(1000):
        counted.warning("no HTTP")
    counted.warning("a Host")

    await until(lambda: len(caplog.messages) == 3)
    counted.warning("no HTTP")
    await until(lambda: len(caplog.messages) == 4)

    assert caplog.messages == [
        "no HTTP; more are counted for a minute",
        "a Host; more are counted for a minute",
        "no HTTP: 999 more in a minute",
        "no HTTP: 1 more in a minute",
    ]


async def test_what_did_not_come_again_is_told_anew(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kind that was silent for a minute has no count to tell."""
    monkeypatch.setattr("graph.counted_log.SILENT_S", 0.01)
    counted = CountedLog(log)
    for _ in range(2):
        counted.warning("no HTTP")
        await asyncio.sleep(0.02)

    assert caplog.messages == ["no HTTP; more are counted for a minute"] * 2


def test_a_librarys_record_passes_once_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kind is its text before it is filled in; what is no warning always passes."""
    now = 100.0
    monkeypatch.setattr("time.monotonic", lambda: now)
    repeats = Repeats()

    def passes(level: int, text: str, *given: object) -> str | None:
        record = logging.LogRecord("uvicorn.error", level, __file__, 1, text, given, None)
        return record.getMessage() if repeats.filter(record) else None

    assert passes(logging.WARNING, "from %s", "a") == "from a"
    assert [passes(logging.WARNING, "from %s", str(number)) for number in range(5)] == [None] * 5
    assert passes(logging.ERROR, "from %s", "a") == "from a"
    assert passes(logging.INFO, "started") == passes(logging.INFO, "started") == "started"
    now = 160.0
    assert passes(logging.WARNING, "from %s", "b") == "from b (5 more since it was told last)"


def test_what_asyncio_adds_of_its_objects_makes_no_kind() -> None:
    """Its text goes on with the connection's address in memory: a flood would be told as a whole,
    and each record of it remembered."""
    repeats = Repeats()

    def passes(text: str) -> bool:
        record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, text, (), None)
        return repeats.filter(record)

    fatal = "Fatal error: protocol.data_received() call failed.\ntransport: <fd=%d>"

    assert [passes(fatal % number) for number in range(3)] == [True, False, False]


def test_a_library_is_told_once_a_minute_whatever_its_words() -> None:
    """What exports traces tells of each attempt, in words that differ; others pass."""
    repeats = LibraryRepeats("opentelemetry")

    def passes(name: str, level: int, text: str) -> bool:
        return repeats.filter(logging.LogRecord(name, level, __file__, 1, text, (), None))

    assert [passes("opentelemetry.otlp", logging.WARNING, f"at {at}") for at in range(3)] == [
        True,
        False,
        False,
    ]
    assert passes("opentelemetry.otlp", logging.ERROR, "at 4")
    assert all(passes("graph.errors", logging.WARNING, "the same") for _ in range(3))


def test_tracebacks_of_one_fault_are_told_some_times_a_minute() -> None:
    """Whoever has found a fault could fill the log; what has no traceback passes."""
    faults = Faults()

    def passes() -> bool:
        try:
            raise ValueError("not this way")
        except ValueError:
            info = sys.exc_info()
        return faults.filter(
            logging.LogRecord("graph.errors", logging.ERROR, __file__, 1, "failed", (), info)
        )

    assert [passes() for _ in range(FAULTS + 5)] == [True] * FAULTS + [False] * 5
    plain = logging.LogRecord("graph.errors", logging.ERROR, __file__, 1, "failed", (), None)
    assert all(faults.filter(plain) for _ in range(2 * FAULTS))


def test_few_kinds_are_remembered() -> None:
    """However many texts a library makes up."""
    repeats = Repeats()

    for number in range(10 * KINDS):
        record = logging.LogRecord("asyncio", logging.ERROR, __file__, 1, f"{number}", (), None)
        assert repeats.filter(record)

    assert len(repeats._told) <= KINDS


def test_errors_of_two_places_are_two_kinds() -> None:
    """The same words over another exception hide none."""
    repeats = Repeats()

    def passes(number: int) -> bool:
        try:
            if number == 0:
                raise ValueError("first")
            raise ValueError("second")
        except ValueError:
            info = sys.exc_info()
        text = "Exception in ASGI application\n"
        record = logging.LogRecord("uvicorn.error", logging.ERROR, __file__, 1, text, (), info)
        return repeats.filter(record)

    assert [passes(number) for number in (0, 1, 0, 1)] == [True, True, False, False]


def test_the_servers_log_has_it_for_what_strangers_send() -> None:
    """uvicorn's own log and asyncio's; those of the server itself count for themselves."""
    loggers = logging_in(LogFormat.CONSOLE)["loggers"]

    assert {name for name, each in loggers.items() if each.get("filters")} == {
        "asyncio",
        "uvicorn.error",
    }
    assert loggers["graph"] == {"level": "INFO"}
