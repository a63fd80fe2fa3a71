"""Exporting everything: what is in it, in which order, and what an import makes of it."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.reading import log
from models.reading.filters import Filter
from models.reading.log import LogPosition, read_head
from models.vocabulary import ActionType
from resolvers.following.ranks import drain
from resolvers.instants import parse_instant
from resolvers.moving.export_lines import CSV_HEADER
from resolvers.moving.exporting import OtherPast
from resolvers.moving.file_options import FileOptions
from resolvers.moving.import_lines import lines
from resolvers.recording.validation import RecordRequest
from tests.support.client import Caller, FixedClock
from tests.support.pasts import alias, choose, erase, fill, healthy, imported, old
from tests.support.recording.exports import (
    all_exported,
    exported_in_parts,
    import_exported,
    parsed,
    some_exported,
)
from tests.support.serving import SECRET, serving
from tests.support.sql import run

pytestmark = pytest.mark.either_database

AT = "2026-11-20T10:00:00.000001Z"
AWKWARD: dict[str, Any] = {
    "source": "a\nb",
    "recommended": True,
    "recommendationId": "r,1",
    "contentType": "",
    "hashtags": ["Ünï", '"q"'],
    "authorId": "cid",
    "metadata": {"": "", "n": 9_007_199_254_740_993, "t": "=1+1\n", "no": None},
}
KEPT = (
    "SELECT user_alias, action, target_kind, target_id, occurred_at, status, source, recommended, "
    "context FROM interactions WHERE status IN (0, 1)"
)
COUNTS = (
    "SELECT subject_kind, subject_id, action, CAST(sum(count) AS INT) FROM totals "
    "GROUP BY subject_kind, subject_id, action HAVING sum(count) <> 0"
)
RANKS = "SELECT subject_kind, subject_id, rank_key FROM ranks"


async def _lived(caller: Caller) -> None:
    """A past of several users, with everything that makes lines differ."""
    await fill(caller, "ann")
    await fill(caller, "ben")
    dan: dict[str, Any] = {"userId": "dan", "occurredAt": AT}
    await caller.outcomes(
        {**dan, "action": "SHARE", "postId": 'p ,"\u2028', "context": AWKWARD},
        {**dan, "action": "SEARCH", "target": {"kind": "QUERY", "id": 'two\nlines, "q"'}},
        {**dan, "action": "HASHTAG_USE", "target": {"kind": "HASHTAG", "id": "#Straße"}},
        {**dan, "action": "CIRCLE_UPDATE", "target": {"kind": "CIRCLE", "id": "inner"}},
        {**dan, "action": "MORE_LIKE_THIS", "postId": "p"},
        {"userId": "dan", "action": "LESS_LIKE_THIS", "postId": "p"},
    )


async def _kept(url: str) -> tuple[list[Any], list[Any], dict[Any, float]]:
    """The interactions, counts and ranks of a database."""
    rows = sorted(
        (*row[:7], bool(row[7]), row[8]) for row in map(_comparable, await run(url, KEPT))
    )
    await drain(Database.at(url))
    ranks = {tuple(row[:2]): row[2] for row in await run(url, RANKS)}
    return rows, sorted(await run(url, COUNTS)), ranks


def _comparable(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple("" if value is None else value for value in row)


@pytest.fixture
def another(sqlite_file: Path, tmp_path: Path) -> str:
    """The URL of a second, empty database."""
    file = tmp_path / "another.db"
    shutil.copy(sqlite_file, file)
    return f"sqlite://{file}"


@pytest.mark.parametrize("format", ["ndjson", "csv"])
@pytest.mark.parametrize("is_back", [False, True], ids=["to", "from"])
async def test_an_import_of_it_gives_the_same_histories_totals_and_scores(
    database_url: str, another: str, clock: FixedClock, format: str, *, is_back: bool
) -> None:
    """In a new database, of either kind, and a second time nothing changes.

    Only what was aggregated has no rows, so nothing of it is in the past of this test.
    """
    first, second = (another, database_url) if is_back else (database_url, another)
    async with serving(Settings(first, SECRET), clock) as caller:
        await _lived(caller)
        exported = await all_exported(format=format)
        before = await _kept(first)
    if format == "csv":
        exported.insert(0, CSV_HEADER)
    clock.advance(60)  # what has an instant ahead of the clock would be taken as now

    async with serving(Settings(second, SECRET), clock) as caller:
        outcomes = await import_exported(caller, exported, format)
        after = await _kept(second)
        again = await import_exported(caller, exported, format)
        unchanged = await _kept(second)
        assert await healthy()

    assert set(outcomes) == {"CREATED"}
    assert len(before[0]) == outcomes["CREATED"] == again["UNCHANGED"]
    assert after[:2] == before[:2]
    assert after[2] == pytest.approx(before[2], rel=1e-9)
    assert unchanged == after


async def test_an_event_has_an_id_and_a_state_has_none(caller: Caller) -> None:
    """The event's is that of its interaction; a state is known by what it is about."""
    payload = await caller.record(userId="ann", action="VIEW", postId="p", occurredAt=AT)
    await caller.record(userId="ann", action="GROUP_JOIN", target={"kind": "GROUP", "id": "g"})

    view, join = parsed(await all_exported())

    number = payload["interaction"]["interactionId"]
    assert view == {
        "event_id": number,
        "user_alias": alias("ann"),
        "action": "VIEW",
        "post_id": "p",
        "occurred_at": AT,
    }
    assert join["target"] == {"kind": "GROUP", "id": "g"}
    assert "event_id" not in join


