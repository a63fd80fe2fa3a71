"""What a post's totals say about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.records import Micros
from models.totals import Tallies
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


@dataclass(frozen=True, slots=True)
class ActionCount:
    action: ActionType
    count: int


class Totals:
    """A subject's totals; an action that never occurred, or is all undone, has none."""

    __slots__ = ("_by_action", "tallies")

    def __init__(self, tallies: Tallies) -> None:
        self.tallies = tallies
        self._by_action = dict(zip(tallies.actions, tallies.counts, strict=True))

    @property
    def counts(self) -> list[ActionCount]:
        """The actions that occurred, highest count first, ties in the vocabulary's order."""
        occurred = sorted(
            (-count, action) for action, count in self._by_action.items() if count > 0
        )
        return [ActionCount(ACTION_BY_CODE[action].type, -count) for count, action in occurred]

    @property
    def last_at(self) -> Micros | None:
        """When the latest interaction occurred, since undone or not; None before the first."""
        return max(self.tallies.last_at, default=None)

    def named(self) -> dict[str, int]:
        """The counts of the nine actions that have names of their own."""
        count = self._by_action.get
        return {name: count(code, 0) for name, code in _CODES.items()}

    @property
    def engagement_rate(self) -> float | None:
        """(favorites + reblogs + bookmarks + clicks) / views; None without views."""
        count = self._by_action.get
        views = count(_VIEWS, 0)
        return sum([count(code, 0) for code in _ENGAGED]) / views if views else None

    def shown(self, actions: Sequence[int] | None) -> int:
        """How many of them history shows, of these actions or of all."""
        if actions is None:
            return sum(self.tallies.shown)
        pairs = zip(self.tallies.actions, self.tallies.shown, strict=True)
        return sum(shown for action, shown in pairs if action in actions)
