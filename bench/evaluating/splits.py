"""Ways of holding interactions out: what is learned from, and what is to be guessed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bench.evaluating.events import FAVORITES, Event
from models.records import Micros


@dataclass(frozen=True, slots=True)
class Split:
    """What is learned from, oldest first; the posts to guess by user; and when that is asked."""

    name: str
    training: list[Event]
    held: dict[str, frozenset[str]]
    now: Micros

    @property
    def seen(self) -> dict[str, set[str]]:
        """The posts that each user to be asked about has had to do with, which are not guessed."""
        seen: dict[str, set[str]] = {user: set() for user in self.held}
        for event in self.training:
            if event.user in seen:
                seen[event.user].add(event.post)
        return seen

    def among(self, users: Iterable[str]) -> "Split":
        """The same, asking about these users alone."""
        return replace(self, held={user: self.held[user] for user in users})

    @property
    def catalog(self) -> set[str]:
        """All posts that there are to choose from."""
        return {event.post for event in self.training}


def latest_favorites(events: Sequence[Event]) -> Split:
    """Hold out the latest favorite of each user, and what that user did from then on.

    Nothing else of that user with that post is learned from either: a post that was seen is not
    recommended. Left out are users who would have nothing left.
    """
    latest: dict[str, tuple[int, Event]] = {}
    for place, event in enumerate(events):
        if event.action in FAVORITES and not event.is_undo:
            latest[event.user] = place, event
    training = [
        event
        for place, event in enumerate(events)
        if event.user not in latest or _is_before(place, event, latest[event.user])
    ]
    known = {event.user for event in training}
    held = {user: frozenset((event.post,)) for user, (_, event) in latest.items() if user in known}
    return Split("latest favorite", training, held, _end(events))


def by_time(events: Sequence[Event], share: float) -> Split:
    """Hold out the last share of all events: what users known by then go on to favor, unseen.

    Raises:
        ValueError: the share is not between 0 and 1.
    """
    if not 0 < share < 1:
        raise ValueError(f"share: got {share}; allowed is more than 0 and less than 1")
    first = int(len(events) * (1 - share))
    training, rest = list(events[:first]), events[first:]
    seen: dict[str, set[str]] = {}
    for event in training:
        seen.setdefault(event.user, set()).add(event.post)
    held: dict[str, set[str]] = {}
    for event in rest:
        is_favorite = event.action in FAVORITES and not event.is_undo
        if is_favorite and event.user in seen and event.post not in seen[event.user]:
            held.setdefault(event.user, set()).add(event.post)
    found = {user: frozenset(posts) for user, posts in held.items()}
    return Split("by time", training, found, _end(training))


def _is_before(place: int, event: Event, favorite: tuple[int, Event]) -> bool:
    return place < favorite[0] and event.post != favorite[1].post


def _end(events: Sequence[Event]) -> Micros:
    """A microsecond after the last one; the beginning of 1970 where there is none."""
    return events[-1].at + 1 if events else 0
