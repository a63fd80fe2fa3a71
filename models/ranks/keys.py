"""Keys: what a score comes to, and the key that orders subjects by it.

Both rest on what is stored alone, so ranks are made where scores are read.
"""

import math

from models.records import StoredScore
from models.values import FRACTION_BITS, ZERO, Decayed, decode, leading, plus, times


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
    first, dropped = leading(abs(units))
    magnitude = math.log2(first) + dropped + floor - FRACTION_BITS
    return -magnitude if units > 0 else magnitude


def stored_score(row: StoredScore) -> Decayed:
    """What a subject's score comes to, of the sum of its slots."""
    return weighted(decode(row.positive), decode(row.negative))


def key_of(row: StoredScore) -> float | None:
    """The key that ranks a subject; None where there is nothing to rank."""
    return key_of_stored(row.count, row.positive, row.negative)


def key_of_stored(count: int, positive: bytes, negative: bytes) -> float | None:
    """The same of what a row of scores has, where that is all of a subject's."""
    return rank_key(weighted(decode(positive), decode(negative))) if count else None
