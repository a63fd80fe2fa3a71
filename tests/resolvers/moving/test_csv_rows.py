"""Rows of CSV: what a stray quote costs, and what may span lines."""

import io
from collections.abc import Iterable

import pytest

from resolvers.moving.csv_rows import LINES_IN_A_ROW, BadLine, CsvRows

RUNS_ON = "is not CSV: a quote runs on into the next lines, which are read by themselves"
SPANNING = ("context",)


def read(text: str, spanning: Iterable[str] = SPANNING) -> dict[int, str | list[str]]:
    """What each row says, or why it is bad, by the number of its first line."""
    table = CsvRows(io.BytesIO(text.encode()))
    return {
        row.number: str(row.cells) if isinstance(row.cells, BadLine) else list(row.cells.values())
        for row in table.rows(set(spanning))
    }


def test_a_stray_quote_costs_its_own_line_alone() -> None:
    """Up to the end of the file, or to the next quote, whatever that makes of the lines between."""
    rows = 'user,context\n1,a\n2,"b\n3,c\n4,d\n'

    assert read(rows) == {2: ["1", "a"], 3: RUNS_ON, 4: ["3", "c"], 5: ["4", "d"]}
    assert read(f'{rows}5,"e"\n') == {**read(rows), 6: ["5", "e"]}
    assert read(f'{rows}5,e"\n', ()) == {**read(rows), 6: ["5", 'e"']}


def test_every_stray_quote_is_named() -> None:
    """Two of them, which enclose good lines as if they were one cell."""
    assert read('user,post\n"1,a\n2,b\n3,c"\n4,d\n') == {
        2: RUNS_ON,
        3: ["2", "b"],
        4: ["3", 'c"'],
        5: ["4", "d"],
    }


def test_a_cell_may_span_lines_where_its_column_may() -> None:
    """JSON is written so now and then; the row is known by its first line."""
    text = 'user,context\n1,"{\n""a"": 1\n}"\n2,b\n'

    assert read(text) == {2: ["1", '{\n"a": 1\n}'], 5: ["2", "b"]}
    assert read(text, ()) == {
        2: RUNS_ON,
        3: "is not CSV: ',' expected after '\"'",
        4: "has 1 columns; allowed are 2 as in the header",
        5: ["2", "b"],
    }


def test_a_quote_runs_over_a_bounded_number_of_lines() -> None:
    """A file of any length is read, however its quotes stand."""
    rows = [f"{number},x" for number in range(2 * LINES_IN_A_ROW)]

    found = read("\n".join(["user,context", '0,"x', *rows]), SPANNING)

    assert found[2] == RUNS_ON
    assert list(found.values())[1:] == [row.split(",") for row in rows]


def test_a_row_ends_where_its_last_line_does() -> None:
    """In bytes, by which progress is shown."""
    table = CsvRows(io.BytesIO('\ufeffuser,context\n1,"é\n"\n\n2,b'.encode()))

    assert [(row.number, row.end) for row in table.rows(SPANNING)] == [(2, 24), (5, 28)]


@pytest.mark.parametrize("header", ['"a', "a,a", '"a"b,c'])
def test_a_header_is_read_as_a_whole(header: str) -> None:
    """Without one no row says anything."""
    with pytest.raises(BadLine, match="the header"):
        CsvRows(io.BytesIO(f"{header}\n1,2\n".encode()))
