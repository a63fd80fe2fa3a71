"""What the peers run: one statement, and a function of it, that count as the product would."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from bench.peers.statements import LEAN, create, create_lean, drop, statements
from models.database.database import Database
from models.vocabulary import ACTIONS, ActionType, SubjectKind
from resolvers.scoring import decay
from resolvers.scoring.weights import Scoring
from tests.support.sql import count, run

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

REPLY = ACTIONS[ActionType.REPLY]
AT = 1_790_000_000_000_000
HOUR = 3_600_000_000


@pytest.fixture
async def server(database_url: str) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    database = Database.at(database_url)
    await create(database)
    async with database.connected() as connected:
        yield connected
    await drop(database)


async def _record(
    server: "asyncpg.Connection[asyncpg.Record]", event_id: str, at: int = AT
) -> int | None:
    arguments = ("u_00", REPLY.code, "p1", event_id, at, REPLY.weight)
    number: int | None = await server.fetchval(statements()["record"], *arguments)
    return number


async def test_a_recorded_event_is_in_history_and_counts_for_user_and_post(
    database_url: str, server: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """One row, and one more in the totals of both."""
    number = await _record(server, "e1")

    history = await server.fetch(statements()["history"], "u_00", 20)
    assert [tuple(row) for row in history] == [(number, REPLY.code, 1, "p1", AT)]
    totals = await server.fetch(statements()["totals"], ["p1", "p2"])
    assert [tuple(row) for row in totals] == [("p1", REPLY.code, 1, AT)]
    counted = "SELECT subject_kind, subject_id, action, count FROM totals ORDER BY subject_kind"
    assert await run(database_url, counted) == [
        (SubjectKind.USER, "u_00", REPLY.code, 1),
        (SubjectKind.POST, "p1", REPLY.code, 1),
    ]


async def test_an_event_id_sent_again_changes_nothing(
    database_url: str, server: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """The second one has no number, and nothing counts twice."""
    await _record(server, "e1")

    assert await _record(server, "e1") is None

    assert await count(database_url, "interactions") == 1
    assert await run(database_url, "SELECT DISTINCT count FROM totals") == [(1,)]
    assert await run(database_url, "SELECT DISTINCT count FROM scores") == [(1,)]


async def test_subjects_are_ranked_as_the_product_ranks_them(
    database_url: str, server: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """The rank key after two events, an hour apart, is the product's but for rounding."""
    await _record(server, "e1")
    await _record(server, "e2", AT + HOUR)

    keys = await run(database_url, "SELECT rank_key FROM ranks ORDER BY subject_kind")
    assert [key for (key,) in keys] == pytest.approx(
        [_rank_key(kind) for kind in (SubjectKind.USER, SubjectKind.POST)], abs=1e-9
    )


async def test_the_function_records_as_the_statement_does(
    database_url: str, server: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """PostGraphile's function adds the same row, and answers nothing for a repeat."""
    call = "SELECT action::text, target_id FROM peers.record_interaction('u_00', 'REPLY', 'p1', $1)"

    first, repeated = await server.fetchrow(call, "e1"), await server.fetchrow(call, "e1")

    assert (tuple(first or ()), tuple(repeated or ())) == (("REPLY", "p1"), (None, None))
    stored = "SELECT user_alias, action, target_kind, target_id, status FROM interactions"
    assert await run(database_url, stored) == [("u_00", REPLY.code, 1, "p1", 0)]
    stats = await server.fetchrow("SELECT replies, views, engagement_rate FROM peers.stats('{p1}')")
    assert tuple(stats or ()) == (1, 0, None)


def _rank_key(kind: SubjectKind) -> float:
    half_life = Scoring().half_life(kind)
    assert half_life is not None
    both = decay.plus(decay.occurrence(AT, half_life), decay.occurrence(AT + HOUR, half_life))
    return decay.rank_key(decay.times(both, REPLY.weight))


async def test_lean_tables_hold_what_the_products_do_and_count_on(
    database_url: str, server: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """They begin with the same interactions; an event id that comes again changes nothing there."""
    await _record(server, "e1")
    lean = statements(LEAN)
    await create_lean(Database.at(database_url))
    arguments = ("u_00", REPLY.code, "p1", "e2", AT + HOUR, REPLY.weight)

    first = await server.fetchval(lean["record"], *arguments)
    again = await server.fetchval(lean["record"], *arguments)

    assert first is not None
    assert again is None
    history = await server.fetch(lean["history"], "u_00", 20)
    assert [tuple(row)[1:] for row in history] == [
        (REPLY.code, 1, "p1", AT + HOUR),
        (REPLY.code, 1, "p1", AT),
    ]
    totals = await server.fetch(lean["totals"], ["p1", "p2"])
    assert [tuple(row) for row in totals] == [("p1", REPLY.code, 2, AT + HOUR)]
    assert await server.fetchval("SELECT score FROM lean.scores") == REPLY.weight
