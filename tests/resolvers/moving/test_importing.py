"""An import in large commits leaves what its lines leave one by one."""

import io
import json
import random
from fractions import Fraction
from typing import Any

import pytest

from models.database.database import Database
from models.ledger.copying import LARGE
from models.ledger.opening import open_ledger
from models.vocabulary import PrivacyLevel
from resolvers.audit.verifying import Verification, verify
from resolvers.errors import Overloaded
from resolvers.identity import Identity
from resolvers.instants import format_instant
from resolvers.moving import importing
from resolvers.moving.import_lines import lines
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.decay import decode
from resolvers.scoring.weights import DAY, Scoring
from tests.support.client import FixedClock
from tests.support.databases import empty
from tests.support.durability.ledgers import writing
from tests.support.durability.stores import poisoned, targets
from tests.support.levels import set_level
from tests.support.serving import SECRET
from tests.support.sql import run

USERS = [f"u{number}" for number in range(40)]
POSTS = [f"p{number}" for number in range(60)]
ACTIONS = ("VIEW", "CLICK", "COMMENT", "FAVORITE", "HIDE", "MORE_LIKE_THIS", "LESS_LIKE_THIS")
DAYS_AGO = (0, 1, 30, 89, 91, 400)
LINES = 4_300  # two whole batches and a part
TABLES = {
    "interactions": "id",
    "event_ids": "user_key, event_key",
    "totals": "subject_kind, subject_id, action",
    "scores": "subject_kind, subject_id",
    "activity": "span, start, action",
    "tokens": "key",
    "log_head": "id",
}

BESIDE = ("privacy_settings", "salts", "facet_parts", "outcomes", "outcome_variants")
"""Tables that are not compared: they say nothing of what was imported, or not in one form."""

NUMBERED = {"interactions": (0, 1), "event_ids": (2,), "log_head": (1,)}
"""Of tables, the columns of interactions' numbers."""


def line(chance: random.Random, number: int, now: int) -> dict[str, Any]:
    """Few users, posts and instants, so that opposites, undos, ties and repeats are common."""
    action = chance.choice(ACTIONS)
    fields: dict[str, Any] = {
        "user_id": chance.choice(USERS),
        "action": action,
        "post_id": chance.choice(POSTS),
        "undo": action.isupper() and action not in ACTIONS[:3] and chance.random() < 0.3,
        "context": {"source": "home", "metadata": {"n": number}} if number % 3 else None,
    }
    if number % 4:
        fields["event_id"] = f"e{number - 3_000 if number % 50 == 1 else number}"
    if number % 2:
        fields["occurred_at"] = format_instant(now - chance.choice(DAYS_AGO) * DAY)
    return fields


async def import_all(url: str, file: bytes, clock: FixedClock) -> Import:
    """Import a file into a database where some users chose a lower level."""
    await set_level(url, SECRET, USERS[0], PrivacyLevel.LIMITED)
    await set_level(url, SECRET, USERS[1], PrivacyLevel.NONE)
    progress = Import(lambda number, reason: None, lambda end: None)
    rules = Rules(90 * DAY, new_salt=lambda: bytes(16))
    writer = Writer(open_ledger(Database.at(url)), rules)
    writer.start()
    await import_lines(
        lines(io.BytesIO(file), "ndjson"), writer, progress, identity=Identity(SECRET), clock=clock
    )
    await writer.stop()
    return progress


