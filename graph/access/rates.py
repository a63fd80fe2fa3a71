"""Rates: how many operations and subscriptions a caller may have, counted in this process."""

import math

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from graph.transport.principals import Allowance
from resolvers.caller import Caller, Scope

_ROUNDING_S = 1e-6  # the error of sums of seconds since 1970


class Rates:
    """Counts the operations of keys and users; an empty rate limits nothing."""

    def __init__(self, key_rate: str, user_rate: str) -> None:
        self._key_rate = parse(key_rate) if key_rate else None
        self._user_rate = parse(user_rate) if user_rate else None
        self._storage = MemoryStorage()
        self._limiter = SlidingWindowCounterRateLimiter(self._storage)

    def wait_s(self, caller: Caller) -> int:
        """Count an operation; 0, or whole seconds until there is room for one more."""
        rate = self._user_rate if caller.is_user else self._key_rate
        if rate is None or Scope.ADMIN in caller.scopes:
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
        return _who(caller), by_user if caller.is_user else by_key

    return allowance


def _who(caller: Caller) -> str:
    return caller.alias or caller.key_id or ""
