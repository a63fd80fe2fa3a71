"""Processors: whether they are short, by what the system tells of a thread."""

from pathlib import Path

import pytest

from resolvers.recording.writing import processors
from resolvers.recording.writing.processors import SHORT, WINDOW_NS, Processors, lined_up_ns


class Thread:
    """A thread's two clocks, which the test moves."""

    def __init__(self) -> None:
        self.now = self.lined_up = 1_000_000
        self.processors = Processors(lambda: self.lined_up, lambda: self.now)
        self.processors.are_short()

    def finds_them_short_after(self, window_ns: int, lined_up_ns: int) -> bool:
        """What is said after so long, in which it was in line for so long."""
        self.now += window_ns
        self.lined_up += lined_up_ns
        return self.processors.are_short()


def test_nothing_is_said_to_be_short_before_it_was_looked_at() -> None:
    """A process that has only begun does not know."""
    assert not Processors(lambda: 10 * WINDOW_NS, lambda: 0).are_short()


@pytest.mark.parametrize(("share", "are_short"), [(0.0, False), (SHORT - 0.01, False), (1.0, True)])
def test_they_are_short_where_the_thread_often_waits_in_line(share: float, are_short: bool) -> None:
    """To work all the time is not to wait in line, nor is to wait for an answer."""
    thread = Thread()

    assert thread.finds_them_short_after(WINDOW_NS, int(share * WINDOW_NS)) is are_short


def test_within_a_window_what_was_found_holds() -> None:
    """The system is asked once in a window, however often somebody asks."""
    thread = Thread()
    assert thread.finds_them_short_after(WINDOW_NS, WINDOW_NS)

    assert thread.finds_them_short_after(WINDOW_NS - 1, 0)
    assert not thread.finds_them_short_after(1, 0)


@pytest.mark.parametrize(("text", "found"), [("12 345 6\n", 345), ("0\n", 0), (None, 0)])
def test_the_time_in_line_is_what_the_system_tells(
    text: str | None, found: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """None where it tells nothing, or something else: then processors are never short."""
    told = tmp_path / "schedstat"
    if text is not None:
        told.write_text(text)
    monkeypatch.setattr(processors, "_SCHEDULED", told)

    assert lined_up_ns() == found
