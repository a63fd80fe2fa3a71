"""What descriptions of posts are used as: read by post, and found by facet."""

from collections.abc import Iterator

from models.reading.signals.descriptions import PostDescription, descriptions_of, posts_with
from models.vocabulary import FacetKind, target_kind

__all__ = ["PostDescription", "descriptions_of", "facets_of", "place_value", "posts_with"]


def facets_of(description: PostDescription) -> Iterator[tuple[FacetKind, str]]:
    """What a post is found by; one that is deleted, by nothing."""
    if description.deleted:
        return
    if description.content_type is not None:
        yield FacetKind.CONTENT_TYPE, description.content_type
    for tag in description.hashtags:
        yield FacetKind.HASHTAG, tag
    if description.author_alias is not None:
        yield FacetKind.AUTHOR, description.author_alias
    for kind, id in description.places:
        yield FacetKind.PLACE, place_value(kind, id)


def place_value(kind: int, id: str) -> str:
    """The value of the facet of a group or community, by its subject kind: `KIND:id`."""
    return f"{target_kind(kind)}:{id}"
