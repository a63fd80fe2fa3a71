"""What a database would do for a read: the plan of each statement, beside its rows."""

from collections.abc import Sequence
from typing import Any

from models.database.database import dialect, fetch


class Planner:
    """Reads as `fetch_current` does, and keeps the plans of what it was asked for."""

    def __init__(self) -> None:
        self.plans: list[str] = []

    async def fetch(
        self, statement: str, arguments: Sequence[Any], *, walks: bool = False
    ) -> Sequence[Any]:
        explain = "EXPLAIN QUERY PLAN" if dialect() == "sqlite" else "EXPLAIN"
        rows = await fetch(f"{explain} {statement}", arguments)
        self.plans.append("\n".join(str(row[-1]) for row in map(tuple, rows)))
        return await fetch(statement, arguments)
