"""Rates: how much a caller may ask for, in a time and at once, counted in this process."""

import math

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from graph.transport.parties import Allowance
from resolvers.caller import Caller, Scope

_ROUNDING_S = 1e-6  # what is lost in reckoning with seconds since 1970


class Rates:
    """Counts the operations of keys and users; an empty rate is none."""

    def __init__(self, key_rate: str, user_rate: str) -> None:
        self._rates: dict[Scope, RateLimitItem] = {}
        if key_rate:
            self._rates |= dict.fromkeys((Scope.RECORD, Scope.READ), parse(key_rate))
        if user_rate:
            self._rates[Scope.USER] = parse(user_rate)
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)

    def wait_s(self, caller: Caller) -> int:
        """Count an operation; 0, or whole seconds until there is room for one more."""
        rate = self._rates.get(caller.scope)
        if rate is None:
            return 0
        who = _who(caller)
        if self._limiter.hit(rate, who):
            return 0
        return math.floor(self._full_s(rate, who) + _ROUNDING_S) + 1

    def _full_s(self, rate: RateLimitItem, who: str) -> float:
        """Seconds during which there is no room.

        What the window before holds counts less and less until this one ends, when what this one
        holds begins to.
        """
        expiry = rate.get_expiry()
        before, before_ends_in, within, within_ends_in = self._storage.get_sliding_window(
            rate.key_for(who), expiry
        )
        if before and within < rate.amount:
            return max(0.0, before_ends_in - (rate.amount - within) * expiry / before)
        return max(0.0, within_ends_in - expiry)


def allowing(by_key: int, by_user: int) -> Allowance:
    """Lets each key and each user have so many subscriptions under way at once."""

    def allowance(caller: Caller) -> tuple[str, int]:
        return _who(caller), by_user if caller.scope is Scope.USER else by_key

    return allowance


def _who(caller: Caller) -> str:
    return caller.alias or caller.key_id or ""
