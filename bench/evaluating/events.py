"""Interactions with posts, read from the lines of an import file."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.records import Micros
from models.vocabulary import ActionType, TargetKind
from resolvers.moving.csv_rows import BadLine
from resolvers.moving.import_lines import lines
from resolvers.signals.co_engagement.marks import LIKING, SEEING

FAVORITES = frozenset((ActionType.FAVORITE, ActionType.VIBE))
"""What is held out: a post that a user said they like."""

ENGAGEMENTS = frozenset((*LIKING, *SEEING))
"""What the baselines learn from; the product is given every line."""


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the file: who did what with which post, and the line itself to import."""

    user: str
    post: str
    action: ActionType
    at: Micros
    is_undo: bool
    line: bytes


@dataclass(frozen=True, slots=True)
class Events:
    """What a file holds, oldest first, ties as in the file; and how many lines were passed over."""

    events: list[Event]
    passed_over: int


def read(file: Iterable[bytes]) -> Events:
    """Read NDJSON as `trailmark import` takes it.

    Lines that cannot be read, are not about a post, or lack an instant are passed over: none of
    them can be held out or said to be older than the split.
    """
    raws = list(file)
    events = []
    for line in lines(raws, "ndjson"):
        request = line.request
        if isinstance(request, BadLine):
            continue
        user = request.user_id or request.user_alias
        kind, id = request.target or (TargetKind.POST, request.post_id)
        post = id if kind is TargetKind.POST else None
        if user and post and isinstance(request.occurred_at, int):
            raw = raws[line.number - 1].rstrip() + b"\n"
            events.append(Event(user, post, request.action, request.occurred_at, request.undo, raw))
    events.sort(key=lambda event: event.at)
    return Events(events, len(raws) - len(events))
