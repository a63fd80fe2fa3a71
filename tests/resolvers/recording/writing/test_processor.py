"""The processor: whether a thread is short of it, by what the system tells of the thread."""

import time
from pathlib import Path

import pytest

from resolvers.recording.writing import processor
from resolvers.recording.writing.processor import SHORT, WINDOW_NS, Processor, wanted_ns


class Thread:
    """A thread's two clocks, which the test moves."""

    def __init__(self) -> None:
        self.now = self.wanted = 1_000_000
        self.processor = Processor(lambda: self.wanted, lambda: self.now)
        self.processor.is_short()

    def is_short_after(self, window_ns: int, wanted_ns: int) -> bool:
        """What is said after so long, in which it wanted the processor for so long."""
        self.now += window_ns
        self.wanted += wanted_ns
        return self.processor.is_short()


def test_nothing_is_said_to_be_short_before_it_was_looked_at() -> None:
    """A process that has only begun is not held up."""
    assert not Processor(lambda: 10 * WINDOW_NS, lambda: 0).is_short()


@pytest.mark.parametrize(("share", "is_short"), [(0.0, False), (SHORT - 0.01, False), (1.0, True)])
def test_it_is_short_where_nearly_all_of_the_time_asks_for_it(share: float, is_short: bool) -> None:
    """Having it and waiting in line for it are alike; waiting for an answer is not."""
    thread = Thread()

    assert thread.is_short_after(WINDOW_NS, int(share * WINDOW_NS)) is is_short


def test_within_a_window_what_was_found_holds() -> None:
    """The system is asked once in a window, whoever asks how often."""
    thread = Thread()
    assert thread.is_short_after(WINDOW_NS, WINDOW_NS)

    assert thread.is_short_after(WINDOW_NS - 1, 0)
    assert not thread.is_short_after(1, 0)


def test_work_of_this_thread_is_counted() -> None:
    """Whatever the system tells, it grows while there is something to compute."""
    before = wanted_ns()
    while wanted_ns() == before:
        sum(range(1_000))

    assert wanted_ns() > before


def test_where_nothing_tells_of_the_line_the_time_on_the_processor_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on systems other than Linux, which have no such file, or one that says something else."""
    before = time.thread_time_ns()
    for text in (None, "0"):
        if text is not None:
            (tmp_path / "schedstat").write_text(text)
        monkeypatch.setattr(processor, "_SCHEDULED", tmp_path / "schedstat")

        assert before <= wanted_ns() <= time.thread_time_ns()
