"""Where a user stands to posts: which are seen, turned away, and what the user is after lately."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.reading.signals.deeds import Deed
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionType
from resolvers.signals.co_engagement.marks import LIKING, SEEING
from resolvers.signals.weighing.likeness import fading

PROFILE = 25
"""The latest posts that tell what the user is after, and the latest turned away."""

STRENGTHS: Mapping[int, float] = {
    ACTIONS[action].code: strength
    for strength, actions in ((0.5, SEEING), (1.0, LIKING), (2.0, [ActionType.MORE_LIKE_THIS]))
    for action in actions
}
"""How strongly each action says that the user likes a post: the method's weights."""

TURNED_AWAY: Mapping[int, ActionType] = {
    ACTIONS[action].code: action
    for action in (ActionType.REPORT, ActionType.HIDE, ActionType.LESS_LIKE_THIS)
}
"""The states that suppress their post, by their codes."""


@dataclass(frozen=True, slots=True)
class Liked:
    """What tells what the user is after: the strongest action on a post, and how much it weighs.

    The weight is the action's strength, halved with every fourth post that is later.
    """

    action: ActionType
    weight: float


@dataclass(frozen=True, slots=True)
class Standing:
    """What a user did, as far as ranking asks.

    `states` are the states by which each candidate is suppressed, `liked` and `turned_away` the
    latest posts of either kind, latest
    first.
    """

    seen: frozenset[str] = frozenset()
    states: Mapping[str, frozenset[ActionType]] = field(default_factory=dict)
    liked: Mapping[str, Liked] = field(default_factory=dict)
    turned_away: tuple[str, ...] = ()


def standing_of(touched: Iterable[Deed], recent: Iterable[Deed]) -> Standing:
    """Where a user stands, by the deeds on candidates and the latest on any posts."""
    touched, recent = list(touched), list(recent)
    states: dict[str, set[ActionType]] = {}
    for deed in touched:
        if deed.action in TURNED_AWAY:
            states.setdefault(deed.target_id, set()).add(TURNED_AWAY[deed.action])
    away = dict.fromkeys(deed.target_id for deed in recent if deed.action in TURNED_AWAY)
    return Standing(
        seen=frozenset(deed.target_id for deed in touched),
        states={post_id: frozenset(each) for post_id, each in states.items()},
        liked=_liked(deed for deed in recent if deed.target_id not in away),
        turned_away=tuple(away)[:PROFILE],
    )


def _liked(recent: Iterable[Deed]) -> dict[str, Liked]:
    """The latest posts that were liked, each once, by what was done that says so most."""
    strongest: dict[str, int] = {}
    for deed in recent:
        strength = STRENGTHS.get(deed.action)
        if strength is not None:
            held = strongest.setdefault(deed.target_id, deed.action)
            if strength > STRENGTHS[held]:
                strongest[deed.target_id] = deed.action
    latest = list(strongest.items())[:PROFILE]
    return {
        post_id: Liked(ACTION_BY_CODE[code].type, STRENGTHS[code] * fading(rank))
        for rank, (post_id, code) in enumerate(latest)
    }
