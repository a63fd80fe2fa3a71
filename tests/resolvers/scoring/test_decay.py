"""Decayed counts: exact sums, whatever the order, and an order that no clock is needed for."""

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.records import Micros
from resolvers.scoring import decay
from resolvers.scoring.decay import ZERO, Decayed

NOW: Micros = 1_800_000_000_000_000
DAY: Micros = 86_400_000_000
POST_HALF_LIFE = DAY
INSTANTS = st.integers(0, NOW)


def of(*instants: Micros) -> Decayed:
    """The decayed count of occurrences at these instants."""
    count = ZERO
    for at in instants:
        count = decay.plus(count, decay.occurrence(at, POST_HALF_LIFE))
    return count


def exact(count: Decayed) -> Fraction:
    floor, units = count
    return Fraction(units) * Fraction(2) ** (floor - 52)


@pytest.mark.parametrize(
    ("age", "worth"), [(0, 1.0), (DAY, 0.5), (2 * DAY, 0.25), (DAY // 2, 2**-0.5)]
)
def test_an_occurrence_halves_every_half_life(age: Micros, worth: float) -> None:
    """One occurrence counts 2^(-age / H)."""
    assert decay.value(of(NOW - age), NOW, POST_HALF_LIFE) == pytest.approx(worth, rel=1e-14)


@given(st.lists(INSTANTS, max_size=20))
def test_order_does_not_matter(instants: list[Micros]) -> None:
    """The same occurrences in any order give the same count, to the last bit."""
    shuffled = sorted(instants, key=lambda at: at * 2_654_435_761 % 1_000_003)

    assert exact(of(*instants)) == exact(of(*shuffled))


@given(st.lists(INSTANTS, max_size=10), st.lists(INSTANTS, max_size=10))
def test_taking_away_leaves_no_trace(kept: list[Micros], undone: list[Micros]) -> None:
    """What was counted and undone leaves what was there before, however small that is."""
    count = of(*kept, *undone)
    for at in undone:
        once = decay.times(decay.occurrence(at, POST_HALF_LIFE), -1.0)
        count = decay.plus(count, once)

    assert exact(count) == exact(of(*kept))


@given(st.lists(INSTANTS, min_size=1, max_size=20))
def test_the_value_is_the_formula_s(instants: list[Micros]) -> None:
    """The value is the sum of 2^(-(now - t) / H), to 1e-12 of itself."""
    expected = math.fsum(2.0 ** (-(NOW - at) / POST_HALF_LIFE) for at in instants)

    assert decay.value(of(*instants), NOW, POST_HALF_LIFE) == pytest.approx(expected, rel=1e-12)


@given(st.lists(INSTANTS, max_size=20))
def test_a_kept_count_reads_back_as_it_was(instants: list[Micros]) -> None:
    """Encoding and decoding change nothing."""
    assert decay.decode(decay.encode(of(*instants))) == of(*instants)


@given(st.lists(INSTANTS, max_size=4), st.lists(INSTANTS, max_size=4), st.sampled_from([1.0, -1.0]))
def test_what_is_kept_grows_in_one_step_as_in_three(
    kept: list[Micros], more: list[Micros], sign: float
) -> None:
    """To the byte as when it is read back, added to and kept again; also down to nothing."""
    before = decay.encode(of(*kept)) if kept else None
    added, taken = (decay.times(of(*more), each) for each in (sign, -sign))

    after = decay.grown(before, added)

    assert after == decay.encode(decay.plus(decay.decode(before), added))
    assert decay.grown(after, taken) == decay.encode(decay.plus(decay.decode(after), taken))


@given(st.lists(INSTANTS, min_size=1, max_size=5), st.lists(INSTANTS, min_size=1, max_size=5))
def test_rank_keys_order_scores_at_any_moment(ours: list[Micros], theirs: list[Micros]) -> None:
    """The larger score has the smaller key, and equal scores have equal keys."""
    a, b = of(*ours), of(*theirs)

    if exact(a) == exact(b):
        assert decay.rank_key(a) == decay.rank_key(b)
    elif abs(exact(a) / exact(b) - 1) > 1e-9:
        assert (decay.rank_key(a) < decay.rank_key(b)) == (exact(a) > exact(b))


def test_scores_against_rank_behind_none_and_the_worst_is_last() -> None:
    """Positive keys sort first, then zero, then negative scores from small to large."""
    good = decay.weighted(of(NOW), ZERO)
    bad = decay.weighted(ZERO, of(NOW - 9 * DAY))
    worse = decay.weighted(ZERO, of(NOW))

    keys = [decay.rank_key(score) for score in (good, ZERO, bad, worse)]

    assert keys == sorted(keys)
    assert keys[1] == 0.0


def test_what_cancels_to_under_a_billionth_is_zero() -> None:
    """A difference below 1e-9 of what went into it counts as none."""
    large, nearly = of(NOW), decay.times(of(NOW), 1 - 1e-10)

    assert decay.weighted(large, nearly) == ZERO
    assert decay.weighted(large, decay.times(of(NOW), 1 - 1e-8)) != ZERO


def test_a_value_far_in_the_future_is_zero_and_no_error() -> None:
    """What has decayed below the smallest float is 0."""
    assert decay.value(of(NOW), NOW + 5_000 * DAY, POST_HALF_LIFE) == 0.0
