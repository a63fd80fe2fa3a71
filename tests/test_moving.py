"""docs/moving.md says what the code does."""

from pathlib import Path

from graph.rest.routes import OPERATIONS
from resolvers.moving.dumps import TABLES

MOVING = (Path(__file__).parents[1] / "docs" / "moving.md").read_text(encoding="utf-8")


def test_every_route_is_there() -> None:
    """By its path."""
    assert [each.path for each in OPERATIONS if each.path not in MOVING] == []


def test_the_columns_that_are_read_are_those_of_the_table() -> None:
    """Each under each of its names, in the row of its table."""
    rows = {line.split("|")[1]: line for line in MOVING.splitlines() if line.startswith("| ")}

    for table, columns in TABLES.items():
        (row,) = (line for first, line in rows.items() if f"`{table}`" in first)
        missing = [
            name for column in columns.values() for name in column.names if f"`{name}`" not in row
        ]
        assert missing == [], table
