"""What the totals of a post, a user or another target say."""

from collections.abc import Sequence
from typing import TypeAlias

from models.reading.totals import Counts
from models.records import Micros
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionType

COUNTED = {
    "favorites": ActionType.FAVORITE,
    "reblogs": ActionType.REBLOG,
    "replies": ActionType.REPLY,
    "bookmarks": ActionType.BOOKMARK,
    "more_like_this": ActionType.MORE_LIKE_THIS,
    "less_like_this": ActionType.LESS_LIKE_THIS,
    "clicks": ActionType.CLICK,
    "views": ActionType.VIEW,
    "hides": ActionType.HIDE,
}
_CODES = {name: ACTIONS[action].code for name, action in COUNTED.items()}
_FAVORITE, _REBLOG, _BOOKMARK, _CLICK, _VIEW = (
    _CODES[name] for name in ("favorites", "reblogs", "bookmarks", "clicks", "views")
)


ActionCount: TypeAlias = tuple[ActionType, int]
"""An action, and how often it occurred."""


class Totals:
    """A subject's totals; an action that never occurred, or is all undone, has none."""

    __slots__ = ("_by_action", "_counts")

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self._by_action = dict(zip(counts.actions, counts.counts, strict=True))

    @property
    def counts(self) -> list[ActionCount]:
        """The actions that occurred, highest count first, ties in the vocabulary's order."""
        each = self._by_action.items()
        occurred = sorted([(-count, action) for action, count in each if count > 0])
        return [(ACTION_BY_CODE[action].type, -count) for count, action in occurred]

    @property
    def last_at(self) -> Micros | None:
        """When the latest interaction occurred, since undone or not; None before the first."""
        return self._counts.last_at

    def count(self, action: int) -> int:
        """How often an action, by its code, holds or happened."""
        return self._by_action.get(action, 0)

    def named(self) -> dict[str, int]:
        """The counts of the nine actions that have names of their own."""
        count = self._by_action.get
        return {name: count(code, 0) for name, code in _CODES.items()}

    @property
    def engagement_rate(self) -> float | None:
        """(favorites + reblogs + bookmarks + clicks) / views; None without views."""
        count = self._by_action.get
        views = count(_VIEW, 0)
        if not views:
            return None
        states = count(_FAVORITE, 0) + count(_REBLOG, 0) + count(_BOOKMARK, 0)
        return (states + count(_CLICK, 0)) / views

    def shown(self, actions: Sequence[int] | None) -> int:
        """How many of them history shows, of these actions or of all."""
        if actions is None:
            return sum(self._counts.shown)
        pairs = zip(self._counts.actions, self._counts.shown, strict=True)
        return sum(shown for action, shown in pairs if action in actions)
