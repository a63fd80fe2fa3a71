"""LIMITED users: what they do counts once and for nobody, by the same rules as for others."""

import io
from typing import Any

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.ledger.opening import open_ledger
from models.vocabulary import PrivacyLevel
from resolvers.identity import Identity
from resolvers.moving.import_lines import lines
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY
from tests.support.client import RECORD_MANY, Caller, FixedClock
from tests.support.levels import set_level
from tests.support.serving import SECRET, serving
from tests.support.sql import count, run

HOUR_S, DAY_S = 3_600, 86_400
LEA = {"userId": "lea"}
FAVORITE = {**LEA, "action": "FAVORITE", "postId": "p"}
VIEW = {**LEA, "action": "VIEW", "postId": "p"}
NOON, ELEVEN = "2026-11-20T12:00:00Z", "2026-11-20T11:00:00Z"

READ = """{
  user(id: "lea") { interactions { totalCount } counts { count } engagementScore { score } }
  engagementScores(first: 10) { user { alias } }
  post(id: "p") { stats { score counts { action count } } }
  activityStats { total uniqueUsers }
}"""


async def moved(server: Caller) -> list[tuple[Any, ...]]:
    """All that totals, scores and activity say, but for when they were moved last."""
    found: list[tuple[Any, ...]] = []
    for statement in (
        "SELECT subject_kind, subject_id, action, count, folded, bare, decayed, folded_decayed "
        "FROM totals",
        "SELECT subject_kind, subject_id, count, positive, negative FROM scores",
        "SELECT span, start, action, count, folded FROM activity WHERE count <> 0 OR folded <> 0",
    ):
        found += sorted(await run(server.url, statement), key=str)
    return found


async def test_what_counts_is_aggregated_and_answers_with_no_interaction(server: Caller) -> None:
    """The first time counts, a second changes nothing, an undo takes it out, a third counts."""
    first = await server.record(**FAVORITE)

    assert first["outcome"] == "AGGREGATED"
    assert first["interaction"] is None
    assert first["privacyLevel"] == "LIMITED"
    assert first["post"]["stats"]["counts"] == [{"action": "FAVORITE", "count": 1}]
    for outcome, undo in (
        ("UNCHANGED", False),
        ("UNDONE", True),
        ("UNCHANGED", True),
        ("AGGREGATED", False),
    ):
        payload = await server.record(**FAVORITE, undo=undo)
        assert payload["outcome"] == outcome
        assert payload["interaction"] is None
        assert payload["privacyLevel"] == "LIMITED"
    assert await server.counts("p") == {"FAVORITE": 1}


async def test_an_event_counts_each_time_and_needs_no_token(server: Caller) -> None:
    """Without an idempotency id there is nothing to remember of an event."""
    assert await server.outcomes(VIEW, VIEW, VIEW) == ["AGGREGATED"] * 3

    assert await server.counts("p") == {"VIEW": 3}
    assert await count(server.url, "tokens") == 0


async def test_targets_and_activity_are_counted_and_the_user_is_not(server: Caller) -> None:
    """Totals, score and activity move as for FULL; the user has no history, counts or score."""
    await server.outcomes(FAVORITE, VIEW, {**LEA, "action": "REPORT", "postId": "p"})
    await server.record(**LEA, action="SEARCH", target={"kind": "QUERY", "id": "cats"})
    await server.record(**LEA, action="GROUP_JOIN", target={"kind": "GROUP", "id": "g"})

    data = await server.data(READ)

    stats = data["post"]["stats"]
    assert {each["action"]: each["count"] for each in stats["counts"]} == {
        "FAVORITE": 1,
        "VIEW": 1,
        "REPORT": 1,
    }
    assert stats["score"] == pytest.approx(4 - 12)
    assert data["activityStats"] == {"total": 5, "uniqueUsers": 0}
    assert data["engagementScores"] == []
    assert data["user"]["interactions"]["totalCount"] == 0
    assert data["user"]["counts"] == []


async def test_an_undo_is_exact(server: Caller) -> None:
    """Hours later, it leaves totals, scores and activity as they were, to the last digit."""
    others = ("ann", "FAVORITE"), ("ann", "REPORT"), ("lea", "HIDE")
    await server.outcomes(*({"userId": u, "action": a, "postId": "p"} for u, a in others))
    undone = {**FAVORITE, "undo": True}
    assert await server.outcomes(FAVORITE, undone) == ["AGGREGATED", "UNDONE"]
    before = await moved(server)
    assert await server.outcome(**FAVORITE) == "AGGREGATED"
    assert await moved(server) != before
    server.clock.advance(30 * HOUR_S)

    assert await server.outcome(**undone) == "UNDONE"

    assert await moved(server) == before
    assert await server.counts("p") == {"FAVORITE": 1, "HIDE": 1, "REPORT": 1}


