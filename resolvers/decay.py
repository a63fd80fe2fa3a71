"""Decayed counts: sums in which every occurrence halves each half-life, kept exactly.

An occurrence at instant t counts 2^(t / H). Such a number is far too large for a float, and a sum
of floats forgets what is small: after a burst of today is undone, what was counted a month ago
would be gone. So a decayed count is a whole number times a power of two, `units * 2^(floor - 52)`
with `floor` in half-lives since 1970. Adding is exact, so order does not matter and taking away
leaves no trace; only the occurrence itself is rounded, to the 53 bits of a float.
"""

import math
from typing import NamedTuple

from models.records import Micros

_FRACTION_BITS = 52
_ONE = 1 << _FRACTION_BITS
_KEPT_BITS = 1 << 17  # half-lives from the largest to the smallest: 350 years of days
_LARGEST = 1e300


class Decayed(NamedTuple):
    """A decayed count, referred to 1970: `units * 2^(floor - 52)`."""

    floor: int
    units: int


ZERO = Decayed(0, 0)
_NOTHING = bytes(5)


def occurrence(at: Micros, half_life: Micros, sign: int = 1) -> Decayed:
    """One occurrence at an instant, or with `sign` -1 what takes it away."""
    floor, rest = divmod(at, half_life)
    return Decayed(floor, sign * int(2.0 ** (rest / half_life) * _ONE))


def plus(a: Decayed, b: Decayed) -> Decayed:
    """The exact sum."""
    if not a.units:
        return b
    if not b.units:
        return a
    floor = a.floor
    if floor == b.floor:
        units = a.units + b.units
    else:
        floor = min(floor, b.floor)
        units = (a.units << (a.floor - floor)) + (b.units << (b.floor - floor))
    if not units:
        return ZERO
    excess = units.bit_length() - _KEPT_BITS
    return Decayed(floor + excess, units >> excess) if excess > 0 else Decayed(floor, units)


def times(count: Decayed, factor: float) -> Decayed:
    """The exact product with a weight, or with a sign."""
    if factor.is_integer():
        units = count.units * int(factor)
        return Decayed(count.floor, units) if units else ZERO
    numerator, denominator = factor.as_integer_ratio()  # a float's denominator is a power of two
    units = count.units * numerator
    return Decayed(count.floor - denominator.bit_length() + 1, units) if units else ZERO


def value(count: Decayed, now: Micros, half_life: Micros) -> float:
    """The count as of `now`; relative error under 1e-14.

    What was counted with another half-life may be beyond all floats, and is then 1e300.
    """
    if not count.units:
        return 0.0
    floor, rest = divmod(now, half_life)
    units, dropped = _leading(count.units)
    try:
        scaled = math.ldexp(units, dropped + count.floor - floor - _FRACTION_BITS)
    except OverflowError:
        return math.copysign(_LARGEST, units)
    return float(scaled / 2.0 ** (rest / half_life))


def weighted(positive: Decayed, negative: Decayed) -> Decayed:
    """A score: what speaks for it minus what speaks against it.

    A difference below a billionth of what went into it is noise of the weights, and exactly zero.
    """
    if not negative.units:
        return positive
    score = plus(positive, times(negative, -1.0))
    spread = plus(plus(positive, negative), times(score, -1e9 if score.units > 0 else 1e9))
    return ZERO if spread.units > 0 else score


def rank_key(score: Decayed) -> float:
    """The key that orders scores, best first when ascending, at any moment without a clock.

    -sign(S) * (log2 |S| + reference), with the score referred to 1970: all scores decay alike, so
    their order only changes when something is recorded.
    """
    if not score.units:
        return 0.0
    units, dropped = _leading(abs(score.units))
    magnitude = math.log2(units) + dropped + score.floor - _FRACTION_BITS
    return -magnitude if score.units > 0 else magnitude


def encode(count: Decayed) -> bytes:
    """The bytes a table keeps: the floor in four, then the units, both signed and big-endian."""
    if not count.units:
        return _NOTHING
    length = count.units.bit_length() // 8 + 1
    return count.floor.to_bytes(4, "big", signed=True) + count.units.to_bytes(
        length, "big", signed=True
    )


def decode(kept: bytes | None) -> Decayed:
    """The count behind a table's bytes; nothing kept is zero."""
    if kept is None or kept == _NOTHING:
        return ZERO
    return Decayed(
        int.from_bytes(kept[:4], "big", signed=True), int.from_bytes(kept[4:], "big", signed=True)
    )


def _leading(units: int) -> tuple[int, int]:
    """The 64 leading bits of a number, and how many bits were dropped behind them."""
    dropped = max(units.bit_length() - 64, 0)
    return units >> dropped, dropped
