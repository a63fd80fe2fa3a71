"""The statements that all peers run, and what they need to know of the vocabulary."""

import re
from pathlib import Path

from models.database.database import Database
from models.vocabulary import ACTIONS, SubjectKind, TargetKind

_HERE = Path(__file__).parent
KINDS = ["USER", *TargetKind]
VOCABULARY = {str(action.type): (action.code, action.weight) for action in ACTIONS.values()}


OURS, LEAN = "statements.sql", "lean.sql"
"""Statements over the product's own tables, and over tables that hold no more than a peer needs."""


def statements(file: str = OURS) -> dict[str, str]:
    """Each statement of a file by its name, without comments."""
    parts = (_HERE / file).read_text().split("-- name: ")[1:]
    named = (part.partition("\n") for part in parts)
    return {name: re.sub(r"--.*\n", "", text).strip() for name, _, text in named}


def functions() -> str:
    """The functions that serve the statements, as SQL; some of a statement's parameters differ."""
    sql = statements()
    filled = {
        "actions": ", ".join(f"'{name}'" for name in ACTIONS),
        "kinds": ", ".join(f"'{name}'" for name in TargetKind),
        "weights": ", ".join(str(action.weight) for action in ACTIONS.values()),
        "record": re.sub(r"\$(\d)", r"v\1", sql["record"]),
        "history": sql["history"],
        "totals": sql["totals"],
        **{str(action.type): str(action.code) for action in ACTIONS.values()},
    }
    text = (_HERE / "functions.sql").read_text()
    return re.sub(r"\{(\w+)\}", lambda found: filled.get(found[1], found[0]), text)


async def create(database: Database) -> None:
    """Give the database what the peers need beside the product's tables.

    Their numbers begin far above those that the product gives out meanwhile.
    """
    codes = [action.code for action in ACTIONS.values()]
    assert codes == list(range(1, len(codes) + 1)), "arrays stand for the vocabulary"
    assert [SubjectKind[name] for name in KINDS] == list(range(len(KINDS)))
    async with database.connected() as server:
        await server.execute(_BEGIN + functions())


async def create_lean(database: Database) -> None:
    """Give the database the lean tables, filled with what the product's hold; after `create`."""
    async with database.connected() as server:
        await server.execute((_HERE / "lean_tables.sql").read_text(), timeout=None)


async def drop(database: Database) -> None:
    """Take the functions out of the database."""
    async with database.connected() as server:
        await server.execute("DROP SCHEMA peers CASCADE; DROP SCHEMA IF EXISTS lean CASCADE")


_BEGIN = """DROP SCHEMA IF EXISTS peers CASCADE; CREATE SCHEMA peers;
CREATE SEQUENCE peers.numbers START 1000000000000;
"""
