"""Filling a database for benchmarks: what is there is what the product would have recorded."""

from pathlib import Path
from typing import Any

import pytest

from bench.databases.filling import HOT_USER, fill
from models.database.database import Database
from models.database.migrating import migrate
from models.ledger.opening import open_ledger
from models.upserts import ACTIVITY, EVENT_IDS, INTERACTIONS, OUTCOMES, SCORES, TOTALS
from models.vocabulary import ACTION_BY_CODE, target_kind
from resolvers.caller import Caller
from resolvers.identity import Identity
from resolvers.recording.contexts import RecordContext
from resolvers.recording.judging import Rules
from resolvers.recording.recorder import Recorder
from resolvers.recording.submissions import Outcome
from resolvers.recording.validation import RecordRequest
from resolvers.recording.writer import Writer
from resolvers.scoring.facet_parts import FacetSums
from resolvers.scoring.weights import Scoring
from tests.support.client import FixedClock
from tests.support.pasts import differences
from tests.support.serving import SECRET
from tests.support.sql import run

pytestmark = pytest.mark.slow  # databases are filled as benchmarks fill them

ROWS, USERS, POSTS, HOT = 1_500, 30, 20, 300


async def _filled(url: str, rows: int, *, hot: int = 0, hashtags: int = 0) -> None:
    database, options = Database.at(url), {"hot_user_rows": hot, "hashtags": hashtags}
    await fill(database, rows, USERS, POSTS, **options, secret=SECRET, until=FixedClock().now)


@pytest.mark.parametrize("hashtags", [0, 40])
async def test_a_filled_database_has_nothing_to_put_right(database_url: str, hashtags: int) -> None:
    """All that is summed up of 20 000 rows is what the rows say, with and without descriptions."""
    await _filled(database_url, 20_000, hashtags=hashtags)

    async with Database.at(database_url).reading():
        assert await differences() == []
    assert await run(database_url, "SELECT count(*), max(seq) FROM interactions") == [
        (20_000, 20_000)
    ]
    assert await run(database_url, "SELECT last_number FROM log_head") == [(20_000,)]


async def test_a_filled_database_is_what_recording_the_same_leaves(
    database_url: str, tmp_path: Path
) -> None:
    """Recorded one by one at their instants, the same inputs leave the same in all tables."""
    await _filled(database_url, ROWS, hot=HOT)
    recorded = f"sqlite://{tmp_path}/recorded.db"
    await migrate(Database.at(recorded))

    await _record(recorded, await _inputs(database_url))

    assert await _everything(recorded) == await _everything(database_url)
    assert await _preferences(recorded) == await _preferences(database_url)


async def test_a_filled_database_keeps_its_indexes(database_url: str) -> None:
    """The indexes that were dropped to be quick are there again."""
    listing = "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
    if database_url.startswith("postgres"):
        listing = "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    before = await run(database_url, listing)

    await _filled(database_url, 100)

    assert sorted(await run(database_url, listing), key=str) == sorted(before, key=str)


async def test_one_user_owns_as_many_rows_as_asked(database_url: str) -> None:
    """The hot user has exactly the rows that were asked for."""
    await _filled(database_url, ROWS, hot=HOT)

    alias = Identity(SECRET).alias(HOT_USER)
    owned = f"SELECT count(*) FROM interactions WHERE user_alias = '{alias}'"
    assert await run(database_url, owned) == [(HOT,)]


async def _inputs(url: str) -> list[tuple[int, RecordRequest]]:
    """What a client would have sent for each row, and when."""
    with_id = "SELECT interaction_id FROM event_ids"
    with_id += " UNION SELECT id FROM interactions WHERE event_key IS NOT NULL"
    event_ids = {number: f"event-{number}" for (number,) in await run(url, with_id)}
    columns = "id, user_alias, action, target_kind, target_id, occurred_at, source, recommended"
    inputs = []
    for row in await run(url, f"SELECT {columns} FROM interactions ORDER BY id"):
        id, alias, action, kind, target, at, source, recommended = row
        request = RecordRequest(
            ACTION_BY_CODE[action].type,
            user_alias=alias,
            target=(target_kind(kind), target),
            event_id=event_ids.get(id),
            context=RecordContext(source, bool(recommended)),
        )
        inputs.append((at, request))
    return inputs


async def _record(url: str, inputs: list[tuple[int, RecordRequest]]) -> None:
    writer, clock = Writer(open_ledger(Database.at(url)), Rules()), FixedClock()
    writer.start()
    recorder = Recorder(writer, Identity(SECRET), clock)
    for at, request in inputs:
        clock.now = at
        assert (await recorder.record(request, Caller())).outcome is Outcome.CREATED
    await writer.stop()


async def _everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the tables that recording writes, their numbers counted from 0."""
    ids = await _counted(url, "id")
    counted = {"id": ids, "interaction_id": ids, "seq": await _counted(url, "seq")}
    return {
        upsert.table: sorted(
            (
                tuple(
                    counted[name].get(value) if name in counted else value
                    for name, value in zip(upsert.columns, row, strict=True)
                )
                for row in await run(url, f"SELECT {', '.join(upsert.columns)} FROM {upsert.table}")
            ),
            key=str,
        )
        for upsert in (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY, OUTCOMES)
    }


async def _preferences(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """What each user's parts add up to, however many there are."""
    sums: dict[str, FacetSums] = {}
    for alias, part in await run(url, "SELECT user_alias, entries FROM facet_parts"):
        sums.setdefault(alias, FacetSums(Scoring().user_half_life)).add(bytes(part))
    return {alias: sorted(found) for alias, found in sums.items()}


async def _counted(url: str, column: str) -> dict[int, int]:
    """The place of each number of a column in their order: a database may begin anywhere."""
    rows = await run(url, f"SELECT {column} FROM interactions ORDER BY {column}")
    return {number: place for place, (number,) in enumerate(rows)}
