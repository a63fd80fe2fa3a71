"""Decayed counts: sums in which every occurrence halves each half-life, kept exactly.

An occurrence at instant t counts 2^(t / H). Such a number is far too large for a float, and a sum
of floats forgets what is small: after a burst of today is undone, what was counted a month ago
would be gone. So a decayed count is a whole number times a power of two, `units * 2^(floor - 52)`
with `floor` in half-lives since 1970. Adding is exact, so order does not matter and taking away
leaves no trace; only the occurrence itself is rounded, to the 53 bits of a float.
"""

import math

from models.ranks.keys import rank_key as rank_key
from models.ranks.keys import weighted as weighted
from models.values import FRACTION_BITS, Micros, leading
from models.values import ZERO as ZERO
from models.values import Decayed as Decayed
from models.values import decode as decode
from models.values import encode as encode
from models.values import grown as grown
from models.values import plus as plus
from models.values import times as times

_ONE = 1 << FRACTION_BITS
_LARGEST = 1e300


def occurrence(at: Micros, half_life: Micros, sign: int = 1) -> Decayed:
    """One occurrence at an instant, or with `sign` -1 what takes it away."""
    floor, rest = divmod(at, half_life)
    return floor, sign * int(2.0 ** (rest / half_life) * _ONE)


def value(count: Decayed, now: Micros, half_life: Micros) -> float:
    """The count as of `now`; relative error under 1e-14.

    What was counted with another half-life may be beyond all floats, and is then 1e300.
    """
    floor, units = count
    if not units:
        return 0.0
    age, rest = divmod(now, half_life)
    units, dropped = leading(units)
    try:
        scaled = math.ldexp(units, dropped + floor - age - FRACTION_BITS)
    except OverflowError:
        return math.copysign(_LARGEST, units)
    return float(scaled / 2.0 ** (rest / half_life))
