"""The filter index: finds by user, post or action who subscribed to a row, without asking all."""

from collections.abc import Iterator
from typing import Generic, TypeVar

from models.reading.filters import Filter
from models.records import StoredInteraction
from models.vocabulary import SubjectKind

T = TypeVar("T")

_Key = tuple[str, str | int]
_ANY: _Key = ("any", "")


class FilterIndex(Generic[T]):
    """The filters of many owners; each has the key of what it narrows most by."""

    def __init__(self) -> None:
        self._owners: dict[_Key, dict[Filter, set[T]]] = {}

    def __bool__(self) -> bool:
        return bool(self._owners)

    def add(self, owner: T, filter: Filter) -> None:
        """Find an owner for what passes a filter."""
        for key in _keys_of_filter(filter):
            self._owners.setdefault(key, {}).setdefault(filter, set()).add(owner)

    def remove(self, owner: T, filter: Filter) -> None:
        """Find it no more by this filter."""
        for key in _keys_of_filter(filter):
            filters = self._owners.get(key, {})
            owners = filters.get(filter, set())
            owners.discard(owner)
            if not owners:
                filters.pop(filter, None)
            if not filters:
                self._owners.pop(key, None)

    def find(self, row: StoredInteraction) -> dict[T, list[Filter]]:
        """The owners of a row, each with those of its filters that the row passes."""
        found: dict[T, list[Filter]] = {}
        for key in _keys_of_row(row):
            for filter, owners in self._owners.get(key, {}).items():
                if filter.passes(row):
                    for owner in owners:
                        found.setdefault(owner, []).append(filter)
        return found


def _keys_of_filter(filter: Filter) -> list[_Key]:
    if filter.passes_nothing:
        return []
    if filter.user_aliases is not None:
        return [("user", alias) for alias in filter.user_aliases]
    if filter.post_ids is not None:
        return [("post", post_id) for post_id in filter.post_ids]
    if filter.actions is not None:
        return [("action", action) for action in filter.actions]
    return [_ANY]


def _keys_of_row(row: StoredInteraction) -> Iterator[_Key]:
    yield "user", row.user_alias
    if row.target_kind == SubjectKind.POST:
        yield "post", row.target_id
    yield "action", row.action
    yield _ANY
