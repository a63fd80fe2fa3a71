"""Tables that Citus distributes: what is said to it, on which server it runs, without a Citus."""

import re
from pathlib import Path

import pytest

from models.ledger.distributed.functions import script
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.postgres_statements import reading
from models.partitions import Layout

INSTALLED = Path(__file__).parents[3] / "deploy" / "citus" / "writing.sql"
KINDS = ("aliases", "event_ids", "states", "totals", "scores", "posts", "variants")


def test_the_function_that_writes_is_the_one_that_is_installed() -> None:
    """The file in deploy/citus has it word for word."""
    assert INSTALLED.read_text().partition("\n\n")[2] == script()


@pytest.mark.parametrize("scope", [Scope(3, Layout(8, 1)), WHOLE])
def test_reading_names_the_lane_for_each_table_that_is_distributed(scope: Scope) -> None:
    """So each statement runs on one server; those without a lane are on all of them."""
    statement = reading(scope, KINDS, whole=scope.is_whole, apart=3)

    head, *parts = statement.split(", (SELECT array_agg(")
    found = [
        (table, re.findall(r"\bt\.(?:lane|slot) = \d+", part))
        for part in parts
        for table in re.findall(r"\bFROM (\w+) t\b", part)
    ]
    assert found == [
        ("privacy_settings", []),
        ("event_ids", ["t.lane = 3"]),
        ("interactions", ["t.lane = 3"]),
        ("interactions", ["t.lane = 3"]),
        ("totals", ["t.slot = 3"]),
        ("scores", ["t.slot = 3"]),
        ("posts", []),
        ("outcome_variants", []),
    ]
    assert head.endswith("FROM log_head")
    assert statement.endswith("WHERE log_head.id = 3")
