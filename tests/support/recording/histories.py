"""Histories planted as rows, many at a time and without totals: what pages are read from."""

from models.records import StoredInteraction
from models.upserts import INTERACTIONS
from models.vocabulary import ACTIONS, ActionType, Status, SubjectKind
from tests.support.sql import run

_COLUMNS = ", ".join(INTERACTIONS.columns)
START = 1_795_132_800_000_000  # 20 November 2026, UTC
VIEW = ACTIONS[ActionType.VIEW].code


async def plant(url: str, rows: list[StoredInteraction]) -> None:
    """Store rows as they are; their texts must be plain."""
    if rows:
        values = ", ".join(
            f"({', '.join(map(_literal, INTERACTIONS.values(row)))})" for row in rows
        )
        await run(url, f"INSERT INTO interactions ({_COLUMNS}) VALUES {values}")


async def plant_views(url: str, size: int, *, alias: str, post_id: str, first: int) -> None:
    """Store so many VIEWs by one user of one post, numbered from the first on, a second apart."""
    values = {
        "id": "n",
        "user_alias": f"'{alias}'",
        "action": str(VIEW),
        "target_kind": str(int(SubjectKind.POST)),
        "target_id": f"'{post_id}'",
        "occurred_at": f"{START} + n * 1000000",
        "recorded_at": f"{START} + n * 1000000",
        "status": str(int(Status.SHOWN)),
        "recommended": "FALSE",
    }
    await run(
        url,
        f"WITH RECURSIVE numbers (n) AS (SELECT CAST({first} AS BIGINT) UNION ALL "
        f"SELECT n + 1 FROM numbers WHERE n < {first + size - 1}) "
        f"INSERT INTO interactions ({', '.join(values)}) "
        f"SELECT {', '.join(values.values())} FROM numbers",
    )


def _literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return str(value).upper()
    return f"'{value}'" if isinstance(value, str) else str(int(value))  # type: ignore[call-overload]
