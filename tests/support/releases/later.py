"""A later release: this one with one migration more, as a tree that a process can run from."""

import shutil
from pathlib import Path

from models.database.versions.numbers import available

ROOT = Path(__file__).parents[3]
PACKAGES = ("graph", "models", "resolvers", "migrations")
LATER = "99_later.py"
_MIGRATION = '''
async def upgrade(db):
    return """
        ALTER TABLE interactions ADD later BIGINT NOT NULL DEFAULT 0;
        CREATE TABLE later_table (id BIGINT NOT NULL PRIMARY KEY);"""


'''


def later_release(folder: Path) -> str:
    """Make the tree; a process runs from it where this is its PYTHONPATH."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)
    for dialect in ("sqlite", "postgres"):
        there = folder / "migrations" / dialect
        last = (there / available(dialect)[-1]).read_text()
        (there / LATER).write_text(_MIGRATION + last[last.index("MODELS_STATE") :])
    return str(folder)
