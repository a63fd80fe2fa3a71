"""Histograms: values by bounds that include what is equal."""

from models.histogram import Histogram


def test_a_value_is_counted_below_the_first_bound_that_it_does_not_exceed() -> None:
    """Beyond all bounds there is one count more."""
    histogram = Histogram((1.0, 2.0))

    for value in (0.0, 1.0, 1.5, 2.0, 2.5, 100.0):
        histogram.add(value)

    assert histogram.counts == [2, 2, 2]
    assert histogram.total == 107.0
