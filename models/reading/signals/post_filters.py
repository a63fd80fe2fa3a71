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
        of = f"SELECT 1 FROM post_facets f WHERE f.post_id = {post_id}"
        for kind, values in self.facets.items():
            among = conditions.among(list(values), "text")
            found.append(f"EXISTS ({of} AND f.facet = {int(kind)} AND f.value {among})")
        is_gone = f"SELECT 1 FROM posts p WHERE p.post_id = {post_id} AND p.deleted"
        found.append(f"NOT EXISTS ({is_gone})")
        if self.created_since is not None:
            since = conditions.add(self.created_since)
            found.append(
                f"EXISTS (SELECT 1 FROM posts p WHERE p.post_id = {post_id} "
                f"AND p.created_at >= {since})"
            )
        return found


ALL_POSTS = PostFilter()
