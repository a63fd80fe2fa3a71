"""Lists of posts, read with all that is selected of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from operator import attrgetter
from typing import Any, ClassVar

from graph.compiled.outputs.columnar import Columnar, list_of
from graph.schema.info import Info
from graph.schema.types.global_ids import global_id
from graph.schema.types.posts import Post
from graph.transport.documents.selections import selected
from models.reading.signals.descriptions import PostDescription
from models.records import Subject
from models.vocabulary import ACTIONS, SubjectKind
from resolvers.history.stats import COUNTED, TotalsTable

DESCRIBED = ("authorAlias", "contentType", "hashtags", "places", "createdAt")
"""Fields that a description has."""


@dataclass(slots=True)
class Source:
    """What is read of posts: the ids that they were asked for by and, where selected, the rest."""

    post_ids: Sequence[str]
    totals: TotalsTable | None = None
    descriptions: Sequence[PostDescription] | None = None


def _totals(take: Callable[[TotalsTable], Sequence[Any]]) -> Callable[[Source], Sequence[Any]]:
    def column(source: Source) -> Sequence[Any]:
        if source.totals is None:
            raise LookupError("totals were not read")
        return take(source.totals)

    return column


def _described(name: str) -> Callable[[Source], Sequence[Any]]:
    take = attrgetter(name)

    def column(source: Source) -> Sequence[Any]:
        if source.descriptions is None:
            raise LookupError("descriptions were not read")
        return [*map(take, source.descriptions)]

    return column


@list_of(Post)
class Posts(Columnar[Post, Source]):
    """Posts with what was read of them."""

    columns: ClassVar = {
        "id": lambda source: [*map(partial(global_id, "Post"), source.post_ids)],
        "post_id": attrgetter("post_ids"),
        **{name: _described(name) for name in ("author_alias", "content_type", "created_at")},
        "stats.post_id": attrgetter("post_ids"),
        "stats.engagement_rate": _totals(TotalsTable.engagement_rates),
        "stats.last_interaction_at": _totals(TotalsTable.last_at),
        **{
            f"stats.interaction_counts.{name}": _totals(
                partial(TotalsTable.counts, action=ACTIONS[action].code)
            )
            for name, action in COUNTED.items()
        },
    }

    def make(self) -> list[Post]:
        source = self.source
        posts = [Post.of(post_id) for post_id in source.post_ids]
        if source.totals is not None:
            for post, totals in zip(posts, source.totals.totals, strict=True):
                post.totals = totals
        if source.descriptions is not None:
            for post, description in zip(posts, source.descriptions, strict=True):
                post.description = description
        return posts


async def whole_posts(post_ids: Sequence[str], info: Info) -> Posts:
    """Posts in their order, of which no field has to wait: hundreds that do are as many tasks."""
    fields, source, loaders = selected(info), Source(post_ids), info.context.loaders
    if "stats" in fields:
        subjects = [Subject(SubjectKind.POST, post_id) for post_id in post_ids]
        with_shown = "totalCount" in selected(info, "interactions")
        source.totals = TotalsTable(await loaders.all_totals(subjects, with_shown=with_shown))
        if "score" in selected(info, "stats"):
            await loaders.subject_totals(subjects)
    if not fields.isdisjoint(DESCRIBED):
        source.descriptions = await loaders.description.load_many(list(post_ids))
    return Posts(source)
