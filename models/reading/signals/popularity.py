"""Popularity: how often posts were favored and viewed, by whomever."""

from collections.abc import Sequence
from typing import NamedTuple

from models.database.database import dialect
from models.reading.filters import Conditions
from models.records import Micros
from models.replicas.fetching import fetch_current
from models.vocabulary import SubjectKind


class PostTotal(NamedTuple):
    """One action's total for a post."""

    post_id: str
    action: int
    number: int
    last_at: Micros


async def post_totals(post_ids: Sequence[str], actions: Sequence[int]) -> list[PostTotal]:
    """The totals of some actions for each of some posts, in no order; in one query."""
    conditions = Conditions(dialect())
    codes = ", ".join(str(int(action)) for action in actions)
    rows = await fetch_current(
        f"SELECT subject_id, action, count, last_at FROM totals "
        f"WHERE subject_kind = {int(SubjectKind.POST)} AND action IN ({codes}) "
        f"AND subject_id {conditions.among(post_ids, 'text')}",
        conditions.arguments,
    )
    return [PostTotal(*row) for row in rows]