async def kept(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of the tables that recording writes.

    An interaction's number is its place among them: what imports change draws numbers as well.
    """
    found = {}
    ids = await run(url, "SELECT id FROM interactions ORDER BY id")
    places = {id: place for place, (id,) in enumerate(ids)}
    for table, key in TABLES.items():
        rows = await run(url, f"SELECT * FROM {table} ORDER BY {key}")
        if table in ("totals", "scores", "activity"):
            rows = [tuple(map(exact, row)) for row in rows]
        numbered = NUMBERED.get(table, ())
        found[table] = [
            tuple(places.get(value) if at in numbered else value for at, value in enumerate(row))
            for row in rows
        ]
    return found


def exact(value: Any) -> Any:
    """A decayed count as the fraction that it is; there are several bytes for the same one."""
    if not isinstance(value, bytes):
        return value
    floor, units = decode(value)
    return Fraction(units) * Fraction(2) ** floor


async def clear(url: str) -> None:
    database = Database.at(url)
    if not database.is_embedded:
        await empty(database)
        return
    for table in (*TABLES, *BESIDE):
        await run(url, f"DELETE FROM {table}" if table != "log_head" else "SELECT 1")
    await run(url, "DELETE FROM incarnations WHERE follows >= 0")
    await run(url, "UPDATE log_head SET last_number = 0, quiet_commits = 0")


@pytest.mark.slow
async def test_large_commits_leave_what_lines_leave_one_by_one(
    database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows, totals, decayed counts, scores, activity and tokens are equal, and verify agrees."""
    chance = random.Random(11)  # noqa: S311
    given = [line(chance, number, clock.now) for number in range(LINES)]
    file = "\n".join(map(json.dumps, given)).encode()

    together = await import_all(database_url, file, clock)
    after_batches = await kept(database_url)
    again = await import_all(database_url, file, clock)
    await clear(database_url)
    monkeypatch.setattr(importing, "LINES_AT_ONCE", 1)
    apart = await import_all(database_url, file, clock)
    after_lines = await kept(database_url)

    assert len(after_batches["event_ids"]) > 2 * LARGE  # so on PostgreSQL rows were copied
    assert {"CREATED", "UNDONE", "UNCHANGED", "AGGREGATED", "NOT_STORED"} <= set(together.outcomes)
    assert together.outcomes == apart.outcomes
    assert again.outcomes["UNCHANGED"] > LINES // 2
    for table in TABLES:
        # How many commits there were is what differs, and the last one's mark; not how far it came.
        width = 3 if table == "log_head" else None
        ours = [row[:width] for row in after_batches[table]]
        assert ours == [row[:width] for row in after_lines[table]], table
        assert ours, table
    async with Database.at(database_url).reading():
        assert [each async for each in verify(Verification(), Scoring())] == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_lines_that_a_database_is_too_far_away_for_are_not_called_bad(
    database_url: str, clock: FixedClock
) -> None:
    """It goes while a batch is tried line by line: the import ends, and no line is reported."""
    file = Database.at(database_url).path
    posts = ("p0", "poison", "p1", "p2")
    given = [{"user_id": "ann", "action": "VIEW", "post_id": post} for post in posts]
    source = io.BytesIO("\n".join(map(json.dumps, given)).encode())
    rejected, shown = list[int](), list[int]()
    progress = Import(lambda number, reason: rejected.append(number), shown.append)

    async def leave(transaction: int) -> None:
        if transaction == 4:  # all at once, then line by line
            file.rename(f"{file}.away")

    async with poisoned(database_url), writing(database_url, before=leave) as (writer, _):
        with pytest.raises(Overloaded):
            await import_lines(
                lines(source, "ndjson"), writer, progress, identity=Identity(SECRET), clock=clock
            )
        file.with_name(f"{file.name}.away").rename(file)

    assert (rejected, shown, progress.outcomes) == ([], [], {})
    assert await targets(database_url) == ["p0"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_an_import_knows_the_line_to_go_on_from(database_url: str, clock: FixedClock) -> None:
    """What is durable ends with a commit; bad lines that were read beyond it do not count."""
    file = Database.at(database_url).path
    good = b'{"user_id": "ann", "action": "VIEW", "post_id": "p"}\n'
    source = io.BytesIO(good * LINES + b"bad\n" * LINES)
    progress = Import(lambda number, reason: None, lambda end: None)

    async def leave(transaction: int) -> None:
        if transaction == 2:
            file.rename(f"{file}.away")

    async with writing(database_url, before=leave) as (writer, _):
        with pytest.raises(Overloaded):
            await import_lines(
                lines(source, "ndjson"), writer, progress, identity=Identity(SECRET), clock=clock
            )
        file.with_name(f"{file.name}.away").rename(file)

    assert progress.durable_line == importing.LINES_AT_ONCE
    assert len(await targets(database_url)) == importing.LINES_AT_ONCE
