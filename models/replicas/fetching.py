"""Reads that any server may answer which has all that was committed when they were asked for."""

from collections.abc import Sequence
from typing import Any

from models.database.database import fetch_by, fetch_walking, reading_client


async def fetch_current(
    statement: str, arguments: Sequence[Any], *, walks: bool = False
) -> Sequence[Any]:
    """As `fetch`, or `fetch_walking`: from a replica that is up to date, or from the primary.

    What it shows is never older than what the primary would have shown when it was asked for.
    """
    client = reading_client()
    replicas = getattr(client, "replicas", None)  # a snapshot has none
    if replicas is not None:
        rows: Sequence[Any] | None = await replicas.fetch(statement, arguments, walks=walks)
        if rows is not None:
            return rows
    if walks:
        return await fetch_walking(statement, arguments)
    return await fetch_by(client, statement, arguments)
