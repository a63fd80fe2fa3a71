"""The command `trailmark import`: files in, rows and totals out, bad lines in a report."""

import csv
import io
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.vocabulary import ActionType
from resolvers.caller import Caller as Nobody
from resolvers.identity import Identity
from resolvers.moving.csv_rows import BadLine
from resolvers.moving.import_lines import lines
from resolvers.recording.validation import RecordRequest, validate
from tests.support.client import Caller
from tests.support.command_line import PROGRAM, ndjson, rejected, trailmark
from tests.support.pasts import healthy
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # each test starts the command once or more often


async def test_lines_of_json_become_interactions(caller: Caller, tmp_path: Path) -> None:
    """Every field of the input is taken, in snake case; states, undos and repeats as usual."""
    file = ndjson(
        tmp_path,
        {"user_id": "ann", "action": "favorite", "post_id": "p", "event_id": "1"},
        {"user_id": "ann", "action": "FAVORITE", "post_id": 7},
        {"user_id": "ann", "action": "FAVORITE", "post_id": "p", "undo": True},
        {
            "user_alias": "u_0123456789abcdef",
            "action": "GROUP_JOIN",
            "target": {"kind": "GROUP", "id": "g"},
            "occurred_at": "2026-11-01T10:00:00+01:00",
            "context": {"source": "home", "recommended": True, "metadata": {"a": 1}},
        },
    )

    said = trailmark(caller.url, "import", str(file))

    assert "CREATED" in said
    assert rejected(file) == {}
    assert await caller.history("ann") == ["FAVORITE 7"]
    data = await caller.data(
        """{ user(alias: "u_0123456789abcdef") { interactions { nodes {
             target { kind id } occurredAt context { source recommended metadata } } } } }"""
    )
    assert data["user"]["interactions"]["nodes"] == [
        {
            "target": {"kind": "GROUP", "id": "g"},
            "occurredAt": "2026-11-01T09:00:00.000000Z",
            "context": {"source": "home", "recommended": True, "metadata": {"a": 1}},
        }
    ]
    assert await healthy()


async def test_rows_of_csv_become_interactions(caller: Caller, tmp_path: Path) -> None:
    """The header names the fields; an empty cell is an absent one, nested fields have columns."""
    file = tmp_path / "rows.csv"
    file.write_text(
        "user_id,action,post_id,target_kind,target_id,undo,context_source,context_metadata\n"
        'ann,VIEW,"p,1",,,,home,"{""a"": [1]}"\n'
        "ann,SEARCH,,QUERY,cats,false,,\n"
        "ann,VIEW,p2,,,,,,too many\n"
        "ann,VIEW,p3,,,maybe,,\n"
    )

    trailmark(caller.url, "import", str(file), "--max-errors", "2")

    assert sorted(await caller.history("ann")) == ["SEARCH cats", "VIEW p,1"]
    assert rejected(file) == {
        4: "has 9 columns; allowed are 8 as in the header",
        5: "undo: got 'maybe'; allowed are true and false",
    }


async def test_bad_lines_are_reported_by_number_and_stop_no_other(
    caller: Caller, tmp_path: Path
) -> None:
    """The report says which line and why, and never quotes a user id."""
    file = tmp_path / "lines.ndjson"
    lines = [
        '{"user_id": "ann", "action": "VIEW", "post_id": "p"}',
        "",
        "{",
        "[]",
        '{"user_id": "ann", "action": "LOOK", "post_id": "p"}',
        '{"user_id": "ann", "action": "VIEW", "post": "p"}',
        '{"user_id": "a\\u0007secret", "action": "VIEW", "post_id": "p"}',
        '{"user_id": "ann", "action": "VIEW", "post_id": "p", "occurred_at": "yesterday"}',
        '{"user_id": "ann", "action": "VIEW", "post_id": "p", "event_id": "e"}',
        '{"user_id": "ann", "action": "CLICK", "post_id": "p", "event_id": "e"}',
        '{"user_id": "ann", "action": "VIEW", "post_id": "p", "undo": true}',
    ]
    file.write_text("\n".join(lines))

    trailmark(caller.url, "import", str(file), "--max-errors", "80%")

    assert await caller.counts("p") == {"VIEW": 2}
    reasons = rejected(file)
    assert sorted(reasons) == [3, 4, 5, 6, 7, 8, 10, 11]
    assert reasons[3].startswith("is not JSON: ")
    assert reasons[5].startswith("action: got 'LOOK'; allowed are FAVORITE, REBLOG")
    assert reasons[6].startswith("the line has 'post'; allowed are action, user_id")
    assert reasons[7].startswith("userId: got 8 characters")
    assert reasons[8].startswith("occurred_at: got 'yesterday'; allowed is an instant such as")
    assert reasons[10].startswith("eventId: got 'e', which stands for another input")
    assert "secret" not in "".join(reasons.values())


async def test_running_it_twice_changes_nothing(caller: Caller, tmp_path: Path) -> None:
    """Lines with event ids are stored once, however often the file is imported."""
    lines = [
        {"user_id": f"u{i % 50}", "action": "VIEW", "post_id": f"p{i % 7}", "event_id": str(i)}
        for i in range(2_500)
    ]
    file = ndjson(tmp_path, *lines)

    trailmark(caller.url, "import", str(file))
    before = [await caller.counts(f"p{i}") for i in range(7)]
    said = trailmark(caller.url, "import", str(file))

    assert "UNCHANGED" in said
    assert "CREATED" not in said
    assert [await caller.counts(f"p{i}") for i in range(7)] == before
    assert sum(each["VIEW"] for each in before) == 2_500
    assert await healthy()


