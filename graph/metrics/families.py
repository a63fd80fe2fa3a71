"""Families: values of one process in the form of Prometheus's client."""

from collections.abc import Iterable, Iterator

from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
)
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.utils import floatToGoString

from graph.metrics.catalog import Kind, Metric
from graph.metrics.values import Value
from models.histogram import Histogram

_FAMILIES = {Kind.COUNTER: CounterMetricFamily, Kind.HISTOGRAM: HistogramMetricFamily}


class Families:
    """Collects some values, as the client's registries do."""

    def __init__(self, values: Iterable[Value]) -> None:
        self._families: dict[Metric, Family] = {}
        for value in values:
            self._add(value)

    def collect(self) -> Iterator[Family]:
        yield from self._families.values()

    def _add(self, value: Value) -> None:
        metric, number = value.metric, value.number
        family = self._families.get(metric)
        if family is None:
            make = _FAMILIES.get(metric.kind, GaugeMetricFamily)
            family = self._families[metric] = make(
                metric.name, metric.meaning, labels=metric.labels
            )
        if isinstance(number, Histogram):
            if isinstance(family, HistogramMetricFamily):
                family.add_metric(value.labels, _cumulative(number), number.total)
        elif isinstance(family, (CounterMetricFamily, GaugeMetricFamily)):
            family.add_metric(value.labels, float(number))


def bounds_of(histogram: Histogram) -> list[str]:
    """The upper bounds of a histogram as Prometheus writes them."""
    return [floatToGoString(bound) for bound in (*histogram.bounds, float("inf"))]


def _cumulative(histogram: Histogram) -> list[tuple[str, float]]:
    total, buckets = 0, []
    for bound, count in zip(bounds_of(histogram), histogram.counts, strict=True):
        total += count
        buckets.append((bound, float(total)))
    return buckets
