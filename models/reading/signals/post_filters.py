"""Filters of posts by their descriptions, and the SQL conditions that they stand for."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.reading.filters import Conditions
from models.records import Micros
from models.vocabulary import FacetKind


@dataclass(frozen=True, slots=True)
class PostFilter:
    """Which described posts to take.

    Of each kind that is there a post must have any of the values. One that was created before
    `created_since`, or of which nobody said when, is left out where that is given.
    """

    facets: Mapping[FacetKind, tuple[str, ...]] = field(default_factory=dict)
    created_since: Micros | None = None

    @property
    def passes_everything(self) -> bool:
        """Whether posts pass that are not described, too."""
        return not self.facets and self.created_since is None

    @property
    def passes_nothing(self) -> bool:
        """Whether an empty list lets nothing pass, which needs no reading to know."""
        return () in self.facets.values()

    def conditions(self, conditions: Conditions, post_id: str) -> list[str]:
        """What it asks of a post, whose id is in a column; none of them is deleted."""
        found = []
        described = f"EXISTS (SELECT 1 FROM posts p WHERE p.post_id = {post_id} AND "
        if self.passes_everything:
            return [f"NOT {described}p.deleted)"]
        asked = ["NOT p.deleted"]
        for kind, values in self.facets.items():
            among = conditions.among(list(values), "text")
            if kind in _COLUMNS:
                asked.append(f"p.{_COLUMNS[kind]} {among}")
            else:
                # A sign has SQLite look at all hashtags of a post, not in its index for each value.
                value = "+f.value" if conditions.is_sqlite else "f.value"
                of = f"f.post_id = {post_id} AND f.facet = {int(kind)} AND {value} {among}"
                found.append(f"EXISTS (SELECT 1 FROM post_facets f WHERE {of})")
        if self.created_since is not None:
            asked.append(f"p.created_at >= {conditions.add(self.created_since)}")
        return [f"{described}{' AND '.join(asked)})", *found]


_COLUMNS = {FacetKind.CONTENT_TYPE: "content_type", FacetKind.AUTHOR: "author_alias"}
"""Facets of which a post has one, in its description."""

ALL_POSTS = PostFilter()
