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
_ENGAGED = [_CODES[name] for name in ("favorites", "reblogs", "bookmarks", "clicks")]
_VIEWS = _CODES["views"]


ActionCount: TypeAlias = tuple[ActionType, int]
"""An action, and how often it occurred."""


class Totals:
    """A subject's totals; an action that never occurred, or is all undone, has none."""

    __slots__ = ("by_action", "last_at")

    def __init__(self, counts: Counts) -> None:
        #: How often each action, by its code, holds or happened.
        self.by_action = counts.by_action
        #: When the latest interaction occurred, since undone or not; None before the first.
        self.last_at = counts.last_at

    @property
    def counts(self) -> list[ActionCount]:
        """The actions that occurred, highest count first, ties in the vocabulary's order."""
        occurred = zip(*self.occurred, strict=True)
        return [(ACTION_BY_CODE[action].type, count) for action, count in occurred]

    @property
    def occurred(self) -> tuple[list[int], list[int]]:
        """The codes of those actions, and their counts."""
        count_of = self.by_action.__getitem__
        actions = sorted(self.by_action)  # the vocabulary's order, which ties then keep
        actions.sort(key=count_of, reverse=True)
        counts = [*map(count_of, actions)]
        while counts and counts[-1] <= 0:
            del counts[-1], actions[-1]
        return actions, counts

    def count(self, action: int) -> int:
        """How often an action, by its code, holds or happened."""
        return self.by_action.get(action, 0)

    def named(self) -> dict[str, int]:
        """The counts of the nine actions that have names of their own."""
        count = self.by_action.get
        return {name: count(code, 0) for name, code in _CODES.items()}

    @property
    def engagement_rate(self) -> float | None:
        """(favorites + reblogs + bookmarks + clicks) / views; None without views."""
        count = self.by_action.get
        views = count(_VIEWS, 0)
        return sum(count(action, 0) for action in _ENGAGED) / views if views else None

    def total(self, actions: Sequence[int] | None) -> int:
        """The sum of the counts of these actions or of all."""
        if actions is None:
            return sum(self.by_action.values())
        return sum(map(self.count, {*actions}))


class TotalsTable:
    """The totals of many subjects, in their order, column by column."""

    def __init__(self, totals: Sequence[Totals]) -> None:
        self.totals = totals
        self._columns: dict[int, list[int]] = {}

    def counts(self, action: int) -> list[int]:
        """How often an action, by its code, holds or happened for each."""
        if action not in self._columns:
            self._columns[action] = [each.by_action.get(action, 0) for each in self.totals]
        return self._columns[action]

    def last_at(self) -> list[Micros | None]:
        """When the latest interaction of each occurred; None before the first."""
        return [each.last_at for each in self.totals]

    def engagement_rates(self) -> list[float | None]:
        """The engagement rate of each."""
        return [
            (favorites + reblogs + bookmarks + clicks) / views if views else None
            for favorites, reblogs, bookmarks, clicks, views in zip(
                *map(self.counts, (*_ENGAGED, _VIEWS)), strict=True
            )
        ]
