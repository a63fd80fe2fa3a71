"""What deploy/ holds for Prometheus and Grafana asks for what a server tells, and is explained."""

import re

import pytest
import yaml

from graph.metrics.catalog import CATALOG
from graph.metrics.values import LANE
from tests.support.client import COUNTS, Caller
from tests.support.metrics.promql import DASHBOARD, ROOT, alarms, asked, expressions, panels
from tests.support.metrics.scraping import scrape

OF_PROMETHEUS = {"up": set[str]()}
ADDED = {"instance", "job"}
"""The labels that Prometheus adds to each number."""

ROW = re.compile(r"^\| `(Trailmark\w+)` \| (.+) \| (.+) \|$", re.MULTILINE)
METRIC_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| (.+?) \| (.+?) \| (.+) \|$", re.MULTILINE)


async def test_alarms_and_dashboard_ask_for_what_a_server_tells(sqlite: Caller) -> None:
    """Each number that they name is told, with the labels that they name."""
    await sqlite.record(userId="ann", action="VIEW", postId="p")
    await sqlite.data(COUNTS, id="p")

    told = (await scrape(sqlite.http)).labels | OF_PROMETHEUS

    wrong = {
        f"{where}: {each.name} by {', '.join(sorted(each.labels))}"
        for where, expression in expressions().items()
        for each in asked(expression)
        if each.name not in told or each.labels - ADDED - told[each.name]
    }
    assert len(expressions()) > 50
    assert wrong == set()


def test_every_metric_is_on_the_dashboard() -> None:
    """Under its own name, or that of its buckets, sum or count."""
    names = {each.name for expression in expressions().values() for each in asked(expression)}

    unseen = {
        each.name for each in CATALOG if not any(name.startswith(each.name) for name in names)
    }

    assert unseen == set()


def test_what_asks_by_a_label_finds_no_sum_over_others() -> None:
    """Panels have titles and places of their own, and none is empty."""
    titles = [panel["title"] for panel in panels()]
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()}

    assert len(set(titles)) == len(places) == len(titles)
    assert all(panel["targets"] for panel in panels())
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in panels())


def test_each_alarm_says_what_it_is_and_how_grave() -> None:
    """There are no more than can be known; some are worth waking for."""
    assert 12 <= len(alarms()) <= 20
    assert {rule["labels"]["severity"] for rule in alarms().values()} == {"page", "ticket"}
    assert all(rule["annotations"]["summary"] for rule in alarms().values())


def test_the_docs_say_of_each_alarm_what_to_do() -> None:
    """docs/operating.md has a row for each, in the order of the file, and no other."""
    rows = ROW.findall((ROOT / "docs" / "operating.md").read_text("utf-8"))

    assert [name for name, _, _ in rows] == list(alarms())


def test_the_docs_list_each_metric() -> None:
    """docs/metrics.md has a row for each, with its kind, labels, unit and meaning, and no other."""
    rows = METRIC_ROW.findall((ROOT / "docs" / "metrics.md").read_text("utf-8"))

    assert [(name, kind, labels) for name, kind, labels, _, _ in rows] == [
        (
            metric.shown_name,
            metric.kind.shown,
            ", ".join(f"`{label}`" for label in metric.labels) or "–",
        )
        for metric in CATALOG
    ]


@pytest.mark.parametrize(("suffix", "unit"), [("_seconds", "seconds"), ("_bytes", "bytes")])
def test_names_end_with_their_units(suffix: str, unit: str) -> None:
    """As Prometheus asks for."""
    rows = METRIC_ROW.findall((ROOT / "docs" / "metrics.md").read_text("utf-8"))

    for name, _, _, told, _ in rows:
        is_so = name.removesuffix("_total").endswith(suffix)
        assert is_so == told.startswith(unit), name


def test_prometheus_is_told_where_the_alarms_are() -> None:
    """Its configuration names the file beside it, the address, and how to send a key."""
    folder = ROOT / "deploy" / "prometheus"
    configured = yaml.safe_load((folder / "prometheus.yml").read_text("utf-8"))

    (job,) = configured["scrape_configs"]
    assert [(folder / name).exists() for name in configured["rule_files"]] == [True]
    assert (job["job_name"], job["metrics_path"]) == ("trailmark", "/metrics")
    assert "credentials_file" in job["authorization"]
    assert yaml.safe_load((DASHBOARD.parent / "provider.yml").read_text("utf-8"))["providers"]
    assert LANE == ("0",)
