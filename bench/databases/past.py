"""A past of many users, made up row by row as recording would have stored it.

Instants ascend, so a row's number is its order in time, and whatever is first for a subject is
also its oldest. That keeps a row's cost at a few additions.
"""

import random
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from models.records import MINUTE, Micros
from models.values import event_key
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    ActionType,
    Status,
    SubjectKind,
    TargetKind,
    subject_kind,
)
from resolvers.identity import Identity
from resolvers.recording.counter_changes import SPANS
from resolvers.recording.submissions import state_key
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed
from resolvers.scoring.weights import DAY, Scoring, rank_key, weighed
from resolvers.simulation import OFTEN

DAYS = 80
CHUNK = 20_000
EVENT_ID_EVERY = 4  # of the rows, how many came with an event id
SOURCES = ("home", "explore", "profile", None)
_CODES = max(ACTION_BY_CODE) + 1
_SHOWN = int(Status.SHOWN)
_USER, _POST, _QUERY = map(int, (SubjectKind.USER, SubjectKind.POST, SubjectKind.QUERY))
_WORDS = 50
_DAY_MINUTES = SPANS[-1]

Row = tuple[Any, ...]


@dataclass(slots=True)
class Chunk:
    """Rows of `interactions` and of `event_ids`, in the order of their columns."""

    interactions: list[Row] = field(default_factory=list)
    event_ids: list[Row] = field(default_factory=list)


