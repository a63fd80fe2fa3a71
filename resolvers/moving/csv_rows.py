"""Rows of CSV, told apart line by line, so that a stray quote costs no more than its own line."""

import csv
from codecs import BOM_UTF8
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

from resolvers.moving.raw_lines import NOT_UTF_8

LINES_IN_A_ROW = 1_000
_RUNS_ON = "is not CSV: a quote runs on into the next lines, which are read by themselves"


class BadLine(ValueError):
    """A line is no input; the message names the field and what is allowed, never a user id."""


class Row(NamedTuple):
    """One row: the number of its first line, where it ends, and its cells by their columns."""

    number: int
    end: int
    cells: dict[str, str] | BadLine


class _TextLine(NamedTuple):
    """A line of the file: its number, from 1, where it ends in bytes, and its text."""

    number: int
    end: int
    text: str

    @property
    def is_utf_8(self) -> bool:
        """Whether it holds no byte that is not; those have become lone surrogates."""
        return self.text.isascii() or not any("\udc80" <= each <= "\udcff" for each in self.text)


class _RunsOn(Exception):
    """A row takes more lines than any row should."""


class CsvRows:
    """A file of CSV under a header, which `rename` turns into the columns' names."""

    def __init__(
        self, file: Iterable[bytes], rename: Callable[[list[str]], list[str]] = lambda given: given
    ) -> None:
        """Read the header.

        Raises:
            BadLine: it is none.
        """
        self._lines = _text_lines(file)
        self._again = deque[_TextLine]()
        taken: list[_TextLine] = []
        try:
            header = next(csv.reader(self._taking(taken), strict=True), [])
        except (csv.Error, _RunsOn) as error:
            raise BadLine(f"the header is not CSV: {error}") from None
        if not all(line.is_utf_8 for line in taken):
            raise BadLine(f"the header {NOT_UTF_8}")
        self.header = rename(header)
        if len(self.header) != len(set(self.header)):
            raise BadLine("the header names a column twice; allowed is once")

    def rows(self, spanning: Collection[str]) -> Iterator[Row]:
        """The rows, one at a time; blank ones are skipped.

        A cell may span lines in the columns `spanning`. Elsewhere a quote that does so is astray:
        its line is bad, and those that it ran over are read again.
        """
        while True:
            taken: list[_TextLine] = []
            try:
                cells = next(csv.reader(self._taking(taken), strict=True), None)
            except (csv.Error, _RunsOn) as error:
                yield self._bad(taken, f"is not CSV: {error}")
                continue
            if cells is None:
                return
            if not cells:
                continue
            row = dict(zip(self.header, cells, strict=False))
            if len(taken) > 1 and any(
                "\n" in cell for name, cell in row.items() if name not in spanning
            ):
                yield self._bad(taken, _RUNS_ON)
            elif len(cells) != len(self.header):
                bad = f"has {len(cells)} columns; allowed are {len(self.header)} as in the header"
                yield self._bad(taken, bad)
            elif not all(line.is_utf_8 for line in taken):
                yield self._bad(taken, NOT_UTF_8)
            else:
                yield Row(taken[0].number, taken[-1].end, row)

    def _bad(self, taken: list[_TextLine], reason: str) -> Row:
        """A bad row, which takes its first line alone."""
        first, *more = taken
        self._again.extendleft(reversed(more))
        return Row(first.number, first.end, BadLine(_RUNS_ON if more else reason))

    def _taking(self, taken: list[_TextLine]) -> Iterator[str]:
        """The next lines, each noted in `taken`."""
        while len(taken) < LINES_IN_A_ROW:
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            taken.append(line)
            yield line.text
        raise _RunsOn(f"a row takes more than {LINES_IN_A_ROW} lines")


def _text_lines(file: Iterable[bytes]) -> Iterator[_TextLine]:
    end = 0
    for number, raw in enumerate(file, 1):
        end += len(raw)
        text = raw.removeprefix(BOM_UTF8) if number == 1 else raw
        yield _TextLine(number, end, text.decode("utf-8", "surrogateescape"))
