"""Outages of the database: two lines each, and few where there are many."""

import asyncio
import logging
from functools import partial

import pytest

from graph.server.logs.outages import TOLD, WINDOW_S, Outages
from models.errors import OUTAGE
from tests.support.durability.server import until

LOGGER = "graph.server.logs.outages"
log = logging.getLogger("resolvers.tests")


class Trouble:
    """A database that is away while it has a reason, and a clock."""

    def __init__(self) -> None:
        self.reason: str | None = None
        self.now = 1000.0

    async def __call__(self) -> str | None:
        return self.reason

    def seconds(self) -> float:
        return self.now

    def outages(self) -> Outages:
        return Outages(self, look_s=0.001, seconds=self.seconds)


@pytest.fixture
def told(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, LOGGER)
    return caplog


async def _is_away(trouble: Trouble, seconds: float, times: int = 3) -> None:
    """Have an outage that is met by so many, and is over after so long."""
    trouble.reason = "it is away"
    for number in range(times):
        log.warning("%d cannot be read", number, extra=OUTAGE)
    trouble.now += seconds
    trouble.reason = None


def _has_told(told: pytest.LogCaptureFixture, count: int) -> bool:
    return len(told.messages) == count


async def test_an_outage_has_two_lines(told: pytest.LogCaptureFixture) -> None:
    """What failed first and why; then how long it was, and how many failed meanwhile."""
    trouble = Trouble()
    async with trouble.outages().watched():
        await _is_away(trouble, 21)
        await until(lambda: len(told.messages) == 2)
        log.warning("something else")

    assert told.messages == [
        "the database fails: 0 cannot be read",
        "the database is back after 21 s; 2 more failures were not told",
        "something else",
    ]


async def test_it_is_over_only_when_the_database_works(told: pytest.LogCaptureFixture) -> None:
    """However long that takes, and however many fail."""
    trouble = Trouble()
    async with trouble.outages().watched():
        trouble.reason = "it is away"
        for _ in range(20):
            log.warning("it cannot be read", extra=OUTAGE)
            await asyncio.sleep(0.002)
        assert len(told.messages) == 1
        trouble.reason = None
        await until(lambda: len(told.messages) == 2)

    assert told.messages[1] == "the database is back after 0 s; 19 more failures were not told"


async def test_the_next_outage_is_another(told: pytest.LogCaptureFixture) -> None:
    """It is told as the first was."""
    trouble = Trouble()
    async with trouble.outages().watched():
        for number in (1, 2):
            await _is_away(trouble, 5, times=1)
            await until(partial(_has_told, told, 2 * number))

    assert (
        told.messages
        == [
            "the database fails: 0 cannot be read",
            "the database is back after 5 s",
        ]
        * 2
    )


async def test_what_looks_like_many_outages_fills_no_log(told: pytest.LogCaptureFixture) -> None:
    """One slow statement of a caller may look like one; the rest is counted, and told later."""
    trouble = Trouble()
    outages = trouble.outages()
    async with outages.watched():
        for _ in range(TOLD + 7):
            await _is_away(trouble, 1, times=1)
            await until(lambda: outages._begun_at is None)
        assert len(told.messages) == 2 * TOLD
        trouble.now += WINDOW_S
        await _is_away(trouble, 1, times=1)
        await until(lambda: len(told.messages) == 2 * TOLD + 2)

    assert told.messages[-2] == (
        "the database fails: 0 cannot be read (7 outages were not told since the last)"
    )


async def test_two_handlers_tell_the_same(told: pytest.LogCaptureFixture) -> None:
    """What passes for one passes for all."""
    seen = list[str]()

    class Other(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            seen.append(record.getMessage())

    other = Other()
    logging.getLogger().addHandler(other)
    try:
        trouble = Trouble()
        async with trouble.outages().watched():
            await _is_away(trouble, 2)
            await until(lambda: len(told.messages) == 2)
    finally:
        logging.getLogger().removeHandler(other)

    assert seen == told.messages


async def test_a_thread_may_meet_it_first(told: pytest.LogCaptureFixture) -> None:
    """The loop hears of it all the same."""
    trouble = Trouble()
    async with trouble.outages().watched():
        await asyncio.to_thread(log.warning, "it cannot be read", extra=OUTAGE)
        await until(lambda: len(told.messages) == 2)

    assert told.messages[0] == "the database fails: it cannot be read"
    assert logging.getLogger().filters == []
