"""Reads that any server may answer which has all that was committed when they were asked for."""

from collections.abc import Awaitable, Sequence
from typing import Any

from models.database.database import fetch, fetch_walking, reading_client


def fetch_current(
    statement: str, arguments: Sequence[Any], *, walks: bool = False
) -> Awaitable[Sequence[Any]]:
    """As `fetch`, or `fetch_walking`: from a replica that is up to date, or from the primary.

    What it shows is never older than what the primary would have shown when it was asked for.
    """
    replicas = getattr(reading_client(), "replicas", None)  # a snapshot has none
    if replicas is None:
        return (fetch_walking if walks else fetch)(statement, arguments)
    return _fetch(replicas, statement, arguments, walks)


async def _fetch(
    replicas: Any, statement: str, arguments: Sequence[Any], walks: bool
) -> Sequence[Any]:
    rows: Sequence[Any] | None = await replicas.fetch(statement, arguments, walks=walks)
    if rows is not None:
        return rows
    return await (fetch_walking if walks else fetch)(statement, arguments)
