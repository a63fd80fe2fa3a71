"""A plain model of recording: it keeps all that was ever sent and works everything out from it."""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from models.vocabulary import ACTIONS, ActionType, FacetKind, PrivacyLevel

DAY = 86_400_000_000
POST_HALF_LIFE, USER_HALF_LIFE = DAY, 14 * DAY
Subject = tuple[str, str]
State = tuple[str, ActionType, str]
Facet = tuple[FacetKind, str]
FULL, LIMITED, NONE = PrivacyLevel
MINUTE = 60_000_000
DAYS_REMEMBERED = 2  # beyond the day on which a LIMITED user's state last changed
ANONYMOUS = " anonymous"
"""What a user's name ends in, where LIMITED is judged: apart from what FULL has stored."""


@dataclass(frozen=True, kw_only=True)
class Input:
    """One input: `at` is None where it says no instant."""

    user: str
    action: ActionType
    target: str
    undo: bool
    at: int | None
    event_id: str | None
    source: str | None = None
    hashtags: tuple[str, ...] = ()

    @property
    def facets(self) -> list[Facet]:
        """What it says of what its user prefers."""
        sources = [] if self.source is None else [(FacetKind.SOURCE, self.source)]
        return [*sources, *((FacetKind.HASHTAG, tag) for tag in self.hashtags)]


@dataclass
class Instants:
    """All instants at which a state was recorded and undone, records with their arrival."""

    records: list[tuple[int, int]] = field(default_factory=list)
    undos: list[int] = field(default_factory=list)
    since: int | None = None  # while it holds
    ever_held: bool = False
    archived: bool = False  # it holds, but history does not show it
    changed: int = 0  # the instant at which that was last so

    def all(self) -> list[int]:
        return [at for at, _ in self.records] + self.undos


@dataclass
class Liking:
    """What one interaction says of what its user prefers; `state` while it can be undone."""

    user: str
    action: ActionType
    at: int
    facets: list[Facet]
    state: State | None


