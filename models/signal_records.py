"""Rows of the tables of what a feed needs, as plain records."""

from dataclasses import dataclass
from typing import NamedTuple

from models.instants import Micros


class FacetKey(NamedTuple):
    """A post, and one thing it is found by."""

    post_id: str
    facet: int
    value: str


@dataclass(slots=True)
class StoredPost:
    """A row of `posts`."""

    post_id: str
    author_alias: str | None
    content_type: str | None
    hashtags: str | None
    places: str | None
    created_at: Micros | None
    deleted: bool
    described_at: Micros


@dataclass(slots=True)
class StoredFacet:
    """A row of `post_facets`, without its number."""

    post_id: str
    facet: int
    value: str
    at: Micros
