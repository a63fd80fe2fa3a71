"""Outcomes: whether recommending helps, by what recommended and other posts led to."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from math import sqrt
from typing import NamedTuple

from models.reading import activity
from models.reading.activity import TimeRange
from models.reading.signals import outcomes as reading
from models.records import DAY_MINUTES, Micros
from models.signal_records import DAY, LED_TO, NAMES_LIMIT, OUTCOME_CODES
from models.vocabulary import ACTION_BY_CODE, ActionType
from resolvers.errors import BadUserInput
from resolvers.instants import format_instant

DAYS = 30
DAYS_LIMIT = 1_500
GROUPS_LIMIT = 2 * max(DAYS_LIMIT, NAMES_LIMIT + 2)
"""How many outcomes there may be, recommended and not: of days, or of groups with names and two."""

FIRST_DAY, LAST_DAY = 0, 2_932_896  # from 1970, before which nothing occurs, to the year 9999
_Z = 1.959963984540054  # a normal variable lies within so many deviations, 95 times of 100


class OutcomeGroup(StrEnum):
    """What outcomes are told by."""

    DAY = "DAY"
    SOURCE = "SOURCE"
    VARIANT = "VARIANT"


_COLUMNS: dict[OutcomeGroup, reading.Column] = {
    OutcomeGroup.DAY: "day",
    OutcomeGroup.SOURCE: "source",
    OutcomeGroup.VARIANT: "variant",
}


class Days(NamedTuple):
    """Whole days since 1970, UTC: from the first on, before the last."""

    first: int
    last: int


class Rate(NamedTuple):
    """A share, from 0 to 1, and within which bounds the true one lies 95 times of 100."""

    value: float
    low: float
    high: float


@dataclass(slots=True)
class Outcome:
    """What recommended, or other, interactions of a group led to."""

    group: str
    recommended: bool
    counts: dict[ActionType, int] = field(default_factory=lambda: dict.fromkeys(LED_TO, 0))

    @property
    def views(self) -> int:
        return self.counts[ActionType.VIEW]

    def rate(self, action: ActionType) -> Rate | None:
        """How often a view led to an action."""
        return wilson(self.counts[action], self.views)


def wilson(number: int, of: int) -> Rate | None:
    """The share min(number, of) / of with its 95% interval; None of nothing.

    Wilson's score interval: E. B. Wilson, Probable inference, the law of succession, and
    statistical inference, 1927.
    """
    if of <= 0:
        return None
    share, z_squared = min(max(number, 0), of) / of, _Z * _Z
    center = share + z_squared / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + z_squared / (4 * of * of))
    low, high = ((center + sign * spread) / (1 + z_squared / of) for sign in (-1, 1))
    return Rate(share, min(max(low, 0.0), share), max(min(high, 1.0), share))


def days(since: Micros | None, until: Micros | None, now: Micros) -> Days:
    """Every day, UTC, that a period touches, whole; by default the last 30, today among them.

    The period begins at `since` and ends before `until`.

    Raises:
        BadUserInput: `since` lies after `until`, or more than 1500 days before it.
    """
    last = now // DAY + 1 if until is None else -(-until // DAY)
    first = last - DAYS if since is None else since // DAY
    if first > last or (since is not None and until is not None and since > until):
        raise BadUserInput("since", "lies after `until`; allowed is an instant up to it")
    first, last = max(first, FIRST_DAY), min(max(last, FIRST_DAY), LAST_DAY + 1)
    if last - first > DAYS_LIMIT:
        message = f"lies too long before `until`; allowed are at most {DAYS_LIMIT} days"
        raise BadUserInput("since", message)
    return Days(min(first, last), last)


async def outcomes(days: Days, by: OutcomeGroup) -> list[Outcome]:
    """What came of some days, by day in their order, or by source or variant.

    The highest views come first, then what was recommended, then by name. Of sources and variants
    the 1000 with the highest views are told, and all others as `other`. What came with neither
    source nor recommendation is what is left of all activity; it is read a moment before the
    others, so what is recorded in between may be missing there.
    """
    all_of_them = await _activity(days, by)
    counted = await reading.counted(*days, _COLUMNS[by])
    found: dict[tuple[str, bool], Outcome] = {}
    rest: defaultdict[tuple[str, int], int] = defaultdict(int, all_of_them)
    for name, recommended, action, count in counted:
        group = _day(name) if isinstance(name, int) else name
        _add(found, (group, bool(recommended)), action, count)
        rest[group if by is OutcomeGroup.DAY else "", action] -= count
    for (group, action), count in rest.items():
        _add(found, (group, False), action, count)
    return sorted(_present(found.values()), key=lambda each: _place(each, by))


async def _activity(days: Days, by: OutcomeGroup) -> dict[tuple[str, int], int]:
    """How often each action counts in all, by group: a day's, or the nameless one."""
    range = TimeRange(DAY_MINUTES, days.first * DAY_MINUTES, days.last * DAY_MINUTES)
    if by is OutcomeGroup.DAY:
        of_days: defaultdict[tuple[str, int], int] = defaultdict(int)
        for start, action, count in await activity.counted([range]):
            if action in OUTCOME_CODES:
                of_days[_day(start // DAY_MINUTES), action] += count
        return of_days
    sums = await activity.summed([range])
    return {("", action): count for action, count in sums.items() if action in OUTCOME_CODES}


def _add(
    found: dict[tuple[str, bool], Outcome], key: tuple[str, bool], action: int, count: int
) -> None:
    outcome = found.setdefault(key, Outcome(*key))
    outcome.counts[ACTION_BY_CODE[action].type] += count


def _present(found: Iterable[Outcome]) -> Iterator[Outcome]:
    """Those that count anything, and nothing less often than never.

    What is left of activity would, where an undo was taken out of it that was counted elsewhere.
    """
    for each in found:
        each.counts = {action: max(count, 0) for action, count in each.counts.items()}
        if any(each.counts.values()):
            yield each


def _place(outcome: Outcome, by: OutcomeGroup) -> tuple[str, int, bool, str]:
    day = outcome.group if by is OutcomeGroup.DAY else ""
    return day, -outcome.views, not outcome.recommended, outcome.group


def _day(day: int) -> str:
    return format_instant(day * DAY)[:10]
