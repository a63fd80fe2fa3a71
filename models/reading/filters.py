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

    def of_user(self, alias: str, row: str = "i") -> str:
        """That a row is a user's; the alias is an expression, such as the place of an argument.

        This and those below say it in the way that an index of each database has it. On PostgreSQL
        that is a hash in place of texts. Two users may share one, so the texts are compared too, as
        a number: the planner would else take it that of so few rows few are the user's, and sort
        all that the index has rather than go along it.
        """
        return self._hashed(f"{row}.user_alias = {alias}", _user(row), _hash(alias))

    def of_users(self, aliases: str, row: str = "i") -> str:
        """That a row is of one of some users; the aliases are an array, on SQLite a JSON text."""
        return self._any_hashed(f"{row}.user_alias", aliases, _user(row), _hash("v"))

    def of_target(self, kind: object, id: str, row: str = "i") -> str:
        """That a row is about a target."""
        plain = f"{row}.target_kind = {kind} AND {row}.target_id = {id}"
        return self._hashed(plain, _target(row), _hash(id, kind))

    def of_targets(self, kind: object, ids: str, row: str = "i") -> str:
        """That a row is about one of some targets of one kind."""
        among = self._any_hashed(f"{row}.target_id", ids, _target(row), _hash("v", kind))
        return f"{row}.target_kind = {kind} AND {among}"

    def of_user_and_kind(self, alias: str, kind: object, row: str = "i") -> str:
        """That a row is what a user did to targets of one kind, which is not that of posts."""
        of_user = self._hashed(
            f"{row}.user_alias = {alias}", _user_and_kind(row), _hash(alias, kind)
        )
        return f"{of_user} AND {row}.target_kind = {kind}"

    def of_user_and_target(self, alias: str, kind: object, id: str, row: str = "i") -> str:
        """That a row is what a user did to a target."""
        plain = (
            f"{row}.user_alias = {alias} AND {row}.target_kind = {kind} AND {row}.target_id = {id}"
        )
        return self._hashed(plain, _user_and_target(row), _hash(id, _hash(alias, kind)))

    def of_user_and_targets(self, alias: str, kind: object, ids: str, row: str = "i") -> str:
        """That a row is what a user did to one of some targets of one kind."""
        hash = _hash("v", _hash(alias, kind))
        among = self._any_hashed(f"{row}.target_id", ids, _user_and_target(row), hash)
        return f"{row}.user_alias = {alias} AND {row}.target_kind = {kind} AND {among}"

    def _hashed(self, plain: str, indexed: str, hash: str) -> str:
        return plain if self.is_sqlite else f"{indexed} = {hash} AND ({plain})::int <> 0"

    def _any_hashed(self, column: str, values: str, indexed: str, hash: str) -> str:
        """That a column has one of some values; `hash` is that of such a value `v`."""
        if self.is_sqlite:
            return f"{column} IN (SELECT value FROM json_each({values}))"
        hashes = f"ARRAY(SELECT {hash} FROM unnest({values}::text[]) v)"
        return f"{indexed} = ANY({hashes}) AND ({column} = ANY({values}::text[]))::int <> 0"

    def among(self, values: Sequence[Any], kind: str) -> str:
        if self.is_sqlite:
            return f"IN (SELECT value FROM json_each({self.listed(values)}))"
        return f"= ANY({self.listed(values)}::{kind}[])"

    def listed(self, values: Sequence[Any]) -> str:
        """The place of an argument that is all of some values: a JSON text, or an array."""
        return self.add(json.dumps(list(values)) if self.is_sqlite else list(values))

    def each(self, texts: Sequence[str]) -> str:
        """The texts as rows `k` with a column `value`."""
        listed = self.listed(texts)
        return f"json_each({listed}) k" if self.is_sqlite else f"unnest({listed}::text[]) k(value)"

    def add(self, value: Any) -> str:
        self.arguments.append(value)
        return f"${len(self.arguments)}"


# The hashes that indexes of interactions are on; a migration has them in these very words.


def _user(row: str) -> str:
    return _hash(f"{row}.user_alias")


def _user_and_kind(row: str) -> str:
    return _hash(f"{row}.user_alias", f"{row}.target_kind")


def _user_and_target(row: str) -> str:
    return _hash(f"{row}.target_id", _user_and_kind(row))


def _target(row: str) -> str:
    return _hash(f"{row}.target_id", f"{row}.target_kind")


def _hash(text: str, seed: object = 0) -> str:
    return f"hashtextextended({text}, {seed})"
