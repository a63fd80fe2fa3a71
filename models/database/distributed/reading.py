"""Reading where tables are distributed: what one statement sees is not of one moment.

deploy/citus/reading.sql makes a schema that readers find the tables in. In it each distributed
table is asked by itself, so that PostgreSQL's own planner joins what Citus cannot.
"""

from typing import Any

from tortoise.context import require_context

from models.database.database import dialect, fetch
from models.database.postgres import READING_SCHEMA

_IS_THERE = f"SELECT to_regnamespace('{READING_SCHEMA}') IS NOT NULL"


async def is_distributed() -> bool:
    """Whether the tables of the database being read are on several servers."""
    if dialect() == "sqlite":
        return False
    client: Any = require_context().db()
    if client.is_distributed is None:
        ((client.is_distributed,),) = map(tuple, await fetch(_IS_THERE, ()))
    return bool(client.is_distributed)
