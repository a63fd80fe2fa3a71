"""What a post's totals say about it."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.records import Micros
from models.totals import Tally
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
_ENGAGED = ("favorites", "reblogs", "bookmarks", "clicks")


@dataclass(frozen=True, slots=True)
class ActionCount:
    action: ActionType
    count: int


@dataclass(frozen=True, slots=True)
class Totals:
    """A subject's totals; an action that never occurred, or is all undone, has none."""

    tallies: Sequence[Tally]

    @property
    def counts(self) -> list[ActionCount]:
        """The actions that occurred, highest count first, ties in the vocabulary's order."""
        occurred = sorted(
            (tally for tally in self.tallies if tally.count > 0),
            key=lambda tally: (-tally.count, tally.action),
        )
        return [ActionCount(ACTION_BY_CODE[each.action].type, each.count) for each in occurred]

    @property
    def last_at(self) -> Micros | None:
        """When the latest interaction occurred, since undone or not; None before the first."""
        return max((tally.last_at for tally in self.tallies), default=None)

    def named(self) -> dict[str, int]:
        """The counts of the nine actions that have names of their own."""
        counts = {tally.action: tally.count for tally in self.tallies}
        return {name: counts.get(ACTIONS[action].code, 0) for name, action in COUNTED.items()}

    @property
    def engagement_rate(self) -> float | None:
        """(favorites + reblogs + bookmarks + clicks) / views; None without views."""
        named = self.named()
        views = named["views"]
        return sum(named[name] for name in _ENGAGED) / views if views else None

    def shown(self, actions: Sequence[int] | None) -> int:
        """How many of them history shows, of these actions or of all."""
        return sum(
            tally.shown for tally in self.tallies if actions is None or tally.action in actions
        )
