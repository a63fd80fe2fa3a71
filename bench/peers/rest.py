"""A REST server by FastAPI and asyncpg: `python rest.py CONFIG PORT`.

It runs in the peers' own environment and knows nothing of the product but statements and numbers.
"""

import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import asyncpg
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel, Field

CONFIG = json.loads(Path(sys.argv[1]).read_text())
STATEMENTS, ACTIONS, KINDS = CONFIG["statements"], CONFIG["actions"], CONFIG["kinds"]
ActionType = StrEnum("ActionType", {name: name for name in ACTIONS})  # type: ignore[misc]
TargetKind = StrEnum("TargetKind", {name: name for name in KINDS})  # type: ignore[misc]
NAMES = {code: ActionType(name) for name, (code, _) in ACTIONS.items()}
TARGETS = [TargetKind(name) for name in KINDS]


class Input(BaseModel):
    """What a user did."""

    userAlias: str  # noqa: N815 (the names of the schema)
    action: ActionType
    postId: str  # noqa: N815
    eventId: str  # noqa: N815


class Target(BaseModel):
    kind: TargetKind
    id: str


class Interaction(BaseModel):
    id: int
    action: ActionType
    target: Target
    occurredAt: datetime  # noqa: N815


class Recorded(BaseModel):
    outcome: str
    interaction: Interaction | None


class ActionCount(BaseModel):
    action: ActionType
    count: int


class InteractionCounts(BaseModel):
    favorites: int
    reblogs: int
    replies: int
    bookmarks: int
    clicks: int
    views: int


class Stats(BaseModel):
    engagementRate: float | None  # noqa: N815
    counts: list[ActionCount]
    lastInteractionAt: datetime | None  # noqa: N815


class PostCounts(BaseModel):
    postId: str  # noqa: N815
    engagementRate: float | None  # noqa: N815
    interactionCounts: InteractionCounts  # noqa: N815


class Posts(BaseModel):
    ids: Annotated[list[str], Field(max_length=100)]


@asynccontextmanager
async def connected(app: FastAPI) -> AsyncIterator[None]:
    where = {name: CONFIG[name] for name in ("host", "user", "database")}
    size = CONFIG["pool"]
    async with asyncpg.create_pool(**where, min_size=size, max_size=size) as pool:
        app.state.pool = pool
        yield


app = FastAPI(lifespan=connected)


@app.post("/interactions")
async def record(given: Input) -> Recorded:
    code, weight = ACTIONS[given.action]
    now = time.time_ns() // 1_000
    arguments = (given.userAlias, code, given.postId, given.eventId, now, weight)
    number = await app.state.pool.fetchval(STATEMENTS["record"], *arguments)
    if number is None:
        return Recorded(outcome="UNCHANGED", interaction=None)
    target = Target(kind=TARGETS[1], id=given.postId)
    interaction = Interaction(
        id=number, action=given.action, target=target, occurredAt=_instant(now)
    )
    return Recorded(outcome="CREATED", interaction=interaction)


@app.get("/users/{alias}/interactions")
async def history(alias: str, first: int = 20) -> list[Interaction]:
    rows = await app.state.pool.fetch(STATEMENTS["history"], alias, first)
    return [
        Interaction(
            id=row[0],
            action=NAMES[row[1]],
            target=Target(kind=TARGETS[row[2]], id=row[3]),
            occurredAt=_instant(row[4]),
        )
        for row in rows
    ]


@app.get("/posts/{id}/stats")
async def stats(id: str) -> Stats:
    rows = (await _totals([id]))[id]
    shown = sorted((row for row in rows if row[2]), key=lambda row: -row[2])
    return Stats(
        engagementRate=_rate(_counts(rows)),
        counts=[ActionCount(action=NAMES[row[1]], count=row[2]) for row in shown],
        lastInteractionAt=_instant(max(row[3] for row in rows)) if rows else None,
    )


@app.post("/posts")
async def posts(given: Posts) -> list[PostCounts]:
    totals = await _totals(given.ids)
    return [_post(id, _counts(totals[id])) for id in given.ids]


def _post(id: str, counts: dict[str, int]) -> PostCounts:
    named = InteractionCounts(
        favorites=counts.get("FAVORITE", 0),
        reblogs=counts.get("REBLOG", 0),
        replies=counts.get("REPLY", 0),
        bookmarks=counts.get("BOOKMARK", 0),
        clicks=counts.get("CLICK", 0),
        views=counts.get("VIEW", 0),
    )
    return PostCounts(postId=id, engagementRate=_rate(counts), interactionCounts=named)


async def _totals(ids: list[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {id: [] for id in ids}
    for row in await app.state.pool.fetch(STATEMENTS["totals"], ids):
        found[row[0]].append(row)
    return found


def _counts(rows: list[Any]) -> dict[str, int]:
    return {NAMES[row[1]]: row[2] for row in rows}


def _rate(counts: dict[str, int]) -> float | None:
    engaged = sum(counts.get(name, 0) for name in ("FAVORITE", "REBLOG", "BOOKMARK", "CLICK"))
    return engaged / counts["VIEW"] if counts.get("VIEW") else None


def _instant(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