async def test_another_input_under_the_same_event_id_is_a_conflict(server: Caller) -> None:
    """The error is the one that FULL users get, under the user's own level."""
    await server.record(**FAVORITE, eventId="e")

    for other in ({"undo": True}, {"postId": "q"}, {"action": "SAVE"}):
        payload = await server.record(**{**FAVORITE, **other}, eventId="e")
        assert payload["outcome"] == "REJECTED"
        assert payload["privacyLevel"] == "LIMITED"
        assert [(e["code"], e["field"]) for e in payload["errors"]] == [
            ("CONFLICT_ID", ["eventId"])
        ]
    assert await server.outcome(userId="max", action="SAVE", postId="p", eventId="e") == "CREATED"
    assert await server.counts("p") == {"FAVORITE": 1, "SAVE": 1}


async def test_opposites_exclude_each_other(server: Caller) -> None:
    """Recording one is an undo of the other, on a tie of instants as well, in one batch or more."""
    more, less = (
        {**LEA, "action": f"{word}_LIKE_THIS", "postId": "p"} for word in ("MORE", "LESS")
    )

    assert await server.outcomes(more, less) == ["AGGREGATED", "AGGREGATED"]
    assert await server.counts("p") == {"LESS_LIKE_THIS": 1}
    assert await server.outcome(**more, undo=True) == "UNCHANGED"
    for input in (more, less, more):
        server.clock.advance(20 * HOUR_S)
        at = "2026-11-20T12:30:00Z"
        assert await server.outcome(**input, occurredAt=at) == "AGGREGATED"
        assert await server.counts("p") == {input["action"]: 1}
    score = (await server.data(READ))["post"]["stats"]["score"]
    assert score == pytest.approx(8 * 2 ** -(59.5 / 24))


async def test_an_undo_counts_nothing_once_the_opposite_is_forgotten(server: Caller) -> None:
    """A late undo of what an opposite had ended finds nothing, however long the opposite lives."""
    more, less = (
        {**LEA, "action": f"{word}_LIKE_THIS", "postId": "p"} for word in ("MORE", "LESS")
    )
    more_then_less = {**more, "occurredAt": "2026-11-20T11:59:50Z"}, less
    assert await server.outcomes(*more_then_less) == ["AGGREGATED", "AGGREGATED"]
    server.clock.advance(DAY_S)
    undo = {**more, "undo": True}
    assert await server.outcome(**undo, occurredAt="2026-11-20T11:59:40Z") == "UNCHANGED"
    server.clock.advance(2 * DAY_S)

    assert await server.outcome(**undo, occurredAt="2026-11-20T11:59:45Z") == "UNCHANGED"

    assert await server.counts("p") == {"LESS_LIKE_THIS": 1}


async def test_time_not_arrival_orders_records_and_undos(server: Caller) -> None:
    """A late record loses to a later undo, on a tie too; a late undo to a later record."""
    undo = {**FAVORITE, "undo": True}
    assert await server.outcome(**undo, occurredAt=ELEVEN) == "UNCHANGED"
    server.clock.advance(DAY_S)
    assert await server.outcome(**FAVORITE, occurredAt=ELEVEN) == "UNCHANGED"
    assert await server.outcome(**FAVORITE, occurredAt=NOON) == "AGGREGATED"
    server.clock.advance(DAY_S)
    assert await server.outcome(**undo, occurredAt="2026-11-20T11:59:59Z") == "UNCHANGED"
    assert await server.counts("p") == {"FAVORITE": 1}
    assert await server.outcome(**undo, occurredAt=NOON) == "UNDONE"
    assert await server.counts("p") == {}


async def test_what_is_too_old_is_rejected_and_remembered_by_no_token(server: Caller) -> None:
    """The retention holds as for FULL."""
    payload = await server.record(**FAVORITE, occurredAt="2026-08-22T11:59:59Z", eventId="e")

    assert payload["outcome"] == "REJECTED"
    assert payload["privacyLevel"] == "LIMITED"
    assert [(e["code"], e["field"]) for e in payload["errors"]] == [("TOO_OLD", ["occurredAt"])]
    assert await count(server.url, "tokens") == await count(server.url, "totals") == 0


