"""Social signals: what the people and places around a user have to do with a post.

All of it is read from interactions when it is asked for, so that the last one counts. What others
do counts from three of them on and in steps, so that it tells of no one person.
"""

from bisect import bisect
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from models.reading.signals.deeds import CircleUpdate, Deed, Deeds
from models.reading.signals.members import Engaged, engaged_by_members
from models.records import Micros, Subject
from models.vocabulary import ACTIONS, ActionType, SubjectKind
from resolvers.signals import reasons
from resolvers.signals.descriptions import PostDescription, place_value
from resolvers.signals.reasons import Part
from resolvers.signals.weighing.standing import STRENGTHS

PLACES = 5
"""The latest groups and communities of the user whose members are looked at."""

CIRCLES: Mapping[str, float] = {"inner": 1.0, "outer": 0.5, "universal": 0.25}
VIBED = 1.0
STANDS_THERE = 1.0
VISITS_HALF = 2
"""So many visits to an author's profile, the last one now, amount to a half."""

STEPS = (3, 5, 10, 20)
"""How many members are told apart: at least so many."""

MEMBERS_HALF = 5
"""So many members amount to a half."""

_LIKES = [code for code, strength in STRENGTHS.items() if strength >= 1]
_VIBE = ACTIONS[ActionType.PROFILE_VIBE].code
_CALLED = {SubjectKind.GROUP: "group", SubjectKind.COMMUNITY: "community"}


class Tie(NamedTuple):
    """One thing that ties a post to a user: how much, and how it is said."""

    amount: float
    text: str
    subject: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Who and what is around a user: ties by authors' aliases, places, and what members like."""

    authors: Mapping[str, Sequence[Tie]] = field(default_factory=dict)
    joined: frozenset[Subject] = frozenset()
    liked: Mapping[str, Engaged] = field(default_factory=dict)  # by post id

    def ties(self, post_id: str, description: PostDescription | None) -> list[Tie]:
        """What ties a post to the user, in no order."""
        found: list[Tie] = []
        if description is not None:
            found += self.authors.get(description.author_alias or "", ())
            found += self._standing(description.places)
        if post_id in self.liked:
            found.append(_liked_there(self.liked[post_id]))
        return found

    def _standing(self, places: Iterable[Subject]) -> list[Tie]:
        """The first of the post's places that the user joined: standing in two is not twice."""
        for place in places:
            if place in self.joined:
                text = f"posted in a {_CALLED[SubjectKind(place.kind)]} you joined"
                return [Tie(STANDS_THERE, text, place_value(*place))]
        return []


NOBODY = Surroundings()


def social_of(ties: Sequence[Tie]) -> float:
    """From 0 to 1: s / (1 + s), where s is what all ties amount to."""
    amount = sum(tie.amount for tie in ties)
    return amount / (1.0 + amount)


def social_parts(ties: Sequence[Tie], weight: float) -> list[Part]:
    """What ties contribute to a score to which a social signal of 1 adds a weight."""
    amount = sum(tie.amount for tie in ties)
    return [
        (weight * tie.amount / (1.0 + amount), partial(reasons.social, tie.text, tie.subject))
        for tie in ties
    ]


async def engaged_around(
    alias: str, joined: Sequence[Subject], post_ids: Sequence[str] | None = None
) -> list[Engaged]:
    """What members of the latest places that a user joined like, of some posts or of all.

    It takes one query, and none where the user joined nothing.
    """
    return await engaged_by_members(alias, joined[:PLACES], _LIKES, post_ids)


def surroundings(
    done: Deeds, engaged: Iterable[Engaged], *, now: Micros, half_life: Micros
) -> Surroundings:
    """What is around a user who did something, with what members like."""
    return Surroundings(
        authors=_authors(done.authors, done.circles, now, half_life),
        joined=frozenset(done.joined),
        liked=_most_liked(engaged),
    )


def places_of(done: Deeds) -> list[str]:
    """The places that a user joined last, as values of the facet."""
    return [place_value(*place) for place in done.joined[:PLACES]]


def most_engaged(engaged: Iterable[Engaged]) -> Iterator[str]:
    """The posts that members engage with, those of most of them first."""
    liked = _most_liked(engaged)
    best = sorted(liked.values(), key=lambda each: (-_step(each.members), each.post_id))
    return (each.post_id for each in best)


def _authors(
    done: Iterable[Deed], circles: Iterable[CircleUpdate], now: Micros, half_life: Micros
) -> dict[str, list[Tie]]:
    """What ties each author to the user; of circles the latest update about one counts."""
    found: dict[str, list[Tie]] = {}
    for deed in done:
        found.setdefault(deed.target_id, []).append(_tie(deed, now, half_life))
    placed: dict[str, str] = {}
    for update in circles:
        placed.setdefault(update.alias, update.circle)
    for author, circle in placed.items():
        tie = Tie(CIRCLES[circle], f"this author is in your {circle} circle", author)
        found.setdefault(author, []).append(tie)
    return found


def _tie(deed: Deed, now: Micros, half_life: Micros) -> Tie:
    if deed.action == _VIBE:
        return Tie(VIBED, "you sent this author a vibe", deed.target_id)
    fading = 2.0 ** (-max(now - deed.occurred_at, 0) / half_life)
    amount = deed.times / (deed.times + VISITS_HALF) * fading
    return Tie(amount, "you visited this author's profile", deed.target_id)


def _most_liked(engaged: Iterable[Engaged]) -> dict[str, Engaged]:
    """For each post the place of which most members engage with it, ties by the place."""
    found: dict[str, Engaged] = {}
    for each in sorted(engaged, key=lambda each: (-each.members, each.place)):
        found.setdefault(each.post_id, each)
    return found


def _liked_there(engaged: Engaged) -> Tie:
    members = _step(engaged.members)
    called = _CALLED[SubjectKind(engaged.place.kind)]
    text = f"people in a {called} you joined engage with this"
    return Tie(members / (members + MEMBERS_HALF), text, place_value(*engaged.place))


def _step(members: int) -> int:
    return STEPS[bisect(STEPS, members) - 1]
