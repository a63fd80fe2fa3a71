"""Dumps that are not what they should be: bad rows are reported, bad files refused."""

import csv
import io
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resolvers.moving.csv_rows import BadLine
from resolvers.moving.dumps import CORGI as RECOMMENDER
from resolvers.moving.dumps import TABLES, Dump, SettingRow
from resolvers.moving.dumps import TRACKER as ACTIVITY_TRACKER
from resolvers.moving.file_options import FileOptions
from resolvers.privacy.levels import Choice
from resolvers.recording.validation import RecordRequest
from tests.support.client import Caller
from tests.support.command_line import PROGRAM, rejected, trailmark
from tests.support.dumps import CORGI, TRACKER, dumped, words

pytestmark = pytest.mark.slow  # each test starts the command once or more often

BAD_ROWS = [
    (",ann,p,view,,2026-11-20 10:00:00", "id: needed"),
    ("1,,p,view,,2026-11-20 10:00:00", "user_id: needed"),
    ("1,ann,,view,,2026-11-20 10:00:00", "post_id: needed"),
    ("1,ann,p,,,2026-11-20 10:00:00", "action_type: needed"),
    ("1,ann,p,view,,", "created_at: needed"),
    ("1,ann,p,view,,yesterday", "created_at: got 'yesterday'; allowed is an instant such as"),
    ("1,ann,p,view,home,2026-11-20 10:00:00", "context: got 'home'; allowed is JSON"),
    ("1,ann,p,view,[],2026-11-20 10:00:00", "context: got '[]'; allowed is a JSON object"),
    (
        '1,ann,p,view,"""home""",2026-11-20 10:00:00',
        "context: got '\"home\"'; allowed is a JSON object",
    ),
    ("1,a\x07secret,p,view,,2026-11-20 10:00:00", "userId: got 8 characters; allowed are"),
    ("1,ann,p,search,,2026-11-20 10:00:00", "postId: got a POST; SEARCH is done to a QUERY"),
    ("1,ann,p,unview,,2026-11-20 10:00:00", "action: VIEW is an event and cannot be undone"),
    ("1,ann,p,view", "has 4 columns; allowed are 6 as in the header"),
]


async def test_a_bad_row_is_reported_and_stops_no_other(sqlite: Caller, tmp_path: Path) -> None:
    """With its line, its column and what is allowed."""
    header = "id,user_id,post_id,action_type,context,created_at"
    rows = [row for row, _ in BAD_ROWS]
    good = "2,ann,p,view,,2026-11-20 10:00:00"
    file = dumped(tmp_path, "\n".join([header, *rows, good]))

    trailmark(sqlite.url, "import", str(file), *CORGI)

    reasons = rejected(file)
    assert list(reasons) == list(range(2, 2 + len(BAD_ROWS)))
    for reason, (_, expected) in zip(reasons.values(), BAD_ROWS, strict=True):
        assert reason.startswith(expected)
    assert "secret" not in "".join(reasons.values())
    assert await sqlite.counts("p") == {"VIEW": 1}


async def test_names_beyond_reason_are_counted_together(sqlite: Caller, tmp_path: Path) -> None:
    """A column that holds no names fills neither the memory nor the screen."""
    header = "id,user_id,post_id,action_type,created_at"
    rows = [f"{n},ann,p,name {n},2026-11-20 10:00:00" for n in range(300)]
    good = "300,ann,p,view,2026-11-20 10:00:00"
    file = dumped(tmp_path, "\n".join([header, *rows, good]))

    said = trailmark(sqlite.url, "import", str(file), *CORGI, "--max-errors", "300")

    assert ["'(others)'", "not mapped", "100"] in words(said)
    assert len(words(said)) == 204


