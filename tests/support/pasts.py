"""A user's past in tests: how it comes about, and what is left of it in a database."""

from collections.abc import Collection
from typing import Any

from graph.config.settings import Settings
from models.database.database import Database
from models.ledger.opening import open_ledger
from models.tables import TABLES as TABLES
from models.values import kept_sum
from models.vocabulary import ActionType, TargetKind
from resolvers.audit.verifying import Verification, verify
from resolvers.identity import Identity
from resolvers.instants import parse_instant
from resolvers.moving.import_lines import Line
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.validation import RecordRequest
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller
from tests.support.serving import SECRET
from tests.support.sql import run

SET = """
mutation Set($input: SetPrivacyInput!) {
  setPrivacy(input: $input) {
    privacy { level createdAt updatedAt } removedInteractions dryRun errors { code field message }
  }
}
"""
ERASE = """
mutation Erase($input: EraseUserInput!) {
  eraseUser(input: $input) {
    removedInteractions removedScores removedSettings erasedAt errors { code field message }
  }
}
"""
BEHIND_THE_LOG = {
    "ranks",
    "rank_changes",
    "followers",
    "positives",
    "engaged_posts",
    "pair_parts",
    "near_posts",
}
"""The tables that followers write, and what is queued for one."""


def alias(user_id: str) -> str:
    return Identity(SECRET).alias(user_id)


async def choose(caller: Caller, **input: Any) -> dict[str, Any]:
    """Send setPrivacy and return its payload."""
    payload: dict[str, Any] = (await caller.data(SET, input=input))["setPrivacy"]
    return payload


async def erase(caller: Caller, **input: Any) -> dict[str, Any]:
    """Send eraseUser and return its payload."""
    payload: dict[str, Any] = (await caller.data(ERASE, input=input))["eraseUser"]
    return payload


async def imported(caller: Caller, *requests: RecordRequest) -> None:
    """Import inputs; those before the retention are folded, or bare where they are states."""
    writer = Writer(open_ledger(Database.at(caller.url)), Settings(caller.url, SECRET).rules)
    writer.start()
    progress = Import(lambda number, reason: None, lambda end: None)
    lines = (Line(number, number, request) for number, request in enumerate(requests, 1))
    try:
        await import_lines(lines, writer, progress, identity=Identity(SECRET), clock=caller.clock)
    finally:
        await writer.stop()
    assert "REJECTED" not in progress.outcomes


async def differences() -> list[str]:
    """What verify tells of the database that is being read."""
    return [str(difference) async for difference in verify(Verification(), Scoring())]


async def everything(
    url: str, tables: Collection[str] = tuple(sorted({*TABLES} - BEHIND_THE_LOG))
) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but those that are made of the log later, in one order."""
    return {table: sorted(await run(url, f"SELECT * FROM {table}"), key=str) for table in tables}


async def traces(url: str, user_id: str) -> list[str]:
    """The tables that hold a user's id or alias anywhere, one for each row that does."""
    found = []
    for table, rows in (await everything(url, TABLES)).items():
        found += [table for row in rows if alias(user_id) in str(row) or user_id in str(row)]
    return found


async def about_targets(url: str) -> list[tuple[Any, ...]]:
    """All that totals, scores and activity say of targets, but for what counts nothing."""
    found = []
    for key, counted in (
        ("subject_kind, subject_id, action", "count, decayed FROM totals WHERE subject_kind <> 0"),
        (
            "subject_kind, subject_id",
            "count, positive, negative FROM scores WHERE subject_kind <> 0",
        ),
        ("span, start, action", "count FROM activity"),
    ):
        size, sums = len(key.split(", ")), dict[tuple[Any, ...], list[tuple[Any, ...]]]()
        for row in await run(url, f"SELECT {key}, {counted}"):
            sums.setdefault(row[:size], []).append(row[size:])
        for of, slots in sums.items():
            number, *decayed = zip(*slots, strict=True)
            if sum(number):
                found.append((*of, sum(number), *map(kept_sum, decayed)))
    return sorted(found, key=str)


async def healthy() -> bool:
    return [each async for each in verify(Verification(), Scoring())] == []


BEFORE_RETENTION = parse_instant("2026-01-01T00:00:00Z")


PRIVACY = '{ user(id: "ann") { privacy { level createdAt updatedAt } } }'


async def fill(server: Caller, user_id: str) -> None:
    """Every kind of thing that can be stored about a user: 8 interactions that count."""
    who = {"userId": user_id}
    hour_ago = "2026-11-20T11:00:00Z"
    await server.outcomes(
        {**who, "action": "FAVORITE", "postId": "p", "eventId": "e1", "occurredAt": hour_ago},
        {**who, "action": "VIEW", "postId": "p", "eventId": "e2"},
        {**who, "action": "VIEW", "postId": "q", "context": {"source": "home"}},
        {**who, "action": "HIDE", "postId": "q"},
        {**who, "action": "HIDE", "postId": "q", "undo": True},
        {**who, "action": "BOOKMARK", "postId": "q", "undo": True, "eventId": "e3"},
        {**who, "action": "SEARCH", "target": {"kind": "QUERY", "id": "cats"}},
        {**who, "action": "PROFILE_VISIT", "target": {"kind": "PROFILE", "id": user_id}},
        {**who, "action": "PROFILE_VISIT", "target": {"kind": "PROFILE", "id": "cid"}},
        {**who, "action": "GROUP_JOIN", "target": {"kind": "GROUP", "id": "g"}},
    )
    community = TargetKind.COMMUNITY, "c"
    await imported(
        server,
        old(user_id, ActionType.REPORT, post_id="p"),
        old(user_id, ActionType.COMMUNITY_JOIN, target=community, undo=True),
    )


def old(user_id: str, action: ActionType, **input: Any) -> RecordRequest:
    """What happened before the retention: once imported, an event is folded, a state is bare."""
    return RecordRequest(action, user_id, occurred_at=BEFORE_RETENTION, **input)


FILLED = 8
"""SHOWN: FAVORITE, two VIEWs, SEARCH, two PROFILE_VISITs, GROUP_JOIN; BARE: REPORT."""
