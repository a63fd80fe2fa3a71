"""The files of deploy/citus: they name the tables and columns that there are."""

import re
from pathlib import Path

import pytest

from models.tables import TABLES
from models.upserts import (
    ACTIVITY,
    EVENT_IDS,
    FACET_PARTS,
    INTERACTIONS,
    OUTCOMES,
    SCORES,
    TOTALS,
    Upsert,
)

FOLDER = Path(__file__).parents[2] / "deploy" / "citus"
WRITTEN = (INTERACTIONS, EVENT_IDS, TOTALS, SCORES, ACTIVITY, FACET_PARTS, OUTCOMES)
DISTRIBUTED = {"log_head", "rank_changes", *(upsert.table for upsert in WRITTEN)}
#: What Citus is not told of: nobody who writes a lane writes them.
LOCAL = {"api_keys", "engaged_posts", "facts", "near_posts", "pair_parts", "positives"}


def test_each_table_is_named_or_is_the_coordinators_alone() -> None:
    """A new table has to be put somewhere."""
    named = set(re.findall(r"'(\w+)'", (FOLDER / "distribute.sql").read_text()))

    assert set(TABLES) - LOCAL == named & set(TABLES)


def test_readers_are_given_the_tables_that_are_distributed() -> None:
    """All others they find as they are."""
    script = (FOLDER / "reading.sql").read_text()

    found = re.search(r"LIMIT TO \(([^)]*)\)", script)
    assert found is not None
    assert set(re.findall(r"\w+", found[1])) == DISTRIBUTED


@pytest.mark.parametrize("upsert", WRITTEN, ids=lambda upsert: upsert.table)
def test_the_function_writes_the_columns_and_keys_that_the_ledger_writes(upsert: Upsert) -> None:
    """With the lane, in a column of its own or as the slot; and it takes rows as they are sent."""
    script = (FOLDER / "writing.sql").read_text()
    place = "slot" if upsert.has_slots else "lane"

    columns, key = re.findall(
        rf"INSERT INTO {upsert.table} \((.*?)\) SELECT .*? ON CONFLICT \((.*?)\)", script
    )[0]

    assert columns.split(", ") == [*upsert.columns, place]
    assert key.split(", ") == [*upsert.key, place]
    assert f"{upsert.table}_ {upsert.row_type}[]" in script
    changed = re.findall(
        r"(\w+) = ", script.partition(f"INSERT INTO {upsert.table} (")[2].partition(";")[0]
    )
    assert changed == [*upsert.replaced, *upsert.added]
