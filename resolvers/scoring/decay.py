"""Decayed counts: sums in which every occurrence halves each half-life, kept exactly.

An occurrence at instant t counts 2^(t / H). Such a number is far too large for a float, and a sum
of floats forgets what is small: after a burst of today is undone, what was counted a month ago
would be gone. So a decayed count is a whole number times a power of two, `units * 2^(floor - 52)`
with `floor` in half-lives since 1970. Adding is exact, so order does not matter and taking away
leaves no trace; only the occurrence itself is rounded, to the 53 bits of a float.
"""

import math

from models.values import ZERO as ZERO
from models.values import Decayed as Decayed
from models.values import Micros
from models.values import decode as decode
from models.values import encode as encode
from models.values import grown as grown
from models.values import plus as plus

_FRACTION_BITS = 52
_ONE = 1 << _FRACTION_BITS
_LARGEST = 1e300


def occurrence(at: Micros, half_life: Micros, sign: int = 1) -> Decayed:
    """One occurrence at an instant, or with `sign` -1 what takes it away."""
    floor, rest = divmod(at, half_life)
    return floor, sign * int(2.0 ** (rest / half_life) * _ONE)


def times(count: Decayed, factor: float) -> Decayed:
    """The exact product with a weight, or with a sign."""
    floor, units = count
    numerator, denominator = factor.as_integer_ratio()  # a float's denominator is a power of two
    units *= numerator
    return (floor - denominator.bit_length() + 1, units) if units else ZERO


def value(count: Decayed, now: Micros, half_life: Micros) -> float:
    """The count as of `now`; relative error under 1e-14.

    What was counted with another half-life may be beyond all floats, and is then 1e300.
    """
    floor, units = count
    if not units:
        return 0.0
    age, rest = divmod(now, half_life)
    units, dropped = _leading(units)
    try:
        scaled = math.ldexp(units, dropped + floor - age - _FRACTION_BITS)
    except OverflowError:
        return math.copysign(_LARGEST, units)
    return float(scaled / 2.0 ** (rest / half_life))


def weighted(positive: Decayed, negative: Decayed) -> Decayed:
    """A score: what speaks for it minus what speaks against it.

    A difference below a billionth of what went into it is noise of the weights, and exactly zero.
    """
    if not negative[1]:
        return positive
    score = plus(positive, times(negative, -1.0))
    _, spread = plus(plus(positive, negative), times(score, -1e9 if score[1] > 0 else 1e9))
    return ZERO if spread > 0 else score


def rank_key(score: Decayed) -> float:
    """The key that orders scores, best first when ascending, at any moment without a clock.

    -sign(S) * (log2 |S| + reference), with the score referred to 1970: all scores decay alike, so
    their order only changes when something is recorded.
    """
    floor, units = score
    if not units:
        return 0.0
    leading, dropped = _leading(abs(units))
    magnitude = math.log2(leading) + dropped + floor - _FRACTION_BITS
    return -magnitude if units > 0 else magnitude


def _leading(units: int) -> tuple[int, int]:
    """The 64 leading bits of a number, and how many bits were dropped behind them."""
    dropped = max(units.bit_length() - 64, 0)
    return units >> dropped, dropped
