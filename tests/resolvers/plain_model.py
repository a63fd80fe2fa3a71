"""A plain model of recording: it keeps all that was ever sent and works everything out from it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from models.vocabulary import ACTIONS, ActionType, PrivacyLevel

DAY = 86_400_000_000
POST_HALF_LIFE, USER_HALF_LIFE = DAY, 14 * DAY
Subject = tuple[str, str]
State = tuple[str, ActionType, str]
FULL, LIMITED, NONE = PrivacyLevel


@dataclass(frozen=True)
class Input:
    """One input: `at` is None where it says no instant."""

    user: str
    action: ActionType
    target: str
    undo: bool
    at: int | None
    event_id: str | None


@dataclass
class Instants:
    """All instants at which a state was recorded and undone, records with their arrival."""

    records: list[tuple[int, int]] = field(default_factory=list)
    undos: list[int] = field(default_factory=list)
    since: int | None = None  # while it holds
    ever_held: bool = False
    bare: bool = False  # it holds, but history does not show it

    def all(self) -> list[int]:
        return [at for at, _ in self.records] + self.undos


@dataclass
class Model:
    """What should be stored and counted, by the rules alone; LIMITED users' is never forgotten."""

    levels: Mapping[str, PrivacyLevel] = field(default_factory=dict)
    states: dict[State, Instants] = field(default_factory=dict)
    events: list[tuple[str, ActionType, str, int]] = field(default_factory=list)
    folded: list[tuple[str, ActionType, str, int]] = field(default_factory=list)  # events, pruned
    event_ids: dict[tuple[str, str], tuple[ActionType, str, bool]] = field(default_factory=dict)
    seen: dict[tuple[str, str], int] = field(default_factory=dict)  # event ids, since when
    arrivals: int = 0

    def expect(self, input: Input, now: int) -> str:
        """Take an input in; what it should be answered."""
        level = self.levels.get(input.user, FULL)
        if level is NONE:
            is_well_formed = ACTIONS[input.action].is_state or not input.undo
            return "NOT_STORED" if is_well_formed else "REJECTED"
        outcome = self._expect(input, now)
        counts = outcome in ("CREATED", "REACTIVATED")
        return "AGGREGATED" if level is LIMITED and counts else outcome

    def _expect(self, input: Input, now: int) -> str:
        self.arrivals += 1
        action = ACTIONS[input.action]
        if input.undo and not action.is_state:
            return "REJECTED"
        if input.event_id is not None:
            content = (input.action, input.target, input.undo)
            known = self.event_ids.setdefault((input.user, input.event_id), content)
            if known != content:
                return "REJECTED"
            if (input.user, input.event_id) in self._answered:
                return "UNCHANGED"
            self._answered.add((input.user, input.event_id))
            self.seen[input.user, input.event_id] = now
        if not action.is_state:
            at = now if input.at is None else input.at
            self.events.append((input.user, input.action, input.target, at))
            return "CREATED"
        return self._move(input, now)

    _answered: set[tuple[str, str]] = field(default_factory=set)

    def _move(self, input: Input, now: int) -> str:
        key = (input.user, input.action, input.target)
        mine = self.states.setdefault(key, Instants())
        rival = self._rival(key)
        at = input.at
        if at is None:
            at = max([now, *(other + 1 for other in mine.all() + rival.all())])
        held = mine.since is not None
        if input.undo:
            mine.undos.append(at)
        else:
            mine.records.append((at, self.arrivals))
        self._settle(mine, rival, at)
        self._settle(rival, mine, at)
        holds = mine.since is not None
        if held == holds:
            return "UNCHANGED"
        if not holds:
            return "UNDONE"
        first = not mine.ever_held
        mine.ever_held = True
        return "CREATED" if first else "REACTIVATED"

    def _rival(self, key: State) -> Instants:
        user, action, target = key
        excluded = ACTIONS[action].excludes
        if excluded is None:
            return Instants()
        return self.states.setdefault((user, excluded, target), Instants())

    def _settle(self, state: Instants, rival: Instants, at: int) -> None:
        """A state holds when its latest record beats its latest undo and its rival's latest."""
        holds = bool(state.records)
        if holds and state.undos:
            holds = max(state.records)[0] > max(state.undos)
        if holds and rival.records:
            holds = max(state.records) > max(rival.records)  # on a tie, by arrival
        state.bare = state.bare and holds
        if not holds:
            state.since = None
        elif state.since is None:
            state.since = at

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
        self.folded += [event for event in self.events if event[-1] < dated]
        self.events = [event for event in self.events if event[-1] >= dated]
        for key, state in list(self.states.items()):
            if state.since is not None:
                state.bare = state.bare or state.since < dated
            elif all(at < dated for at in state.all() + [at for at, _ in self._rival(key).records]):
                del self.states[key]
        for name in [name for name, at in self.seen.items() if at < seen]:
            del self.seen[name], self.event_ids[name]
            self._answered.discard(name)
        return shown - len(self.shown())

    def shown(self) -> list[tuple[str, ActionType, str, int]]:
        """What of that is stored and not pruned: what histories show."""
        pruned = {key for key, state in self.states.items() if state.bare}
        held = [each for each in self.stored() if each[:3] not in pruned]
        for event in self.folded:
            held.remove(event)
        return held

    def stored(self) -> list[tuple[str, ActionType, str, int]]:
        """What of that is stored under its user, and counts for the user."""
        return [each for each in self.counted() if self.levels.get(each[0], FULL) is FULL]

    def counts(self, target: str) -> dict[str, int]:
        counts: dict[str, int] = {}
        for _, action, on, _ in self.counted():
            if on == target:
                counts[action] = counts.get(action, 0) + 1
        return counts

    def post_score(self, target: str, now: int) -> float:
        parts = [
            ACTIONS[action].weight * 2.0 ** (-(now - at) / POST_HALF_LIFE)
            for _, action, on, at in self.counted()
            if on == target
        ]
        score = math.fsum(parts)
        return score if abs(score) >= 1e-9 * math.fsum(map(abs, parts)) else 0.0

    def user_score(self, user: str, now: int) -> float:
        return math.fsum(
            max(ACTIONS[action].weight, 0) * 2.0 ** (-(now - at) / USER_HALF_LIFE)
            for who, action, _, at in self.stored()
            if who == user
        )
