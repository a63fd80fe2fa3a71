"""Interactions, and the pages of them that posts, users and the root have."""

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import orjson
import strawberry
from strawberry import Private

from graph.context import Context, Info
from graph.filters import InteractionFilter
from graph.node import Node
from graph.scalars import ID, JSON, Instant, Long
from graph.targets import Target
from graph.transport.costs import Rows
from models.records import StoredInteraction, Subject
from models.vocabulary import ACTION_BY_CODE, ActionType, SubjectKind, TargetKind, target_kind
from resolvers import histories
from resolvers.histories import COUNT_LIMIT, PAGE_LIMIT, PAGE_SIZE, Page, Scope, Window
from resolvers.opaque import Opaque

if TYPE_CHECKING:
    from graph.posts import Post
    from graph.users import User

First = Annotated[
    int | None,
    strawberry.argument(description="How many from the start, the newest: 1 to 100."),
]
After = Annotated[
    str | None, strawberry.argument(description="Only what comes after this edge: older ones.")
]
Last = Annotated[
    int | None, strawberry.argument(description="How many from the end, the oldest: 1 to 100.")
]
Before = Annotated[
    str | None, strawberry.argument(description="Only what comes before this edge: newer ones.")
]
Chosen = Annotated[
    InteractionFilter | None, strawberry.argument(description="Which interactions; all if absent.")
]

PAGE = Rows(
    PAGE_SIZE, ("first", "last"), PAGE_LIMIT, counted=COUNT_LIMIT, totalled=frozenset({"actions"})
)


@strawberry.type(description="What came with an interaction.")
class InteractionContext:
    source: str | None = strawberry.field(description="Where it happened, such as a timeline.")
    recommended: bool = strawberry.field(description="Whether a recommendation led to it.")
    recommendation_id: ID | None = strawberry.field(description="Which recommendation.")
    metadata: JSON | None = strawberry.field(description="The client's own JSON, as given.")


@strawberry.type(description="Something a user did: an event, or a state that holds.")
class Interaction(Node):
    row: Private[StoredInteraction]
    interaction_id: ID = strawberry.field(
        description="`int_…`, opaque and stable: what the REST face shows."
    )
    user_alias: ID = strawberry.field(description="`u_…`: who did it, under a pseudonym.")
    action: ActionType = strawberry.field(description="What the user did.")
    target: Target = strawberry.field(description="What it was done to.")
    occurred_at: Instant = strawberry.field(
        description="When it happened, or since when the state holds."
    )
    recorded_at: Instant = strawberry.field(description="When the server received it.")

    # strawberry's own takes names, and longer: a page has many
    def __init__(self, row: StoredInteraction, interaction_id: ID) -> None:
        self.row = row
        self.interaction_id = interaction_id
        self.user_alias = row.user_alias
        self.action = ACTION_BY_CODE[row.action].type
        self.target = Target(target_kind(row.target_kind), row.target_id)
        self.occurred_at, self.recorded_at = row.occurred_at, row.recorded_at

    @classmethod
    def of(cls, row: StoredInteraction, opaque: Opaque) -> "Interaction":
        return cls(row, opaque.interaction_id(row.id))

    @property
    def key(self) -> str:
        return self.interaction_id

    @strawberry.field(description="What came with it.")
    def context(self) -> InteractionContext | None:
        return _context(self.row)

    @strawberry.field(description="The post; null when the target is not one.")
    def post(self) -> Annotated["Post", strawberry.lazy("graph.posts")] | None:
        from graph.posts import Post

        return Post.of(self.target.id) if self.target.kind is TargetKind.POST else None

    @strawberry.field(description="The user who did it.")
    def user(self) -> Annotated["User", strawberry.lazy("graph.users")]:
        from graph.users import User

        return User.of(self.user_alias)


