"""What recounting reads: the rows of some subjects page by page, and who has rows alone."""

from collections import Counter

import pytest

from models.database.database import Database
from models.reading import recount
from models.reading.recount import TARGETS, USERS
from models.records import StoredInteraction, Subject
from models.vocabulary import Status, SubjectKind
from tests.support.recording.histories import START, VIEW, plant
from tests.support.sql import run

ANN, BOB, CID = ("u_" + letter * 32 for letter in "abc")


def view(number: int, alias: str, post_id: str, status: int = Status.SHOWN) -> StoredInteraction:
    at = START + number % 3  # so that many share an instant
    kind = int(SubjectKind.POST)
    return StoredInteraction(number, number, alias, VIEW, kind, post_id, at, at, int(status))


async def test_all_rows_of_some_subjects_are_read_once(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many rows each has, and however few a page; those of others are not."""
    monkeypatch.setattr(recount, "ROWS_AT_ONCE", 6)
    monkeypatch.setattr(recount, "_ROWS_OF_ONE", 2)
    owners = [ANN] * 11 + [BOB] * 2 + [CID] * 5
    rows = [view(number, alias, f"p{number % 2}") for number, alias in enumerate(owners, 1)]
    gone = [view(30, ANN, "p1", Status.UNDONE), view(31, BOB, "p2", Status.NEVER_HELD)]
    await plant(database_url, [*rows, *gone])

    async with Database.at(database_url).reading():
        users = [Subject(SubjectKind.USER, alias) for alias in (ANN, BOB)]
        posts = [Subject(SubjectKind.POST, "p0"), Subject(SubjectKind.POST, "p1")]
        of_users = Counter([row.subject async for row in recount.rows_of(USERS, users)])
        of_posts = Counter([row.subject async for row in recount.rows_of(TARGETS, posts)])

    assert of_users == Counter({users[0]: 11, users[1]: 2})
    assert of_posts == Counter({posts[0]: 9, posts[1]: 9})


async def test_subjects_with_rows_and_no_totals_are_found(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In order, each once; what does not count has no totals, and needs none."""
    monkeypatch.setattr(recount, "ROWS_AT_ONCE", 2)
    rows = [view(1, BOB, "p2"), view(2, ANN, "p1"), view(3, BOB, "p1"), view(4, ANN, "p3")]
    await plant(database_url, [*rows, view(5, CID, "p4", Status.NEVER_HELD)])
    await run(
        database_url,
        "INSERT INTO totals (subject_kind, subject_id, action, count, folded, bare, last_at) "
        f"VALUES (0, '{ANN}', {VIEW}, 2, 0, 0, 0), (1, 'p3', {VIEW}, 1, 0, 0, 0)",
    )

    async with Database.at(database_url).reading():
        users = await recount.uncounted_subjects(USERS)
        posts = await recount.uncounted_subjects(TARGETS)

    assert users == [Subject(SubjectKind.USER, BOB)]
    assert posts == [Subject(SubjectKind.POST, "p1"), Subject(SubjectKind.POST, "p2")]
