"""What descriptions of posts are used as: read by post, and found by facet."""

from collections.abc import Iterator

from models.reading.signals.descriptions import (
    PostDescription,
    description_of,
    descriptions_of,
    posts_with,
)
from models.records import Changes
from models.signal_records import FacetKey, StoredFacet, StoredPost
from models.vocabulary import FacetKind, target_kind

__all__ = [
    "PostDescription",
    "descriptions_of",
    "facet_rows",
    "facets_of",
    "find_anew",
    "place_value",
    "posts_with",
]


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


def facet_rows(row: StoredPost) -> dict[FacetKey, StoredFacet]:
    """The rows by which a described post is found."""
    at = row.described_at if row.created_at is None else min(row.created_at, row.described_at)
    return {
        FacetKey(row.post_id, int(kind), value): StoredFacet(row.post_id, int(kind), value, at)
        for kind, value in facets_of(description_of(row))
    }


def find_anew(changes: Changes, post_id: str, row: StoredPost | None) -> None:
    """Have a post found by its row as it is now, whatever it was found by before."""
    changes.gone.facets.add(post_id)
    if row is not None:
        changes.facets |= facet_rows(row)
