"""A user's past in tests: how it comes about, and what is left of it in a database."""

import inspect
from typing import Any

from tortoise.models import Model

from graph.settings import Settings
from models import tables
from models.database import Database
from resolvers.identity import Identity
from resolvers.importing import Import, import_lines
from resolvers.importlines import Line
from resolvers.intake import Request
from resolvers.scoring import Scoring
from resolvers.verifying import Verification, verify
from resolvers.writer import Writer
from tests.client import Caller
from tests.conftest import SECRET
from tests.sql import run

TABLES = sorted(
    model._meta.db_table
    for _, model in inspect.getmembers(tables, inspect.isclass)
    if issubclass(model, Model) and model is not Model
)

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


async def imported(caller: Caller, *requests: Request) -> None:
    """Import inputs; those before the retention are folded, or bare where they are states."""
    writer = Writer(Database.at(caller.url).ledger(), Settings(caller.url, SECRET).rules)
    writer.start()
    progress = Import(lambda number, reason: None, lambda end: None)
    lines = (Line(number, number, request) for number, request in enumerate(requests, 1))
    try:
        await import_lines(lines, writer, Identity(SECRET), caller.clock, progress)
    finally:
        await writer.stop()
    assert "REJECTED" not in progress.outcomes


async def differences() -> list[str]:
    """What verify tells of the database that is being read."""
    return [str(difference) async for difference in verify(Verification(), Scoring())]


async def everything(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables, in one order."""
    return {table: sorted(await run(url, f"SELECT * FROM {table}"), key=str) for table in TABLES}


async def traces(url: str, user_id: str) -> list[str]:
    """The tables that hold a user's id or alias anywhere, one for each row that does."""
    found = []
    for table, rows in (await everything(url)).items():
        found += [table for row in rows if alias(user_id) in str(row) or user_id in str(row)]
    return found


async def about_targets(url: str) -> list[tuple[Any, ...]]:
    """All that totals, scores and activity say of targets, but for what counts nothing."""
    totals = "subject_kind, subject_id, action, count, decayed FROM totals"
    scores = "subject_kind, subject_id, count, positive, negative, rank_key FROM scores"
    found = []
    for statement in (
        f"SELECT {totals} WHERE subject_kind <> 0 AND count <> 0",
        f"SELECT {scores} WHERE subject_kind <> 0 AND count <> 0",
        "SELECT span, start, action, count FROM activity WHERE count <> 0",
    ):
        found += await run(url, statement)
    return sorted(found, key=str)
