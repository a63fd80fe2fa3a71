"""The process itself: its processor time, memory and descriptors, where Linux tells them."""

from collections.abc import Iterator

from prometheus_client import ProcessCollector

from graph.metrics import catalog
from graph.metrics.values import Value

_SHOWN = {
    each.name: each
    for each in (
        catalog.CPU,
        catalog.MEMORY,
        catalog.DESCRIPTORS,
        catalog.DESCRIPTOR_LIMIT,
        catalog.STARTED_AT,
    )
}


def process_values() -> Iterator[Value]:
    """What the system says of this process; takes longer the more descriptors are open."""
    for family in ProcessCollector(registry=None).collect():
        metric = _SHOWN.get(family.name)
        if metric is not None:
            yield Value(metric, (), family.samples[0].value)