def _context(row: StoredInteraction) -> InteractionContext | None:
    if row.context is None and row.source is None and not row.recommended:
        return None
    kept = orjson.loads(row.context) if row.context else {}
    return InteractionContext(
        source=row.source,
        recommended=bool(row.recommended),
        recommendation_id=kept.get("recommendationId"),
        metadata=kept.get("metadata"),
    )


@strawberry.type(description="An interaction in a list, and where it stands there.")
class InteractionEdge:
    cursor: str = strawberry.field(description="Pass it as `after` or `before`.")
    node: Interaction = strawberry.field(description="The interaction.")


@strawberry.type(description="What lies around a page.")
class PageInfo:
    page: Private[Page]
    opaque: Private[Opaque]

    @strawberry.field(description="The first edge's cursor.")
    def start_cursor(self) -> str | None:
        return self._cursor(self.page.interactions[:1])

    @strawberry.field(description="The last edge's cursor.")
    def end_cursor(self) -> str | None:
        return self._cursor(self.page.interactions[-1:])

    @strawberry.field(description="Whether older interactions follow.")
    async def has_next_page(self, info: Info) -> bool:
        return await self.page.has_next(info.context.loaders.histories)

    @strawberry.field(description="Whether newer interactions precede.")
    async def has_previous_page(self, info: Info) -> bool:
        return await self.page.has_previous(info.context.loaders.histories)

    def _cursor(self, rows: Sequence[StoredInteraction]) -> str | None:
        return histories.cursor(rows[0], self.opaque) if rows else None


@strawberry.type(
    description="A page of interactions, newest first; 20 unless `first` or `last` says otherwise."
)
class InteractionConnection:
    page: Private[Page]
    opaque: Private[Opaque]

    @strawberry.field(description="The page, with cursors.")
    def edges(self) -> list[InteractionEdge]:
        cursors = (histories.cursor(row, self.opaque) for row in self.page.interactions)
        pairs = zip(cursors, self._nodes(), strict=True)
        return [InteractionEdge(cursor=cursor, node=node) for cursor, node in pairs]

    @strawberry.field(description="What lies around the page.")
    def page_info(self) -> PageInfo:
        return PageInfo(page=self.page, opaque=self.opaque)

    @strawberry.field(description="The page without cursors.")
    def nodes(self) -> list[Interaction]:
        return self._nodes()

    @strawberry.field(
        description="How many there are in all: exact up to 10 000, and beyond wherever totals "
        "tell; else null. Computed only when selected."
    )
    async def total_count(self, info: Info) -> Long | None:
        return await counted(self.page, info.context)

    def _nodes(self) -> list[Interaction]:
        rows = self.page.interactions
        return list(map(Interaction, rows, self.opaque.interaction_ids([row.id for row in rows])))


async def counted(page: Page, context: Context) -> Long | None:
    """How many interactions there are around a page, in all; None if too many to count."""
    if page.filter.passes_nothing or not page.scopes:
        return 0
    if page.counted_by_totals:
        kinds = {"user": SubjectKind.USER, "post": SubjectKind.POST}
        subjects = [Subject(kinds[scope.owner], scope.key) for scope in page.scopes]
        found = await context.loaders.all_totals(subjects)
        return sum(totals.shown(page.filter.actions) for totals in found)
    size = await context.loaders.size(page.scopes, page.filter)
    return size if size <= COUNT_LIMIT else None


async def connection(
    scope: Scope, window: Window, chosen: InteractionFilter | None, context: Context
) -> InteractionConnection:
    """A page of a history as the schema shows it."""
    opaque = context.product.opaque
    wish = histories.ANY if chosen is None else chosen.wish()
    scope, wish = histories.narrowed(scope, wish, context.caller)
    context.pages += 1
    page = await histories.page(context.loaders.histories, scope, wish, window, opaque)
    if context.pages > 1:
        # What was loaded together would be completed together, and all others wait meanwhile.
        async with context.turn:
            await asyncio.sleep(0)
    return InteractionConnection(page=page, opaque=opaque)
