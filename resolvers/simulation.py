"""Lifelike traffic: who does what to which post, session by session, the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from models.vocabulary import ACTIONS, ActionType, TargetKind

OFTEN = {
    ActionType.VIEW: 400,
    ActionType.CLICK: 90,
    ActionType.FAVORITE: 60,
    ActionType.MEDIA_EXPAND: 40,
    ActionType.EXPLORE_CLICK: 30,
    ActionType.PROFILE_VISIT: 30,
    ActionType.SEARCH: 20,
    ActionType.REPLY: 15,
    ActionType.REBLOG: 15,
    ActionType.BOOKMARK: 12,
    ActionType.VIBE: 10,
    ActionType.COMMENT: 10,
    ActionType.SHARE: 8,
    ActionType.HIDE: 6,
    ActionType.REPOST: 6,
    ActionType.SAVE: 6,
    ActionType.MORE_LIKE_THIS: 6,
    ActionType.LESS_LIKE_THIS: 4,
    ActionType.PROFILE_VIBE: 4,
    ActionType.HASHTAG_USE: 4,
    ActionType.POST_CREATE: 3,
    ActionType.GROUP_JOIN: 2,
    ActionType.COMMUNITY_JOIN: 2,
    ActionType.CIRCLE_UPDATE: 2,
    ActionType.REPORT: 1,
}
"""How often each action is drawn, beside the others."""

_SOURCES = ("home", "explore", "profile", "search", "notification")
_WORDS = ("cats", "trains", "bread", "chess", "tides", "ferns", "comets", "maps")
_CONTENT_TYPES = ("image", "text", "video")
_UNDONE = 0.05  # of the states a user holds, how many are taken back later in the session
_SESSION = (3, 40)
_FOLLOWING = {ActionType.VIEW: 0.8, ActionType.CLICK: 0.3, ActionType.FAVORITE: 0.5}
"""How often each is done to a recommended post, by those who did what stands before."""


@dataclass(frozen=True, slots=True)
class World:
    """How many users and posts there are; a few of them have most of the traffic (Zipf)."""

    users: int
    posts: int
    seed: int


def inputs(world: World) -> Iterator[dict[str, Any]]:
    """Inputs of recordInteraction without end, as GraphQL variables."""
    chance = random.Random(world.seed)  # noqa: S311 (lifelike, not secret)
    users, posts = _zipf(world.users), _zipf(world.posts)
    actions, often = list(OFTEN), list(accumulate(OFTEN.values()))
    while True:
        user = _drawn(chance, users)
        source = chance.choice(_SOURCES)
        held: list[dict[str, Any]] = []
        for _ in range(chance.randint(*_SESSION)):
            if held and chance.random() < _UNDONE:
                yield {**held.pop(chance.randrange(len(held))), "undo": True}
                continue
            action = ACTIONS[chance.choices(actions, cum_weights=often)[0]]
            target_id = _target(chance, action.target_kind, posts, users)
            given = {
                "userId": f"user-{user}",
                "action": action.type,
                "target": {"kind": action.target_kind, "id": target_id},
            }
            if action.is_state:
                held.append(given)
            yield {
                **given,
                "context": {"source": source, **_about(action.target_kind, target_id, world)},
            }


def followed(
    user_id: str, recommendation_id: str, post_ids: Sequence[str], chance: random.Random
) -> Iterator[dict[str, Any]]:
    """What a user does with recommended posts, as such inputs: sees most, and likes some."""
    context = {"source": "home", "recommended": True, "recommendationId": recommendation_id}
    for post_id in post_ids:
        for action, often in _FOLLOWING.items():
            if chance.random() >= often:
                break
            target = {"kind": TargetKind.POST, "id": post_id}
            yield {"userId": user_id, "action": action, "target": target, "context": context}


def _about(kind: TargetKind, id: str, world: World) -> dict[str, Any]:
    """What a context says of a target: of the same post always the same."""
    if kind is not TargetKind.POST:
        return {}
    chance = random.Random(id)  # noqa: S311
    return {
        "authorId": f"user-{chance.randrange(world.users)}",
        "contentType": chance.choice(_CONTENT_TYPES),
        "hashtags": chance.sample(_WORDS, 2),
    }


def _zipf(size: int) -> list[float]:
    """Cumulative weights by which the n-th is drawn 1/n as often as the first."""
    return list(accumulate(1 / rank for rank in range(1, size + 1)))


def _drawn(chance: random.Random, weights: list[float]) -> int:
    return chance.choices(range(len(weights)), cum_weights=weights)[0]


def _target(chance: random.Random, kind: TargetKind, posts: list[float], users: list[float]) -> str:
    match kind:
        case TargetKind.POST:
            return f"post-{_drawn(chance, posts)}"
        case TargetKind.PROFILE:
            return f"user-{_drawn(chance, users)}"
        case TargetKind.CIRCLE:
            return chance.choice(("inner", "outer", "universal"))
        case TargetKind.QUERY:
            return " ".join(chance.sample(_WORDS, 2))
        case TargetKind.HASHTAG:
            return f"#{chance.choice(_WORDS)}"
        case _:
            return f"{kind.lower()}-{chance.randint(1, 20)}"
