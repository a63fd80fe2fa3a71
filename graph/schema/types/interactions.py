"""Interactions, and the pages of them that posts, users and the root have."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import orjson
import strawberry
from strawberry import Private

from graph.compiled.outputs.columnar import Coded, Columnar, list_of
from graph.schema.info import Info
from graph.schema.inputs.filters import InteractionFilter
from graph.schema.scalars import ID, JSON, Instant, Long
from graph.schema.types.global_ids import global_ids
from graph.schema.types.node import Node
from graph.schema.types.targets import Target
from graph.transport.documents.costs import Rows
from graph.transport.documents.selections import selected
from models.reading.histories.rows import HistoryRow, HistoryRows
from models.reading.history import HistoryCursor, HistoryOwner, ShownInteraction
from models.vocabulary import ACTION_BY_CODE, TARGET_KINDS, ActionType, TargetKind, target_kind
from resolvers.history.filters import ANY
from resolvers.history.pages import (
    COUNT_LIMIT,
    PAGE_LIMIT,
    PAGE_SIZE,
    Page,
    PageRequest,
    cursor,
    read_page,
)
from resolvers.history.scan_budget import LEAST
from resolvers.id_cipher import IdCipher

if TYPE_CHECKING:
    from graph.schema.types.posts import Post
    from graph.schema.types.users import User

First = Annotated[
    int | None,
    strawberry.argument(description="How many from the start, the newest: 0 to 100."),
]
After = Annotated[
    str | None, strawberry.argument(description="Only what comes after this edge: older ones.")
]
Last = Annotated[
    int | None, strawberry.argument(description="How many from the end, the oldest: 0 to 100.")
]
Before = Annotated[
    str | None, strawberry.argument(description="Only what comes before this edge: newer ones.")
]
Chosen = Annotated[
    InteractionFilter | None, strawberry.argument(description="Which interactions; all if absent.")
]

PAGE = Rows(
    PAGE_SIZE,
    ("first", "last"),
    PAGE_LIMIT,
    counted=COUNT_LIMIT,
    totalled=frozenset({"actions"}),
    passed_over=LEAST,
    indexed=frozenset({"userAliases", "postIds", "since", "until"}),
)


#: Fields of interactions that brief pages have.
BRIEFLY = frozenset({"id", "interactionId", "action", "target", "occurredAt", "__typename"})


@strawberry.type(description="What came with an interaction.")
class InteractionContext:
    source: str | None = strawberry.field(description="Where it happened, such as a timeline.")
    recommended: bool = strawberry.field(description="Whether a recommendation led to it.")
    recommendation_id: ID | None = strawberry.field(description="Which recommendation.")
    content_type: str | None = strawberry.field(description="The post's content type, as given.")
    hashtags: list[str] = strawberry.field(
        description="The post's hashtags as given, NFKC-normalised and case-folded, without `#`."
    )
    author_alias: ID | None = strawberry.field(
        description="`u_…`: the post's author as given, under a pseudonym."
    )
    metadata: JSON | None = strawberry.field(description="The client's own JSON, as given.")


@strawberry.type(description="Something a user did: an event, or a state that holds.")
class Interaction(Node):
    row: Private[ShownInteraction]
    interaction_id: ID = strawberry.field(
        description="`int_…`, opaque and stable: what the REST API shows."
    )
    user_alias: ID = strawberry.field(description="`u_…`: who did it, under a pseudonym.")
    action: ActionType = strawberry.field(description="What the user did.")
    target: Target = strawberry.field(description="What it was done to.")
    occurred_at: Instant = strawberry.field(
        description="When it happened, or since when the state holds."
    )
    recorded_at: Instant = strawberry.field(description="When the server received it.")

    # strawberry's own takes names, and longer: a page has many
    def __init__(self, row: ShownInteraction, interaction_id: ID) -> None:
        self.row = row
        self.interaction_id = interaction_id
        self.user_alias = row.user_alias
        self.action = ACTION_BY_CODE[row.action].type
        self.target = Target(target_kind(row.target_kind), row.target_id)
        self.occurred_at, self.recorded_at = row.occurred_at, row.recorded_at

    @classmethod
    def of(cls, row: ShownInteraction, id_cipher: IdCipher) -> "Interaction":
        return cls(row, id_cipher.interaction_id(row.id))

    @property
    def key(self) -> str:
        return self.interaction_id

    @strawberry.field(description="What came with it.")
    def context(self) -> InteractionContext | None:
        return _context(self.row)

    @strawberry.field(description="The post; null when the target is not one.")
    def post(self) -> Annotated["Post", strawberry.lazy("graph.schema.types.posts")] | None:
        from graph.schema.types.posts import Post

        return Post.of(self.target.target_id) if self.target.kind is TargetKind.POST else None

    @strawberry.field(description="The user who did it.")
    def user(self) -> Annotated["User", strawberry.lazy("graph.schema.types.users")]:
        from graph.schema.types.users import User

        return User.of(self.user_alias)


def _context(row: ShownInteraction) -> InteractionContext | None:
    if row.context is None and row.source is None and not row.recommended:
        return None
    kept = orjson.loads(row.context) if row.context else {}
    return InteractionContext(
        source=row.source,
        recommended=bool(row.recommended),
        recommendation_id=kept.get("recommendationId"),
        content_type=kept.get("contentType"),
        hashtags=kept.get("hashtags", []),
        author_alias=kept.get("authorAlias"),
        metadata=kept.get("metadata"),
    )


Source = tuple[HistoryRows, IdCipher]
"""What a columnar list of interactions is made of."""


def _column(name: str) -> Callable[[Source], Sequence[Any]]:
    at = HistoryRow._fields.index(name)
    return lambda source: source[0].columns[at]


def _global_ids(rows: HistoryRows, id_cipher: IdCipher) -> list[str]:
    joined = id_cipher.joined_interaction_ids(rows.columns[0], "Interaction:")  # 48 bytes each
    return global_ids(joined, len(rows))


def _ids(source: Source) -> list[str]:
    rows, id_cipher = source
    return id_cipher.interaction_ids(rows.columns[0])


@list_of(Interaction)
class Interactions(Columnar[Interaction, Source]):
    """Interactions of rows that are in columns."""

    columns: ClassVar = {
        "id": lambda source: _global_ids(*source),
        "interaction_id": _ids,
        "action": Coded(
            _column("action"), {code: action.type for code, action in ACTION_BY_CODE.items()}
        ),
        "target.kind": Coded(_column("target_kind"), TARGET_KINDS),
        "target.target_id": _column("target_id"),
        "target.id": _column("target_id"),
        "occurred_at": _column("occurred_at"),
        "user_alias": _column("user_alias"),
        "recorded_at": _column("recorded_at"),
    }

    def make(self) -> list[Interaction]:
        return _interactions(*self.source)


def _interactions(rows: Sequence[HistoryRow], id_cipher: IdCipher) -> list[Interaction]:
    return [*map(Interaction, rows, id_cipher.interaction_ids([row.id for row in rows]))]


@strawberry.type(description="An interaction in a list, and where it stands there.")
class InteractionEdge:
    cursor: str = strawberry.field(description="Pass it as `after` or `before`.")
    node: Interaction = strawberry.field(description="The interaction.")


@strawberry.type(description="What lies around a page.")
class PageInfo:
    page: Private[Page]
    id_cipher: Private[IdCipher]

    @strawberry.field(
        description="Pass it as `before` to go on: the first edge's cursor or, where a page from "
        "the end was ended early, where it was."
    )
    def start_cursor(self) -> str | None:
        return self._cursor(self.page.start)

    @strawberry.field(
        description="Pass it as `after` to go on: the last edge's cursor or, where the page was "
        "ended early, where it was."
    )
    def end_cursor(self) -> str | None:
        return self._cursor(self.page.end)

    @strawberry.field(description="Whether older interactions follow, or may follow.")
    async def has_next_page(self, info: Info) -> bool:
        return await self.page.has_next(info.context.loaders)

    @strawberry.field(description="Whether newer interactions precede, or may precede.")
    async def has_previous_page(self, info: Info) -> bool:
        return await self.page.has_previous(info.context.loaders)

    def _cursor(self, place: HistoryCursor | None) -> str | None:
        return None if place is None else self.id_cipher.history_cursor(place)


@strawberry.type(
    description="A page of interactions, newest first; 20 unless `first` or `last` says otherwise. "
    "At most 10 000 rows are looked at for a page, fewer where an operation has many: one whose "
    "filter passes few of them may be short or empty while `pageInfo` says that more may follow."
)
class InteractionConnection:
    page: Private[Page]
    id_cipher: Private[IdCipher]

    @strawberry.field(description="The page, with cursors.")
    def edges(self) -> list[InteractionEdge]:
        rows = self.page.interactions
        cursors = (cursor(row, self.id_cipher) for row in rows)
        pairs = zip(cursors, _interactions(rows, self.id_cipher), strict=True)
        return [InteractionEdge(cursor=text, node=node) for text, node in pairs]

    @strawberry.field(description="What lies around the page.")
    def page_info(self) -> PageInfo:
        return PageInfo(page=self.page, id_cipher=self.id_cipher)

    @strawberry.field(description="The page without cursors.", graphql_type=list[Interaction])
    def nodes(self) -> Sequence[Interaction]:
        rows = self.page.interactions
        if isinstance(rows, HistoryRows):
            return Interactions((rows, self.id_cipher))
        return _interactions(rows, self.id_cipher)

    @strawberry.field(
        description="How many there are in all: exact wherever totals tell, or at most 10 000 rows "
        "must be looked at; else null. Computed only when selected."
    )
    async def total_count(self, info: Info) -> Long | None:
        return await self.page.total_count(info.context.loaders)


def _is_brief(info: Info) -> bool:
    """Whether of a page's interactions nothing is selected that a brief page has not."""
    return BRIEFLY.issuperset(selected(info, "nodes") | selected(info, "edges", "node"))


async def connection(
    owner: HistoryOwner,
    request: PageRequest,
    filter: InteractionFilter | None,
    info: Info,
) -> InteractionConnection:
    """A page of a history as the schema shows it."""
    context = info.context
    id_cipher = context.services.id_cipher
    context.pages_asked += 1
    page = await read_page(
        owner,
        ANY if filter is None else filter.input(),
        request,
        caller=context.caller,
        loaders=context.loaders,
        id_cipher=id_cipher,
        brief=_is_brief(info),
    )
    await context.wait_for_slice()
    return InteractionConnection(page=page, id_cipher=id_cipher)
