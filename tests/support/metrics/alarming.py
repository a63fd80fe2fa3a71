"""Alarms tried by Prometheus's own tool: numbers over three hours, and what goes off by them."""

import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.support.metrics.promql import ALARMS

#: A series by its name and labels, and its numbers minute by minute in promtool's notation.
Series = dict[str, str]

MINUTES = 180


def calm() -> Series:
    """A server on a calm day."""
    return {
        named("up"): "1x200",
        named("trailmark_writer_in_trouble", lane="0"): "0x200",
        named("trailmark_writer_waiting_inputs", lane="0"): "0+3x200",
        named("trailmark_disk_free_bytes"): "1e11-1e6x200",
        **operations("ok", "0+6000x200"),
        **operations("INTERNAL", "0x200"),
        **operations("OVERLOADED", "0+1x200"),
        named("trailmark_refused_requests_total", code="INTERNAL"): "0x200",
        named("trailmark_refused_requests_total", code="OVERLOADED"): "0+1x200",
        **histogram("trailmark_operation_seconds", "0.1"),
        **histogram("trailmark_commit_seconds", "0.1"),
        **histogram("trailmark_lock_wait_seconds", "0.1"),
        **histogram("trailmark_loop_lag_seconds", "0.1"),
        named("trailmark_pool_waiting_readers"): "0 4 0x198",
        named("trailmark_replicas", state="lost"): "0x50 2x5 0x145",
        named("trailmark_feed_lag_seconds", lane="0"): "0 0.2 0x198",
        named("trailmark_follower_lag_seconds", follower="co-engagement"): "0 1 0x198",
        named("trailmark_dropped_subscriptions_total", code="CONSUMER_TOO_SLOW"): "0+0.1x200",
        named("trailmark_housekeeping_last_success_timestamp_seconds"): "0x20 1200+60x180",
        named("process_start_time_seconds"): "0x200",
        inputs("CREATED"): "0+6000x200",
        inputs("REJECTED"): "0+60x200",
        named("trailmark_worker_starts_total"): "2x200",
    }


def operations(outcome: str, numbers: str) -> Series:
    """Queries that became this."""
    labels = {"kind": "query", "operation": "Page", "outcome": outcome}
    return {named("trailmark_operations_total", **labels): numbers}


def histogram(name: str, most: str) -> Series:
    """Times of which 1000 a minute are at most so many seconds, and none is longer."""
    bounds = ("0.1", "1.0", "5.0", "+Inf")
    is_over = {bound: index >= bounds.index(most) for index, bound in enumerate(bounds)}
    return {
        named(f"{name}_bucket", le=bound): "0+1000x200" if is_over[bound] else "0x200"
        for bound in bounds
    }


def inputs(outcome: str) -> str:
    """Inputs that became this."""
    return named("trailmark_inputs_total", action="VIEW", outcome=outcome)


def gone_off(
    folder: Path, cases: dict[str, Series], quiet: dict[str, Series]
) -> subprocess.CompletedProcess[str]:
    """Have each alarm go off by its series within three hours, and none on a calm day.

    Nor do some by the series that they are to be `quiet` by.
    """
    tests = [_test({}, "count(ALERTS)", [])]
    one = [{"labels": "{}", "value": 1}]
    tests += [_test(series, _firing(alarm), one) for alarm, series in cases.items()]
    tests += [_test(series, _firing(alarm), []) for alarm, series in quiet.items()]
    file = folder / "tests.yml"
    given = {"rule_files": [str(ALARMS)], "evaluation_interval": "1m", "tests": tests}
    file.write_text(yaml.safe_dump(given))
    command = ["promtool", "test", "rules", str(file)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60)


def _firing(alarm: str) -> str:
    return f'count(ALERTS{{alertname="{alarm}",alertstate="firing"}})'


def _test(series: Series, expression: str, expected: list[Any]) -> dict[str, Any]:
    return {
        "interval": "1m",
        "input_series": [
            {"series": name, "values": numbers} for name, numbers in (calm() | series).items()
        ],
        "promql_expr_test": [
            {"expr": expression, "eval_time": f"{MINUTES}m", "exp_samples": expected}
        ],
    }


def named(name: str, **labels: str) -> str:
    """A series of the server."""
    given = {"instance": "one", "job": "trailmark", **labels}
    inner = ",".join(f'{label}="{text}"' for label, text in given.items())
    return f"{name}{{{inner}}}"
