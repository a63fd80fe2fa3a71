"""Rows of the tables of what a feed needs, as plain records."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from models.values import Micros
from models.vocabulary import ACTIONS, ActionType

LED_TO: Final = (
    ActionType.VIEW,
    ActionType.CLICK,
    ActionType.FAVORITE,
    ActionType.REBLOG,
    ActionType.BOOKMARK,
    ActionType.HIDE,
)
"""The actions that tell whether recommending helps: outcomes are counts of them."""

OUTCOME_CODES: Final = frozenset(ACTIONS[type].code for type in LED_TO)

OTHER_NAME: Final = "other"
"""The source or variant of what came with more of them than a day has."""

NAMES_LIMIT: Final = 1_000
"""Sources of a day that are counted by their own names, and as many variants."""

SOURCE_MARK: Final = ":"
"""What tells a source from a variant, which ends before the first colon and so holds none."""

DAY: Final = 86_400_000_000
"""Microseconds of a day."""


class FacetKey(NamedTuple):
    """A post, and one thing it is found by."""

    post_id: str
    facet: int
    value: str


class PartKey(NamedTuple):
    """A user, and the number of the commit that counted the part."""

    user_alias: str
    number: int


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


class OutcomeKey(NamedTuple):
    """What outcomes are counted by: the day since 1970 (UTC), and what came with an interaction.

    `recommended` says whether a recommendation led to it, by the flag or by a recommendation's id.
    The source and the variant are empty where there was none.
    """

    day: int
    recommended: bool
    source: str
    variant: str
    action: int


class VariantKey(NamedTuple):
    """A name that outcomes of a day are counted under: a variant, or a source after a colon."""

    day: int
    variant: str

    @property
    def group(self) -> tuple[int, bool]:
        """The day, and whether it is a source: those that are counted together."""
        return self.day, self.variant[:1] == SOURCE_MARK


@dataclass(slots=True)
class OutcomeChange:
    """What a commit adds to a row of `outcomes`; either number may be negative."""

    day: int
    recommended: bool
    source: str
    variant: str
    action: int
    count: int = 0
    aggregated: int = 0

    @property
    def key(self) -> OutcomeKey:
        what = self.source, self.variant, self.action
        return OutcomeKey(self.day, bool(self.recommended), *what)


@dataclass(slots=True)
class StoredVariant:
    """A row of `outcome_variants`."""

    day: int
    variant: str


@dataclass(slots=True)
class StoredFacetPart:
    """A row of `facet_parts`; a part never changes, it is merged into another."""

    user_alias: str
    number: int
    entries: bytes


@dataclass(slots=True)
class StoredUnloggedChange:
    """A row of `unlogged_changes`."""

    number: int
    interaction_id: int
