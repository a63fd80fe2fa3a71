"""Filters of interactions, and the SQL conditions that they stand for."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.records import Micros, StoredInteraction
from models.vocabulary import SubjectKind


@dataclass(frozen=True, slots=True)
class Filter:
    """Which interactions to take; None takes all. `since` is inclusive, `until` exclusive."""

    actions: tuple[int, ...] | None = None
    post_ids: tuple[str, ...] | None = None
    user_aliases: tuple[str, ...] | None = None
    sources: tuple[str, ...] | None = None
    recommended: bool | None = None
    since: Micros | None = None
    until: Micros | None = None

    @property
    def passes_nothing(self) -> bool:
        """Whether an empty list lets nothing pass, which needs no reading to know."""
        return () in (self.actions, self.post_ids, self.user_aliases, self.sources)

    @property
    def is_by_time(self) -> bool:
        """Whether it is by nothing but time, so that no row within it is passed over."""
        return replace(self, since=None, until=None) == EVERYTHING

    def passes(self, row: StoredInteraction) -> bool:
        """Whether it takes a row; as the conditions of SQL do."""
        if self.actions is not None and row.action not in self.actions:
            return False
        if self.post_ids is not None and (
            row.target_kind != SubjectKind.POST or row.target_id not in self.post_ids
        ):
            return False
        if self.user_aliases is not None and row.user_alias not in self.user_aliases:
            return False
        if self.sources is not None and row.source not in self.sources:
            return False
        if self.recommended is not None and bool(row.recommended) is not self.recommended:
            return False
        if self.since is not None and row.occurred_at < self.since:
            return False
        return self.until is None or row.occurred_at < self.until


EVERYTHING = Filter()


class Conditions:
    """Conditions on interactions `i` under construction, with the arguments of their statement."""

    def __init__(self, dialect: str) -> None:
        self.arguments: list[Any] = []
        self.is_sqlite = dialect == "sqlite"

    def of(self, filter: Filter) -> list[str]:
        """What a filter asks of a row."""
        conditions = []
        for column, values, kind in (
            ("action", filter.actions, "smallint"),
            ("user_alias", filter.user_aliases, "text"),
            ("source", filter.sources, "text"),
        ):
            if values is not None:
                conditions.append(f"i.{column} {self.among(values, kind)}")
        if filter.post_ids is not None:
            among = self.among(filter.post_ids, "text")
            conditions.append(f"i.target_kind = {int(SubjectKind.POST)} AND i.target_id {among}")
        for condition, value in (
            ("i.recommended =", filter.recommended),
            ("i.occurred_at >=", filter.since),
            ("i.occurred_at <", filter.until),
        ):
            if value is not None:
                conditions.append(f"{condition} {self.add(value)}")
        return conditions

    def among(self, values: Sequence[Any], kind: str) -> str:
        if self.is_sqlite:
            return f"IN (SELECT value FROM json_each({self.add(json.dumps(values))}))"
        return f"= ANY({self.add(list(values))}::{kind}[])"

    def add(self, value: Any) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"