@pytest.mark.parametrize("format", ["ndjson", "csv"])
async def test_ids_that_pass_for_absent_are_taken_as_they_are(caller: Caller, format: str) -> None:
    """By `--null ''`, and with them every text of a context, the empty ones too."""
    await caller.record(userId="ann", action="VIEW", postId="nan", context=AWKWARD)
    exported = await all_exported(format=format)
    header = [CSV_HEADER] if format == "csv" else []

    (line,) = lines([*header, *exported], format, FileOptions(nulls=frozenset([""])))

    assert isinstance(line.request, RecordRequest)
    assert line.request.post_id == "nan"
    assert line.request.context.content_type == ""
    assert line.request.context.metadata == AWKWARD["metadata"]


async def test_only_what_holds_or_happened_is_in_it(caller: Caller) -> None:
    """Undone states are not, nor those that never held; archived ones hold, and are."""
    await fill(caller, "ann")

    actions = sorted(line["action"] for line in parsed(await all_exported()))

    visits, views = ["PROFILE_VISIT"] * 2, ["VIEW"] * 2
    assert actions == ["FAVORITE", "GROUP_JOIN", *visits, "REPORT", "SEARCH", *views]


async def test_it_is_in_the_order_of_the_log(caller: Caller) -> None:
    """What was imported stands where it was imported; what came to hold again, at the end."""
    await caller.record(userId="ann", action="FAVORITE", postId="1")
    await imported(caller, old("ann", ActionType.SAVE, post_id="2"))
    await caller.record(userId="ann", action="VIEW", postId="3")
    await caller.record(userId="ann", action="FAVORITE", postId="1", undo=True)
    await caller.record(userId="ann", action="FAVORITE", postId="1")

    assert [line["post_id"] for line in parsed(await all_exported())] == ["2", "3", "1"]


