"""An embedded database is sound by SQLite's own check."""

import sqlite3
from contextlib import closing

import pytest

from models.database.database import Database
from tests.support.client import Caller


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_a_database_that_was_written_to_is_sound(caller: Caller) -> None:
    """Every table has rows that SQLite finds no fault with; backups rest on it."""
    context = {"source": "home", "hashtags": ["ferns"], "recommended": True}
    await caller.outcomes(
        {"userId": "ann", "action": "FAVORITE", "postId": "p", "eventId": "e", "context": context}
    )

    with closing(sqlite3.connect(Database.at(caller.url).path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute("SELECT count(*) FROM activity").fetchone() == (3,)
