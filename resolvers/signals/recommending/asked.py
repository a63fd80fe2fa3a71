"""What is asked for: whose recommendations, how many, and which posts may be among them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.vocabulary import ID_LENGTH
from resolvers.errors import BadUserInput
from resolvers.id_cipher import IdCipher
from resolvers.scoring.engagement import checked_size
from resolvers.signals.recommending.shown import Shown, opened
from resolvers.targets import BadId, check_text

EXCLUDED = 100
"""Posts that a caller may exclude."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of recommendations for a user, as a caller asks for it; None takes the default."""

    alias: str
    first: int | None = None
    after: str | None = None
    exclude_seen: bool | None = None
    exclude: Sequence[str] | None = None
    filter: PostFilter = ALL_POSTS


@dataclass(frozen=True, slots=True)
class PageRequest:
    """The same, checked: `size` posts at most, none of those shown before and none excluded."""

    alias: str
    size: int
    shown: Shown
    seen_too: bool
    excluded: frozenset[str]
    filter: PostFilter

    def wanted(self, post_ids: Iterable[str]) -> Iterator[str]:
        """Those of some posts that may come, each once, in their order."""
        given = dict.fromkeys(post_ids)
        return self.shown.without(each for each in given if each not in self.excluded)


def checked(asked: Asked, id_cipher: IdCipher) -> PageRequest:
    """What was asked for, checked.

    Raises:
        BadUserInput: an argument is out of bounds or malformed, or the cursor is not the user's.
    """
    size = checked_size(asked.first)
    shown = opened(asked.after, id_cipher, asked.alias)
    return PageRequest(
        alias=asked.alias,
        size=0 if asked.filter.passes_nothing else min(size, shown.left),
        shown=shown,
        seen_too=asked.exclude_seen is False,
        excluded=_excluded(asked.exclude or ()),
        filter=asked.filter,
    )


def _excluded(post_ids: Sequence[str]) -> frozenset[str]:
    if len(post_ids) > EXCLUDED:
        message = f"got {len(post_ids)} items; allowed are at most {EXCLUDED}"
        raise BadUserInput("exclude", message)
    try:
        return frozenset(check_text(post_id, ID_LENGTH) for post_id in post_ids)
    except BadId as bad:
        raise BadUserInput("exclude", bad.message) from None
