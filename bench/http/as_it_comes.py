"""The same work by the same libraries as they come: strawberry's view over Tortoise's models.

`python -m bench.http.as_it_comes DATABASE_URL PORT` answers the workloads' documents, written as
the two libraries' own documentation shows it.
"""

import itertools
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import strawberry
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route
from strawberry import ID
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from tortoise import Tortoise
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from models.database.database import Database
from models.tables import EventId, Interaction, Score, Total
from models.values import event_key
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    ActionType,
    Status,
    SubjectKind,
    TargetKind,
    target_kind,
)

CONNECTIONS = 16
_NUMBERS = itertools.count(1_000_000_000_000)  # far above those that the database holds
_NOTHING = bytes(5)
strawberry.enum(ActionType)
strawberry.enum(TargetKind)


@strawberry.type
class TargetType:
    kind: TargetKind
    id: ID


@strawberry.type
class InteractionType:
    id: ID
    action: ActionType
    target: TargetType
    occurred_at: datetime

    @classmethod
    def of(cls, row: Interaction) -> "InteractionType":
        target = TargetType(kind=target_kind(row.target_kind), id=ID(row.target_id))
        action = ACTION_BY_CODE[row.action].type
        return cls(id=ID(str(row.id)), action=action, target=target, occurred_at=_at(row))


@strawberry.type
class Interactions:
    nodes: list[InteractionType]


@strawberry.type
class User:
    alias: ID

    @strawberry.field
    async def interactions(self, first: int = 20) -> Interactions:
        rows = Interaction.filter(user_alias=self.alias, status=Status.SHOWN)
        found = await rows.order_by("-occurred_at", "-id").limit(first)
        return Interactions(nodes=[InteractionType.of(row) for row in found])


@strawberry.type
class ActionCount:
    action: ActionType
    count: int


@strawberry.type
class InteractionCounts:
    favorites: int
    reblogs: int
    replies: int
    bookmarks: int
    clicks: int
    views: int


@strawberry.type
class PostStats:
    engagement_rate: float | None
    counts: list[ActionCount]
    interaction_counts: InteractionCounts
    last_interaction_at: datetime | None

    @classmethod
    def of(cls, rows: list[Total]) -> "PostStats":
        by_action = {ACTION_BY_CODE[row.action].type: row.count for row in rows}
        shown = sorted((item for item in by_action.items() if item[1]), key=lambda item: -item[1])
        named = (ActionType.FAVORITE, ActionType.REBLOG, ActionType.REPLY, ActionType.BOOKMARK)
        of = [by_action.get(action, 0) for action in (*named, ActionType.CLICK, ActionType.VIEW)]
        favorites, reblogs, replies, bookmarks, clicks, views = of
        engaged = favorites + reblogs + bookmarks + clicks
        last_at = max((row.last_at for row in rows), default=None)
        return cls(
            engagement_rate=engaged / views if views else None,
            counts=[ActionCount(action=action, count=count) for action, count in shown],
            interaction_counts=InteractionCounts(
                favorites=favorites,
                reblogs=reblogs,
                replies=replies,
                bookmarks=bookmarks,
                clicks=clicks,
                views=views,
            ),
            last_interaction_at=None if last_at is None else _instant(last_at),
        )


@strawberry.type
class Post:
    post_id: ID

    @strawberry.field
    async def stats(self, info: strawberry.Info[Any, None]) -> PostStats:
        found: PostStats = await info.context["stats"].load(self.post_id)
        return found


@strawberry.input
class RecordInteractionInput:
    user_alias: ID
    action: ActionType
    post_id: ID
    event_id: ID


@strawberry.type
class Recorded:
    outcome: str
    interaction: InteractionType


@strawberry.type
class Query:
    @strawberry.field
    def user(self, alias: ID) -> User:
        return User(alias=alias)

    @strawberry.field
    def post(self, id: ID) -> Post:
        return Post(post_id=id)

    @strawberry.field
    def posts(self, ids: list[ID]) -> list[Post]:
        return [Post(post_id=id) for id in ids]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def record_interaction(self, input: RecordInteractionInput) -> Recorded:
        return Recorded(outcome="CREATED", interaction=InteractionType.of(await _record(input)))


async def _record(input: RecordInteractionInput) -> Interaction:
    code, now, number = ACTIONS[input.action].code, _now(), next(_NUMBERS)
    async with in_transaction():
        await EventId.create(
            **event_key(input.user_alias, input.event_id)._asdict(),
            action=code,
            target_id=input.post_id,
            undo=False,
            interaction_id=number,
            seen_at=now,
        )
        row = await Interaction.create(
            id=number,
            seq=number,
            user_alias=input.user_alias,
            action=code,
            target_kind=SubjectKind.POST,
            target_id=input.post_id,
            occurred_at=now,
            recorded_at=now,
            status=Status.SHOWN,
            recommended=False,
        )
        subjects = ((SubjectKind.USER, input.user_alias), (SubjectKind.POST, input.post_id))
        for kind, id in subjects:
            key: dict[str, Any] = {"subject_kind": kind, "subject_id": id, "action": code}
            new = {"count": 0, "folded": 0, "bare": 0, "last_at": now}
            await Total.get_or_create(new, **key)
            await Total.filter(**key).update(count=F("count") + 1, last_at=now)
        for kind, id in subjects:
            sums = {"count": 0, "positive": _NOTHING, "negative": _NOTHING}
            await Score.get_or_create(sums, subject_kind=kind, subject_id=id)
            await Score.filter(subject_kind=kind, subject_id=id).update(count=F("count") + 1)
    return row


async def _stats(ids: list[str]) -> list[PostStats]:
    rows: dict[str, list[Total]] = {id: [] for id in ids}
    for row in await Total.filter(subject_kind=SubjectKind.POST, subject_id__in=ids):
        rows[row.subject_id].append(row)
    return [PostStats.of(rows[id]) for id in ids]


class _View(GraphQL[Any, Any]):
    """Strawberry's view, with a loader for each request."""

    async def get_context(self, request: Any, response: Any) -> Any:
        return {"stats": DataLoader(load_fn=_stats)}


def _now() -> int:
    return int(datetime.now(UTC).timestamp() * 1_000_000)


def _at(row: Interaction) -> datetime:
    return _instant(row.occurred_at)


def _instant(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1e6, UTC)


def main(url: str, port: int) -> None:
    database = Database.at(url)
    config = database.orm_config()
    more = {"busy_timeout": 5_000} if database.is_embedded else {"maxsize": CONNECTIONS}
    config["connections"][database.dialect]["credentials"].update(more)

    @asynccontextmanager
    async def connected(app: Starlette) -> AsyncIterator[None]:
        await Tortoise.init(config=config, _enable_global_fallback=True)
        yield
        await Tortoise.close_connections()

    view = _View(strawberry.Schema(Query, Mutation))
    app = Starlette(routes=[Route("/graphql", view)], lifespan=connected)
    uvicorn.run(app, port=port, access_log=False, log_level="warning")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
