"""What alarms and dashboards ask Prometheus: which numbers, by which labels."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import promql_parser
import yaml

ROOT = Path(__file__).parents[3]
ALARMS = ROOT / "deploy" / "prometheus" / "alerts.yml"
DASHBOARD = ROOT / "deploy" / "grafana" / "trailmark.json"
_VARIABLE = re.compile(r"\$__rate_interval|\$instance")
_VALUES = {"$__rate_interval": "5m", "$instance": ".*"}


class Asked(NamedTuple):
    """A number that an expression asks for, and the labels that it names beside it."""

    name: str
    labels: frozenset[str]


def alarms() -> dict[str, dict[str, Any]]:
    """The alarms by their names."""
    groups = yaml.safe_load(ALARMS.read_text("utf-8"))["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def panels() -> list[dict[str, Any]]:
    """The panels of the dashboard, without the rows between them."""
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text("utf-8"))["panels"]
    return [panel for panel in found if panel["type"] != "row"]


def expressions() -> dict[str, str]:
    """Every expression, by where it is."""
    found = {name: rule["expr"] for name, rule in alarms().items()}
    for panel in panels():
        for target in panel["targets"]:
            expression = _VARIABLE.sub(lambda match: _VALUES[match[0]], target["expr"])
            found[f"{panel['title']} {target['refId']}"] = expression
    return found


def asked(expression: str) -> Iterator[Asked]:
    """What an expression asks for."""
    return _asked(promql_parser.parse(expression), frozenset())


def _asked(node: Any, labels: frozenset[str]) -> Iterator[Asked]:
    match node:
        case promql_parser.VectorSelector():
            names = {each.name for each in node.matchers.matchers}
            yield Asked(node.name or "", labels | names)
        case promql_parser.MatrixSelector():
            yield from _asked(node.vector_selector, labels)
        case promql_parser.AggregateExpr():
            by = frozenset(node.modifier.labels) if node.modifier else frozenset()
            yield from _asked(node.expr, labels | by)
        case promql_parser.Call():
            for argument in node.args:
                yield from _asked(argument, labels)
        case promql_parser.BinaryExpr():
            yield from _asked(node.lhs, labels)
            yield from _asked(node.rhs, labels)
        case promql_parser.ParenExpr() | promql_parser.UnaryExpr():
            yield from _asked(node.expr, labels)
        case promql_parser.NumberLiteral() | promql_parser.StringLiteral():
            pass
        case _:
            raise AssertionError(f"nothing is known of {type(node).__name__}")
