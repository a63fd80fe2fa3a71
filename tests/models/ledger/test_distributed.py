"""Tables that Citus distributes: what is said to it, on which server it runs, without a Citus."""

import re
from pathlib import Path

import pytest

from models.ledger.distributed.functions import script
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.postgres_statements import reading
from models.partitions import Layout
from models.tables import TABLES

FOLDER = Path(__file__).parents[3] / "deploy" / "citus"
#: The column that says the lane of a row, by table.
LANE_OF = {
    "log_head": "id",
    **dict.fromkeys(("interactions", "event_ids", "facet_parts", "rank_changes"), "lane"),
    **dict.fromkeys(("totals", "scores", "activity", "outcomes"), "slot"),
}
#: What only the coordinator has: written by nobody who writes a lane.
LOCAL = {
    "api_keys",
    "engaged_posts",
    "facts",
    "followers",
    "near_posts",
    "pair_parts",
    "positives",
    "ranks",
}


def test_the_function_that_writes_is_the_one_that_is_installed() -> None:
    """The file in deploy/citus has it word for word."""
    installed = (FOLDER / "writing.sql").read_text()

    assert installed.partition("\n\n")[2] == script()


@pytest.mark.parametrize("variants", [False, True])
@pytest.mark.parametrize("scope", [Scope(3, Layout(8, 1)), WHOLE])
def test_reading_names_the_lane_for_each_table_that_is_distributed(
    scope: Scope, variants: bool
) -> None:
    """So each statement runs on one server; those without a lane are on all of them."""
    statement = reading(scope, whole=scope.is_whole, variants=variants, apart=3)

    head, *parts = statement.split(",\n  (SELECT ")
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
        *([("outcome_variants", [])] if variants else []),
    ]
    assert head.endswith("FROM log_head")
    assert statement.endswith("WHERE log_head.id = 3")


def test_writing_names_the_lane_for_each_table() -> None:
    """Each row that the function writes gets the lane that it is called for."""
    into = re.findall(
        r"INSERT INTO (\w+) \(.*?(\w+)\)\s+(?:SELECT|VALUES)(.*?)(?:\sON|;)", script()
    )
    heads = re.findall(r"(?:FROM|UPDATE) log_head.*?\bid = (\w+)", script(), re.DOTALL)

    written = {table: column for table, column, _ in into}
    assert written == {name: column for name, column in LANE_OF.items() if name != "log_head"}
    assert all("lane_" in values for _, _, values in into)
    assert heads == ["lane_", "lane_"]


def test_each_table_is_somewhere() -> None:
    """A table that is new has to be named in distribute.sql, or is the coordinator's alone."""
    named = set(re.findall(r"'(\w+)'", (FOLDER / "distribute.sql").read_text()))

    assert set(TABLES) - LOCAL == {name for name in TABLES if name in named} - {"ranks"}
    assert set(LANE_OF) <= named