@dataclass
class Model:
    """What should be stored and counted, by the rules alone.

    LIMITED users' is forgotten by `expect_all` alone, which is told when a batch came.
    """

    levels: dict[str, PrivacyLevel] = field(default_factory=dict)
    retention: int | None = None
    states: dict[State, Instants] = field(default_factory=dict)
    events: list[tuple[str, ActionType, str, int]] = field(default_factory=list)
    folded: list[tuple[str, ActionType, str, int]] = field(default_factory=list)  # events, pruned
    event_ids: dict[tuple[str, str], tuple[ActionType, str, bool]] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)  # event ids, since when
    arrivals: int = 0
    stranded: Counter[tuple[ActionType, str]] = field(default_factory=Counter)
    """States that were undone or removed after history was pruned of them and their context."""
    likings: list[Liking] = field(default_factory=list)

    def expect(self, input: Input, now: int) -> str:
        """Take an input in; what it should be answered."""
        level = self.levels.get(input.user, FULL)
        if input.undo and not ACTIONS[input.action].is_state:
            return "REJECTED"
        if input.at is not None and input.at > now:
            if input.at > now + 5 * MINUTE:
                return "REJECTED"
            input = replace(input, at=now)
        if level is NONE:
            return "NOT_STORED"
        if level is LIMITED:
            input = replace(input, user=input.user + ANONYMOUS)
        outcome = self._expect(input, now)
        counts = outcome in ("CREATED", "REACTIVATED")
        return "AGGREGATED" if level is LIMITED and counts else outcome

    def _expect(self, input: Input, now: int) -> str:
        self.arrivals += 1
        content = (input.action, input.target, input.undo)
        name = (input.user, input.event_id or "")
        if name in self.event_ids:
            return "UNCHANGED" if self.event_ids[name] == content else "REJECTED"
        if input.at is not None and input.at < now - (self.retention or now):
            return "REJECTED"
        if input.event_id is not None:
            self.event_ids[name], self.seen[name] = content, now
        if not ACTIONS[input.action].is_state:
            at = now if input.at is None else input.at
            self.events.append((input.user, input.action, input.target, at))
            self.likings.append(Liking(input.user, input.action, at, input.facets, None))
            return "CREATED"
        return self._move(input, now)

    def _move(self, input: Input, now: int) -> str:
        key = (input.user, input.action, input.target)
        mine = self.states.setdefault(key, Instants())
        opposite = self._opposite(key)
        at = input.at
        if at is None:
            at = max([now, *(other + 1 for other in mine.all() + opposite.all())])
        held, was_archived = mine.since is not None, mine.archived
        if input.undo:
            mine.undos.append(at)
        else:
            mine.records.append((at, self.arrivals))
        self._settle(mine, opposite, at if not input.undo else None)
        self._settle(opposite, mine, None)
        holds = mine.since is not None
        self.stranded[key[1:]] += was_archived and not holds
        self.likings = [each for each in self.likings if self._still_holds(each.state)]
        if holds and not held and is_stored(input.user):
            self.likings.append(Liking(input.user, input.action, at, input.facets, key))
        if held == holds:
            return "UNCHANGED"
        if not holds:
            return "UNDONE"
        first = not mine.ever_held
        mine.ever_held = True
        return "CREATED" if first else "REACTIVATED"

    def _still_holds(self, key: State | None) -> bool:
        return key is None or self.states[key].since is not None

    def _opposite(self, key: State) -> Instants:
        user, action, target = key
        excluded = ACTIONS[action].excludes
        if excluded is None:
            return Instants()
        return self.states.setdefault((user, excluded, target), Instants())

    def _settle(self, state: Instants, opposite: Instants, at: int | None) -> None:
        """A state holds when its latest record beats its latest undo and its opposite's latest.

        Only a record of its own, at an instant, makes it hold.
        """
        holds = bool(state.records)
        if holds and state.undos:
            holds = max(state.records)[0] > max(state.undos)
        if holds and opposite.records:
            holds = max(state.records) > max(opposite.records)  # on a tie, by arrival
        state.archived = state.archived and holds
        if not holds:
            state.since = None
        elif state.since is None:
            state.since = at

    def expect_all(self, inputs: Iterable[Input], now: int) -> list[str]:
        """Take in a batch that arrives at an instant; what each input should be answered."""
        self._fade(now)
        before = {key: self._standing(key) for key in list(self.states)}
        outcomes = [self.expect(input, now + place) for place, input in enumerate(inputs)]
        for key, state in list(self.states.items()):
            if self._standing(key) != before.get(key):
                state.changed = now
        return outcomes

    def _fade(self, now: int) -> None:
        """Forget what was last learned of LIMITED users before the day before yesterday."""
        first = (now // DAY - DAYS_REMEMBERED) * DAY
        for key, state in list(self.states.items()):
            if state.changed < first and not is_stored(key[0]):
                self._release([(*key, state.since)] if state.since is not None else [])
                del self.states[key]
        for name, at in list(self.seen.items()):
            if at < first and not is_stored(name[0]):
                del self.seen[name], self.event_ids[name]

    def _standing(self, key: State) -> tuple[object, ...]:
        """What is remembered of a state; a record that a tie has beaten is another one."""
        mine, opposite = self.states[key], self._opposite(key)
        last = max(mine.records, default=(0, 0))
        beaten = any(at == last[0] and last < (at, arrival) for at, arrival in opposite.records)
        return mine.since, last[0], beaten, max(mine.undos, default=0), bool(mine.all())

    def choose(self, user: str, level: PrivacyLevel) -> int:
        """Give a user a level; how many interactions go that are stored and held or happened."""
        removed = 0
        if level is not FULL:
            removed = sum(each[0] == user for each in self.stored())
            removed -= sum(each[0] == user for each in self.folded)
            self._forget(user, keep=level is LIMITED)
        if level is NONE:
            self._forget(user + ANONYMOUS, keep=True)
        self.levels[user] = level
        return removed

    def erase(self, user: str) -> int:
        """Take everything of a user out, the level too; how many interactions that were."""
        removed = self.choose(user, NONE)
        del self.levels[user]
        return removed

    def _forget(self, user: str, *, keep: bool) -> None:
        """Forget a user; what counted stays, as nobody's, if it is kept or was folded."""
        stays = self.counted() if keep else self.folded
        for key, state in self.states.items():
            self.stranded[key[1:]] += key[0] == user and state.archived and not keep
        self._release([each for each in stays if each[0] == user])
        self.states = {key: state for key, state in self.states.items() if key[0] != user}
        self.likings = [each for each in self.likings if each.user != user]
        self.events = [event for event in self.events if event[0] != user]
        self.folded = [event for event in self.folded if event[0] != user]
        self.event_ids = {name: kept for name, kept in self.event_ids.items() if name[0] != user}
        self.seen = {name: at for name, at in self.seen.items() if name[0] != user}

    def _release(self, counted: Iterable[tuple[str, ActionType, str, int]]) -> None:
        """Let what counted go on counting, as nobody's."""
        self.events += [(ANONYMOUS, *each[1:]) for each in counted]

    def counted(self) -> list[tuple[str, ActionType, str, int]]:
        """Everything that holds or happened: user, action, target, instant."""
        held = [
            (*key, state.since) for key, state in self.states.items() if state.since is not None
        ]
        return self.events + self.folded + held

    def prune(self, dated: int, seen: int) -> int:
        """Take out what is dated before one instant, and event ids seen before another.

        Returns how many interactions are shown no more.
        """
        shown = len(self.shown())
        old = [event for event in self.events if event[-1] < dated and is_stored(event[0])]
        self.folded += old
        self.events = [event for event in self.events if event not in old]
        for key, state in list(self.states.items()):
            if not is_stored(key[0]):
                continue
            if state.since is not None:
                state.archived = state.archived or state.since < dated
                if state.archived:  # its context is gone: what it said is not taken back
                    self._keep_likings(key)
            elif all(
                at < dated for at in state.all() + [at for at, _ in self._opposite(key).records]
            ):
                del self.states[key]
        for name in [name for name, at in self.seen.items() if at < seen and is_stored(name[0])]:
            del self.seen[name], self.event_ids[name]
        return shown - len(self.shown())

    def _keep_likings(self, key: State) -> None:
        for liking in self.likings:
            if liking.state == key:
                liking.state = None

    def shown(self) -> list[tuple[str, ActionType, str, int]]:
        """What of that is stored and not pruned: what histories show."""
        pruned = {key for key, state in self.states.items() if state.archived}
        held = [each for each in self.stored() if each[:3] not in pruned]
        for event in self.folded:
            held.remove(event)
        return held

    def stored(self) -> list[tuple[str, ActionType, str, int]]:
        """What of that is stored under its user, and counts for the user."""
        return [each for each in self.counted() if is_stored(each[0])]

    def counts(self, target: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for _, action, on, _ in self.counted():
            if on == target:
                counts[action] = counts.get(action, 0) + 1
        return counts

    def post_score(self, target: str, now: int) -> float:
        parts = self._post_parts(target, now)
        score = math.fsum(parts)
        return score if abs(score) >= 1e-9 * math.fsum(map(abs, parts)) else 0.0

    def post_noise(self, target: str, now: int) -> float:
        """How far floats may be off where a post's likes and dislikes nearly cancel out."""
        return 2e-9 * math.fsum(map(abs, self._post_parts(target, now)))

    def _post_parts(self, target: str, now: int) -> list[float]:
        return [
            ACTIONS[action].weight * 2.0 ** (-(now - at) / POST_HALF_LIFE)
            for _, action, on, at in self.counted()
            if on == target
        ]

    def user_score(self, user: str, now: int) -> float:
        return math.fsum(
            max(ACTIONS[action].weight, 0) * 2.0 ** (-(now - at) / USER_HALF_LIFE)
            for who, action, _, at in self.stored()
            if who == user
        )

    def preferences(self, user: str, now: int) -> dict[Facet, tuple[float, int]]:
        """The score of each facet, and how many interactions stand behind it."""
        found: dict[Facet, list[float]] = {}
        for liking in self.likings:
            if liking.user == user:
                worth = 2.0 ** (-(now - liking.at) / USER_HALF_LIFE)
                for facet in liking.facets:
                    found.setdefault(facet, []).append(ACTIONS[liking.action].weight * worth)
        return {facet: (math.fsum(parts), len(parts)) for facet, parts in found.items()}


def is_stored(user: str) -> bool:
    return not user.endswith(ANONYMOUS)
