"""Lists of posts, read with all that is selected of them."""

from collections.abc import Sequence

from graph.schema.info import Info
from graph.schema.types.posts import Post
from graph.transport.documents.selections import selects
from models.records import Subject
from models.vocabulary import SubjectKind

DESCRIBED = ("authorAlias", "contentType", "hashtags", "places", "createdAt")
"""Fields that a description has."""


async def whole_posts(post_ids: Sequence[str], info: Info) -> list[Post]:
    """Posts in their order, of which no field has to wait: hundreds that do are as many tasks."""
    posts, loaders = [Post.of(post_id) for post_id in post_ids], info.context.loaders
    if selects(info, "stats"):
        subjects = [Subject(SubjectKind.POST, post_id) for post_id in post_ids]
        for post, totals in zip(posts, await loaders.all_totals(subjects), strict=True):
            post.totals = totals
        if selects(info, "stats", "score"):
            await loaders.subject_totals(subjects)
    if any(selects(info, field) for field in DESCRIBED):
        found = await loaders.description.load_many(list(post_ids))
        for post, description in zip(posts, found, strict=True):
            post.description = description
    return posts