async def test_an_import_is_counted_and_remembered_as_well(server: Caller) -> None:
    """Old events and states count too; lines with event ids change nothing a second time."""
    templates = (
        '{"user_id": "lea", "action": "VIEW", "post_id": "p", "event_id": "1", %s}',
        '{"user_id": "lea", "action": "SAVE", "post_id": "p", "event_id": "2", %s}',
        '{"user_id": "lea", "action": "HIDE", "post_id": "p", %s}',
    )
    file = "\n".join(line % '"occurred_at": "2001-01-01T00:00:00Z"' for line in templates)

    assert await imported(server, file) == {"AGGREGATED": 3}
    assert await imported(server, file) == {"UNCHANGED": 3}

    assert await server.counts("p") == {"VIEW": 1, "SAVE": 1, "HIDE": 1}
    assert await run(server.url, "SELECT sum(folded), sum(bare) FROM totals") == [(3, 0)]
    assert await server.outcome(**{**FAVORITE, "action": "SAVE"}, undo=True) == "UNDONE"
    assert await server.counts("p") == {"VIEW": 1, "HIDE": 1}
    assert await count(server.url, "interactions") == 0


async def imported(server: Caller, text: str) -> dict[str, int]:
    """Import lines of JSON by the server's clock; what became of how many."""
    writer = Writer(open_ledger(Database.at(server.url)), Rules(90 * DAY))
    writer.start()
    progress = Import(lambda line, reason: None, lambda place: None)
    source = lines(io.BytesIO(text.encode()), "ndjson")
    await import_lines(source, writer, progress, identity=Identity(SECRET), clock=server.clock)
    await writer.stop()
    return dict(progress.outcomes)


async def test_a_batch_mixes_levels(server: Caller) -> None:
    """Each input is judged by its own user's level, and `recorded` counts what was aggregated."""
    users = ("ann", "lea", "nora", "lea", "ann")
    inputs = [{"userId": user, "action": "FAVORITE", "postId": "p"} for user in users]

    batch = (await server.data(RECORD_MANY, inputs=inputs))["recordInteractions"]

    outcomes = [each["outcome"] for each in batch["results"]]
    assert outcomes == ["CREATED", "AGGREGATED", "NOT_STORED", "UNCHANGED", "UNCHANGED"]
    assert [each["interaction"] is None for each in batch["results"]] == [
        False,
        True,
        True,
        True,
        False,
    ]
    assert (batch["recorded"], batch["rejected"]) == (2, 0)
    assert await server.counts("p") == {"FAVORITE": 2}
    assert await server.history("ann") == ["FAVORITE p"]
    assert await count(server.url, "interactions") == 1


async def test_of_two_users_each_has_their_own_tokens(server: Caller) -> None:
    """The same state of two LIMITED users counts twice; an undo takes out one."""
    both = [FAVORITE, {**FAVORITE, "userId": "leo"}]
    assert await server.outcomes(*both) == ["AGGREGATED"] * 2

    assert await server.outcome(**FAVORITE, undo=True) == "UNDONE"
    assert await server.outcomes(*both) == ["AGGREGATED", "UNCHANGED"]
    assert await server.counts("p") == {"FAVORITE": 2}


@pytest.mark.parametrize(
    ("level", "outcome"), [("limited", "AGGREGATED"), ("none", "NOT_STORED"), ("full", "CREATED")]
)
async def test_the_default_level_is_that_of_users_who_chose_none(
    database_url: str, clock: FixedClock, level: str, outcome: str
) -> None:
    """It holds for judging and for what payloads say; a choice overrides it."""
    settings = Settings(database_url, SECRET, default_privacy=PrivacyLevel[level.upper()])
    async with serving(settings, clock) as server:
        await set_level(database_url, SECRET, "max", PrivacyLevel.FULL)
        await set_level(database_url, SECRET, "nora", PrivacyLevel.NONE)

        payload = await server.record(**VIEW)
        assert (payload["outcome"], payload["privacyLevel"]) == (outcome, level.upper())
        rejected = await server.record(**{**VIEW, "postId": ""})
        assert (rejected["outcome"], rejected["privacyLevel"]) == ("REJECTED", level.upper())
        inputs = [{**VIEW, "userId": user} for user in ("max", "nora", "lea")]
        assert await server.outcomes(*inputs) == ["CREATED", "NOT_STORED", outcome]
