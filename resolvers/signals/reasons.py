"""Reasons: why a post is shown or turned away, what each adds to its score, and the sentences.

No sentence says what one other person did.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from models.vocabulary import ACTIONS, ActionType


class ReasonKind(StrEnum):
    POPULAR = "POPULAR"
    RECENT = "RECENT"
    SIMILAR = "SIMILAR"
    AUTHOR = "AUTHOR"
    HASHTAG = "HASHTAG"
    CONTENT_TYPE = "CONTENT_TYPE"
    SOCIAL = "SOCIAL"
    EXPLORATION = "EXPLORATION"
    HIDDEN = "HIDDEN"
    REPORTED = "REPORTED"
    DISLIKED = "DISLIKED"
    DELETED = "DELETED"
    TOO_SIMILAR = "TOO_SIMILAR"


class Reason(NamedTuple):
    """A part of a score, and its sentence.

    `subject` is what it rests on, if that is one thing: a hashtag, a content type, an author's
    alias, a post's id or a group.
    """

    kind: ReasonKind
    text: str
    contribution: float
    subject: str | None = None


Part: TypeAlias = tuple[float, Callable[[float], Reason]]
"""What adds to a score, and what makes a reason of that: few of all that is ranked is shown."""


@dataclass(frozen=True, slots=True)
class ScoredPost:
    """A post, what it is ranked by, and why: the contributions of its reasons add up to the score.

    `cursor` is where the list goes on after it.
    """

    post_id: str
    score: float
    reasons: tuple[Reason, ...]
    cursor: str


def largest_first(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Reasons by the size of their contribution, whatever its sign; those alike stay in order."""
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.contribution)))


def told(parts: Iterable[Part]) -> tuple[Reason, ...]:
    """The reasons for parts of a score, largest first."""
    return largest_first(make(contribution) for contribution, make in parts)


def popular(contribution: float) -> Reason:
    """Many engage with the post at present."""
    return Reason(ReasonKind.POPULAR, "popular right now", contribution)


def recent(contribution: float) -> Reason:
    """The post is new."""
    return Reason(ReasonKind.RECENT, "posted recently", contribution)


def similar(post_id: str, done: ActionType, contribution: float) -> Reason:
    """People who liked a post that the user did something to liked this."""
    text = f"people who liked a post you {_DONE[done]} also liked this"
    return Reason(ReasonKind.SIMILAR, text, contribution, post_id)


def similar_to(post_id: str, contribution: float) -> Reason:
    """People who liked the post that this one is held against liked this."""
    return Reason(
        ReasonKind.SIMILAR, "people who liked that post also liked this", contribution, post_id
    )


def author(alias: str, done: ActionType, count: int, contribution: float) -> Reason:
    """The user did something so many times, most of all to posts of the author."""
    text = _because(done, count, "by this author") or "because you engage with this author"
    return Reason(ReasonKind.AUTHOR, text, contribution, alias)


def hashtag(tag: str, done: ActionType, count: int, contribution: float) -> Reason:
    """The user did something so many times, most of all to posts with a hashtag."""
    text = _because(done, count, f"about #{tag}") or f"because you engage with #{tag}"
    return Reason(ReasonKind.HASHTAG, text, contribution, tag)


def content_type(name: str, done: ActionType, count: int, contribution: float) -> Reason:
    """The user did something so many times, most of all to posts of a content type."""
    which = f"of the type {name}"
    text = _because(done, count, which) or f"because you engage with posts {which}"
    return Reason(ReasonKind.CONTENT_TYPE, text, contribution, name)


def social(text: str, subject: str | None, contribution: float) -> Reason:
    """Who is near the user has to do with the post: the sentence says how, of no one other."""
    return Reason(ReasonKind.SOCIAL, text, contribution, subject)


def exploration(contribution: float) -> Reason:
    """Few saw the post, and it may be worth more than is known."""
    text = "few people have seen this yet, and you may like it"
    return Reason(ReasonKind.EXPLORATION, text, contribution)


def hidden(contribution: float) -> Reason:
    """The user hid the post."""
    return Reason(ReasonKind.HIDDEN, "you hid this post", contribution)


def reported(contribution: float) -> Reason:
    """The user reported the post."""
    return Reason(ReasonKind.REPORTED, "you reported this post", contribution)


def disliked(contribution: float) -> Reason:
    """The user asked for fewer posts like it."""
    return Reason(ReasonKind.DISLIKED, "you asked for fewer posts like this", contribution)


def deleted(contribution: float) -> Reason:
    """The site took the post away."""
    return Reason(ReasonKind.DELETED, "this post was deleted", contribution)


def same_author(alias: str, contribution: float) -> Reason:
    """The post and the one that it is held against have the same author."""
    return Reason(ReasonKind.AUTHOR, "by the same author", contribution, alias)


def same_hashtag(tag: str, contribution: float) -> Reason:
    """The post and the one that it is held against have a hashtag in common."""
    return Reason(ReasonKind.HASHTAG, f"also about #{tag}", contribution, tag)


def same_content_type(name: str, contribution: float) -> Reason:
    """The post and the one that it is held against are of the same content type."""
    return Reason(ReasonKind.CONTENT_TYPE, f"also of the type {name}", contribution, name)


def too_similar(post_id: str, contribution: float) -> Reason:
    """The post is much like one that the user turned away."""
    text = "much like a post you turned away"
    return Reason(ReasonKind.TOO_SIMILAR, text, contribution, post_id)


_DONE: Mapping[ActionType, str] = {
    ActionType.FAVORITE: "favorited",
    ActionType.REBLOG: "reblogged",
    ActionType.BOOKMARK: "bookmarked",
    ActionType.MORE_LIKE_THIS: "asked for more like",
    ActionType.LESS_LIKE_THIS: "asked for fewer like",
    ActionType.CLICK: "clicked on",
    ActionType.VIEW: "saw",
    ActionType.HIDE: "hid",
    ActionType.VIBE: "sent a vibe to",
    ActionType.COMMENT: "commented on",
    ActionType.REPLY: "replied to",
    ActionType.SHARE: "shared",
    ActionType.REPOST: "reposted",
    ActionType.SAVE: "saved",
    ActionType.MEDIA_EXPAND: "looked closely at",
    ActionType.REPORT: "reported",
    ActionType.POST_CREATE: "published",
    ActionType.EXPLORE_CLICK: "opened",
}
"""What the user did to a post, as a sentence goes on behind `you`."""


def _because(done: ActionType, count: int, which: str) -> str | None:
    """What the user did to posts; how many is only known of states, one for each post."""
    if done not in _DONE:
        return None
    number = f"{count} posts" if count > 1 else "a post"
    return f"because you {_DONE[done]} {number if ACTIONS[done].is_state else 'posts'} {which}"