class Past:
    """What `rows` interactions leave behind: their own rows, and then what they sum up to.

    Users are `user-1` to `user-N`, each as busy as the others, and `user-0`, who owns
    `hot_user_rows`; posts are `post-1` to `post-N`, and the n-th is drawn about 1/n as often as the
    first. The same for the same arguments. `described` is what the description of each post gave
    the interactions with it.
    """

    def __init__(
        self,
        rows: int,
        users: int,
        posts: int,
        *,
        secret: str,
        hot_user_rows: int,
        until: Micros,
        described: Sequence[str | None] = (),
    ) -> None:
        self.rows, self._user_count = rows, users
        self._hot_rows, self._start = hot_user_rows, until - DAYS * DAY
        identity = Identity(secret)
        aliases = [identity.alias(f"user-{n}") for n in range(users + 1)]
        self._users = Sums(_USER, aliases)
        self._targets = {
            int(subject_kind(kind)): Sums(subject_kind(kind), ids)
            for kind, ids in _targets(aliases, posts).items()
        }
        self._first_minute = self._start // DAY * _DAY_MINUTES
        self._minutes = array("q", bytes(8 * (DAYS + 1) * _DAY_MINUTES * _CODES))
        self._described = described
        self._states: set[int] = set()
        self._chance = random.Random(1)  # noqa: S311 (lifelike, not secret)

    def chunks(self) -> Iterator[Chunk]:
        """All interactions, in order."""
        often = {ACTIONS[action].code: weight for action, weight in OFTEN.items()}
        weights = list(accumulate(often.values()))
        for first in range(0, self.rows, CHUNK):
            count = min(CHUNK, self.rows - first)
            drawn = self._chance.choices(list(often), cum_weights=weights, k=count)
            yield self._chunk(first, drawn)

    def _chunk(self, first: int, codes: list[int]) -> Chunk:
        chunk, aliases, chance = Chunk(), self._users.ids, self._chance.random
        step = DAYS * DAY / self.rows
        for number, drawn in enumerate(codes, first + 1):
            at = self._start + int((number - chance()) * step)
            user = self._user(number)
            code, kind, target = self._done(user, drawn)
            alias, targets = aliases[user], self._targets[kind]
            target_id, key, recorded_at = targets.ids[target], None, None
            if ACTION_BY_CODE[code].is_state:
                recorded_at, key = at, state_key(alias, ACTION_BY_CODE[code], target_id)
            self._users.add(user, code, at)
            targets.add(target, code, at)
            self._minutes[(at // MINUTE - self._first_minute) * _CODES + code] += 1
            described = self._described[target] if self._described and kind == _POST else None
            came = (SOURCES[number % len(SOURCES)], number % 3 == 0, None, described, None)
            when = (at, at, _SHOWN, recorded_at, None, key)
            sent = event_key(alias, f"event-{number}") if number % EVENT_ID_EVERY == 0 else None
            with_row = sent.event_key if sent is not None and key is None else None
            row = (number, number, alias, code, kind, target_id, *when, *came, with_row)
            chunk.interactions.append(row)
            if sent is not None and with_row is None:
                chunk.event_ids.append((*sent, code, target_id, False, number, at))
        return chunk

    def _user(self, number: int) -> int:
        """Who did it; the hot user's rows are spread evenly over the others'."""
        hot, rows = self._hot_rows, self.rows
        if number * hot // rows != (number - 1) * hot // rows:
            return 0
        return 1 + int(self._user_count * self._chance.random())

    def _done(self, user: int, code: int) -> tuple[int, int, int]:
        """An action, kind and target for what was drawn: a view, if it is a state that holds.

        Of two states that exclude one another, a user has no more than one about a post.
        """
        kind, target = self._aim(code)
        if code in _STATES:
            key = ((user * 10 + kind) * _CODES + _STATES[code]) << 32 | target
            if key in self._states:
                code = ACTIONS[ActionType.VIEW].code
                return (code, *self._aim(code))
            self._states.add(key)
        return code, kind, target

    def _aim(self, code: int) -> tuple[int, int]:
        kind = _KINDS[code]
        ids = self._targets[kind].ids
        return kind, int(len(ids) ** self._chance.random()) - 1

    def totals(self) -> Iterator[Row]:
        """The rows of `totals`, once all chunks were taken."""
        for sums in self._counted():
            yield from sums.totals()

    def scores(self) -> Iterator[Row]:
        """The rows of `scores`, once all chunks were taken."""
        for sums in self._counted():
            yield from sums.scores()

    def ranks(self) -> Iterator[Row]:
        """The rows of `ranks`, once all scores were taken."""
        for sums in self._counted():
            yield from sums.ranks

    def _counted(self) -> list["Sums"]:
        return [self._users, *(sums for kind, sums in self._targets.items() if kind != _QUERY)]

    def activity(self) -> Iterator[Row]:
        """The rows of `activity`, once all chunks were taken."""
        for span in SPANS:
            width = span * _CODES
            for start in range(0, len(self._minutes), width):
                minutes = self._minutes[start : start + width]
                for code in range(_CODES):
                    if count := sum(minutes[code::_CODES]):
                        yield span, self._first_minute + start // _CODES, code, count, 0


class Sums:
    """How often each action counts for each subject of a kind, and the same decayed."""

    def __init__(self, kind: int, ids: list[str]) -> None:
        self.kind, self.ids = kind, ids
        self._scoring = Scoring()
        self._half_life = self._scoring.half_life(kind)
        size = len(ids) * _CODES
        self._counts, self._last, self._floors = (array("q", bytes(8 * size)) for _ in range(3))
        self._units = [0] * size
        self.ranks: list[Row] = []  # once scores were taken

    def add(self, number: int, code: int, at: Micros) -> None:
        """Count an action for the n-th subject; instants ascend."""
        index = number * _CODES + code
        if self._half_life is not None:
            floor, units = decay.occurrence(at, self._half_life)
            if not self._counts[index]:
                self._floors[index] = floor
            self._units[index] += units << (floor - self._floors[index])
        self._counts[index] += 1
        self._last[index] = at

    def totals(self) -> Iterator[Row]:
        for number in self._in_order():
            for index, code in self._actions(number):
                decayed = None if self._half_life is None else decay.encode(self._decayed(index))
                counted = self._counts[index], 0, 0, decayed, None, self._last[index]
                yield (self.kind, self.ids[number], code, *counted)

    def scores(self) -> Iterator[Row]:
        for number in self._in_order() if self._half_life is not None else ():
            count, positive, negative = 0, decay.ZERO, decay.ZERO
            for index, code in self._actions(number):
                weight = self._scoring.weight_for(self.kind, ACTION_BY_CODE[code])
                positive, negative = weighed(positive, negative, self._decayed(index), weight)
                count += self._counts[index]
            if count:
                id, sides = self.ids[number], (decay.encode(positive), decay.encode(negative))
                self.ranks.append((self.kind, id, rank_key(count, positive, negative)))
                yield (self.kind, id, count, *sides)

    def _in_order(self) -> list[int]:
        return sorted(range(len(self.ids)), key=self.ids.__getitem__)

    def _actions(self, number: int) -> Iterator[tuple[int, int]]:
        """The indexes and codes of the actions that count for the n-th subject."""
        start = number * _CODES
        return ((start + code, code) for code in range(_CODES) if self._counts[start + code])

    def _decayed(self, index: int) -> Decayed:
        return self._floors[index], self._units[index]


def _targets(profiles: list[str], posts: int) -> dict[TargetKind, list[str]]:
    ids = {kind: [f"{kind.lower()}-{n}" for n in range(1, _WORDS)] for kind in TargetKind}
    ids[TargetKind.POST] = [f"post-{n}" for n in range(1, posts + 1)]
    ids[TargetKind.PROFILE] = profiles
    ids[TargetKind.HASHTAG] = [f"word{n}" for n in range(1, _WORDS)]
    ids[TargetKind.CIRCLE] = ["inner", "outer", "universal"]
    return ids


_KINDS = {code: int(subject_kind(action.target_kind)) for code, action in ACTION_BY_CODE.items()}
_STATES = {
    code: min(code, ACTIONS[action.excludes].code if action.excludes else code)
    for code, action in ACTION_BY_CODE.items()
    if action.is_state
}
