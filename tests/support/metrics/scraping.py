"""What tests read at /metrics: numbers by their names and labels."""

from collections.abc import Iterable
from dataclasses import dataclass

import httpx
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families


@dataclass(frozen=True)
class Scraped:
    """The samples of a scrape, each a name, its labels and a number."""

    samples: list[tuple[str, dict[str, str], float]]
    kinds: dict[str, str]

    @property
    def names(self) -> set[str]:
        return {name for name, _, _ in self.samples}

    @property
    def labels(self) -> dict[str, set[str]]:
        """The names of all labels that each name was seen with."""
        found = dict[str, set[str]]()
        for name, labels, _ in self.samples:
            found.setdefault(name, set()).update(labels)
        return found

    def number(self, name: str, **labels: str) -> float:
        """The sum of what has a name and these labels; 0 where there is none."""
        return sum(
            number
            for each, found, number in self.samples
            if each == name and labels.items() <= found.items()
        )


def scraped(text: str) -> Scraped:
    """What a text holds in the form of Prometheus."""
    return of_families(text_string_to_metric_families(text))


def of_families(found: Iterable[Metric]) -> Scraped:
    """What families hold."""
    families = list(found)
    samples = [
        (sample.name, dict(sample.labels), float(sample.value))
        for family in families
        for sample in family.samples
    ]
    return Scraped(samples, {family.name: family.type for family in families})


async def scrape(http: httpx.AsyncClient, headers: dict[str, str] | None = None) -> Scraped:
    """What a server tells now."""
    answer = await http.get("/metrics", headers=headers)
    assert answer.status_code == 200, answer.text
    return scraped(answer.text)