@pytest.mark.parametrize(
    ("header", "arguments", "message"),
    [
        ("id", ("--from", "corgy"), "--from 'corgy' is unknown; allowed are corgi, activity-tr"),
        ("id", (*CORGI, "--format", "ndjson"), "--format ndjson contradicts "),
        ("id,user_id", (*CORGI, "--map", "boost"), "--map 'boost': got ''; allowed are favorite,"),
        ("id,user_id,action_type,created_at", CORGI, "the header lacks a column; allowed are po"),
        ("post_id,id,action_type,created_at", CORGI, "allowed are user_id or user_alias"),
        ("id,user_id,activity_type,created_at", TRACKER, "allowed are target_id or target or ob"),
        ("tracking_level,level", CORGI, "allowed are user_id or user_alias"),
        ("id,id", CORGI, "the header names a column twice; allowed is once"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_as_a_whole(
    tmp_path: Path, header: str, arguments: tuple[str, ...], message: str
) -> None:
    """Nothing is imported, and the message says what is allowed."""
    file = dumped(tmp_path, f"{header}\n")
    environment = {"TRAILMARK_DATABASE_URL": f"sqlite://{tmp_path}/new.db", "COLUMNS": "900"}

    done = subprocess.run(
        [PROGRAM, "import", str(file), *arguments],
        capture_output=True,
        text=True,
        env=environment,
    )

    assert done.returncode == 2
    assert message in done.stderr


CELLS = st.text(max_size=8) | st.sampled_from(("view", "unhide", "none", "{}", "[1]", "2026-11-20"))


@given(
    st.sampled_from(list(TABLES)),
    st.lists(st.lists(CELLS, min_size=6, max_size=6), max_size=5),
)
def test_any_row_is_told_apart(table: str, rows: list[list[str]]) -> None:
    """Whatever its cells hold, it is an input, a choice or a bad line, and ends no import."""
    columns = [column.names[0] for column in TABLES[table].values()]
    text = io.StringIO()
    csv.writer(text).writerows([columns, *(row[: len(columns)] for row in rows)])
    origin = ACTIVITY_TRACKER if table == "UserActivity" else RECOMMENDER

    dump = Dump(io.BytesIO(text.getvalue().encode()), origin, FileOptions())

    assert dump.table == table
    if dump.holds_settings:
        assert all(isinstance(each.choice, Choice | BadLine) for each in dump.settings())
    else:
        assert all(isinstance(each.request, RecordRequest | BadLine) for each in dump.lines())


MARKS = {"name": ("view", "VIEW"), "level": ("none", "NONE")}
INSTANTS = {
    "created_at": ("2026-11-20 10:00:00", "1795168800000000"),
    "timestamp": ("2026-11-20 10:00:01", "1795168801000000"),
}


@given(st.sampled_from(list(TABLES)), st.data())
def test_every_cell_is_read_or_its_column_is_told(table: str, data: st.DataObject) -> None:
    """Whatever columns there are, in whatever order; whose rows they are, one of them says."""
    cells, marks = {"extra": "<extra>"}, {"extra": "<extra>"}
    for what, column in TABLES[table].items():
        least, most = int(column.needed), 1 if column.are_alternatives else None
        names = st.lists(st.sampled_from(column.names), min_size=least, max_size=most, unique=True)
        for name in data.draw(names):
            cells[name], marks[name] = _cell(what, name)
    header = data.draw(st.permutations(list(cells)))
    text = io.StringIO()
    csv.writer(text).writerows([header, [cells[name] for name in header]])
    origin = ACTIVITY_TRACKER if table == "UserActivity" else RECOMMENDER

    dump = Dump(io.BytesIO(text.getvalue().encode()), origin, FileOptions())
    (row,) = dump.settings() if dump.holds_settings else dump.lines()

    read = row.choice if isinstance(row, SettingRow) else row.request
    assert not isinstance(read, BadLine)
    assert dump.passed_over == [name for name in header if marks[name] not in repr(read)]


def _cell(what: str, name: str) -> tuple[str, str]:
    """A cell, and what is to be seen of it in what was read."""
    if what == "at":
        return INSTANTS[name]
    mark = f"<{name}>"
    return MARKS.get(what, (f'{{"a": "{mark}"}}' if what == "context" else mark, mark))