@pytest.mark.parametrize("seed", range(3))
async def test_it_goes_on_at_any_cut(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Nothing is skipped or repeated, whatever the pages and where they are cut."""
    await _lived(caller)
    whole = await all_exported()

    monkeypatch.setattr(log, "ROWS_AT_ONCE", 2 + seed)
    monkeypatch.setattr(log, "NUMBERS_AT_ONCE", 3)

    assert await exported_in_parts(seed) == whole
    assert len(set(whole)) == len(whole)


async def test_it_passes_over_numbers_that_were_left_out(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where an incarnation begins: one look finds the next row, logged or imported."""
    await caller.record(userId="ann", action="VIEW", postId="1")
    await run(caller.url, "UPDATE log_head SET last_number = last_number + 1000000000")
    await caller.record(userId="ann", action="VIEW", postId="2")
    await run(caller.url, "UPDATE interactions SET seq = NULL WHERE target_id = '2'")
    pages = 0

    async def read(*given: Any) -> Any:
        nonlocal pages
        pages += 1
        return await log.read_counted(*given)

    monkeypatch.setattr("resolvers.moving.exporting.read_counted", read)

    assert [line["post_id"] for line in parsed(await all_exported())] == ["1", "2"]
    assert pages < 10


async def test_what_moves_meanwhile_is_in_this_export_or_the_next(caller: Caller) -> None:
    """A state that is undone goes, one that holds again comes at its new place."""
    for post in "1234":
        await caller.record(userId="ann", action="FAVORITE", postId=post)
    first, position = await some_exported(most=2)
    for post in "13":
        await caller.record(userId="ann", action="FAVORITE", postId=post, undo=True)
        await caller.record(userId="ann", action="FAVORITE", postId=post)
    await caller.record(userId="ann", action="FAVORITE", postId="4", undo=True)

    second, position = await some_exported(position)
    third, _ = await some_exported(position)

    assert [line["post_id"] for line in parsed(first + second)] == ["1", "2", "1", "3"]
    assert third == []


async def test_what_was_recorded_later_comes_with_the_next(caller: Caller) -> None:
    """An export ends at the log's end as it was when it began, however much is recorded."""
    await caller.record(userId="ann", action="VIEW", postId="1")
    first, position = await some_exported()
    await caller.record(userId="ann", action="VIEW", postId="2")
    await imported(caller, old("ann", ActionType.SAVE, post_id="3"))

    second, _ = await some_exported(position)

    assert [line["post_id"] for line in parsed(first)] == ["1"]
    assert [line["post_id"] for line in parsed(second)] == ["2", "3"]


async def test_since_and_until_are_by_the_instant_it_occurred(caller: Caller) -> None:
    """From the first on, and before the second."""
    for hour in (7, 8, 9, 10):
        at = f"2026-11-20T{hour:02}:00:00Z"
        await caller.record(userId="ann", action="VIEW", postId=str(hour), occurredAt=at)
    filter = Filter(
        since=int(parse_instant("2026-11-20T08:00:00Z")),
        until=int(parse_instant("2026-11-20T10:00:00Z")),
    )

    found = parsed(await all_exported(filter=filter))

    assert [line["post_id"] for line in found] == ["8", "9"]


async def test_it_tells_of_nobody_who_does_not_want_it(caller: Caller) -> None:
    """LIMITED, NONE and erased users are not in it, nor those who are being removed."""
    for user in ("ann", "ben", "cid", "dan", "eve"):
        await caller.record(userId=user, action="VIEW", postId="p")
    await choose(caller, userId="ann", level="LIMITED")
    await choose(caller, userId="ben", level="NONE")
    await erase(caller, userId="cid", confirm=True)
    for user in ("ann", "ben"):
        await caller.record(userId=user, action="VIEW", postId="p")
    await run(
        caller.url,
        "INSERT INTO removals (user_alias, level, erase, requested_at) "
        f"VALUES ('{alias('dan')}', 2, {'1' if 'sqlite' in caller.url else 'true'}, 0)",
    )

    found = parsed(await all_exported())

    assert [line["user_alias"] for line in found] == [alias("eve")]


async def test_a_cursor_of_another_past_is_refused(caller: Caller) -> None:
    """One that is unknown here, and one beyond all that there is: nothing is skipped silently."""
    await caller.record(userId="ann", action="VIEW", postId="p")
    head = await read_head()

    for position in (
        LogPosition(head.incarnation + 1, 1),
        LogPosition(head.incarnation, head.last_number + 1),
    ):
        with pytest.raises(OtherPast):
            await some_exported(position)


async def test_a_page_reads_only_its_own_rows(another: str) -> None:
    """By the numbers' indexes: a page costs the same wherever it is."""
    for column, extra in (("seq", ""), ("id", "AND i.seq IS NULL")):
        plan = await run(
            another,
            f"EXPLAIN QUERY PLAN SELECT * FROM interactions i WHERE i.{column} > 5 "
            f"AND i.{column} <= 9 {extra} ORDER BY i.{column} LIMIT 5",
        )
        told = " ".join(str(row[-1]) for row in plan)
        assert "SEARCH" in told
        assert "TEMP B-TREE" not in told