async def test_standard_input_is_read_line_by_line(caller: Caller, tmp_path: Path) -> None:
    """`-` is standard input, and --format says what it holds."""
    report = tmp_path / "report"
    arguments = ("import", "-", "--format", "csv", "--errors", str(report))

    trailmark(caller.url, *arguments, stdin="action,user_id,post_id\nVIEW,ann,p\n")

    assert await caller.counts("p") == {"VIEW": 1}
    assert not report.exists()


async def test_what_is_older_than_the_retention_is_folded(caller: Caller, tmp_path: Path) -> None:
    """Old events count and leave no row; an old state holds bare, and can be undone."""
    old = "2001-01-01T00:00:00Z"
    file = ndjson(
        tmp_path,
        {"user_id": "ann", "action": "VIEW", "post_id": "p", "occurred_at": old},
        {"user_id": "ann", "action": "VIEW", "post_id": "p", "occurred_at": old},
        {"user_id": "ann", "action": "SAVE", "post_id": "p", "occurred_at": old},
        {"user_id": "ann", "action": "HIDE", "post_id": "p", "occurred_at": old},
    )

    trailmark(caller.url, "import", str(file))

    assert await caller.counts("p") == {"VIEW": 2, "SAVE": 1, "HIDE": 1}
    assert await caller.history("ann") == []
    data = await caller.data('{ user(id: "ann") { interactions { totalCount } } }')
    assert data["user"]["interactions"]["totalCount"] == 0
    again = await caller.record(userId="ann", action="SAVE", postId="p")
    assert (again["outcome"], again["interaction"]) == ("UNCHANGED", None)
    assert await caller.outcome(userId="ann", action="HIDE", postId="p", undo=True) == "UNDONE"
    assert await caller.counts("p") == {"VIEW": 2, "SAVE": 1}
    assert await healthy()


async def test_nothing_imported_is_announced(caller: Caller, tmp_path: Path) -> None:
    """Imported rows have no sequence in the log; an undo recorded later has."""
    file = ndjson(
        tmp_path,
        {"user_id": "ann", "action": "SAVE", "post_id": "p"},
        {"user_id": "ann", "action": "VIEW", "post_id": "p"},
    )
    trailmark(caller.url, "import", str(file))
    assert await run(caller.url, "SELECT count(*) FROM interactions WHERE seq > 0") == [(0,)]

    await caller.record(userId="ann", action="SAVE", postId="p", undo=True)

    assert await run(caller.url, "SELECT count(*) FROM interactions WHERE seq > 0") == [(1,)]


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
NAMES = st.sampled_from(("action", "user_id", "post_id", "target", "context", "undo", "sent_at"))


@given(st.lists(st.dictionaries(NAMES, ANYTHING) | ANYTHING, max_size=5))
def test_any_json_is_an_input_or_a_bad_line(values: list[Any]) -> None:
    """Whatever a line holds, it is told apart, and none ends the import."""
    file = io.BytesIO("\n".join(json.dumps(value) for value in values).encode())

    for line in lines(file, "ndjson"):
        assert isinstance(line.request, RecordRequest | BadLine)


@given(
    st.sampled_from(("target", "target_id")),
    st.lists(st.lists(st.text(max_size=8), min_size=4, max_size=4), max_size=5),
)
def test_any_csv_is_an_input_or_a_bad_line(target: str, rows: list[list[str]]) -> None:
    """Whatever a cell holds, it is told apart, and none ends the import."""
    text = io.StringIO()
    header = ["action", target, "context_metadata", "context_hashtags"]
    csv.writer(text).writerows([header, *rows])

    for line in lines(io.BytesIO(text.getvalue().encode()), "csv"):
        assert isinstance(line.request, RecordRequest | BadLine)


def test_the_instant_of_sending_means_nothing_in_an_import() -> None:
    """`sent_at` corrects a clock that is sending now; a file was sent long ago."""
    request = RecordRequest(
        ActionType.VIEW, "ann", post_id="p", occurred_at=10**15, sent_at=10**15 + 1
    )

    validated = validate(request, Nobody(), Identity(SECRET), 2 * 10**15, imported=True)

    assert validated.submission is not None
    assert validated.submission.occurred_at == 10**15


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("action,action", "the header names a column twice; allowed is once"),
        ('"action', "the header is not CSV: unexpected end of data"),
        ("action,user", "unknown column 'user'; allowed are action, user_id"),
        ("action,target_id,target", "target: allowed is the column target or those of its fields"),
        ("action,context,context_source", "context: allowed is the column context or those of"),
        ("user_id,post_id", "the first line must name the columns, `action` among them"),
    ],
)
def test_a_csv_without_the_right_header_is_refused(
    tmp_path: Path, header: str, message: str
) -> None:
    """Nothing is imported, and the message names the column."""
    file = tmp_path / "rows.csv"
    file.write_text(f"{header}\n1,2\n")
    environment = {"TRAILMARK_DATABASE_URL": f"sqlite://{tmp_path}/new.db", "COLUMNS": "500"}

    done = subprocess.run(
        [PROGRAM, "import", str(file)], capture_output=True, text=True, env=environment
    )

    assert done.returncode == 2
    assert message in done.stderr
