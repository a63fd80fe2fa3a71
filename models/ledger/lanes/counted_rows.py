"""Rows of what counts in a lane's slot, by what is known of where they are on PostgreSQL."""

from collections.abc import Mapping, Set
from typing import Any, NamedTuple, Self, TypeVar

from models.records import Place
from models.upserts import Upsert

K = TypeVar("K")

Row = tuple[Any, ...]


class CountedRows(NamedTuple):
    """Rows of what counts: in places that are known, there as well, new, and such as may be new."""

    replaced: list[Row]
    places: list[Place]
    moving: list[Row]
    new: list[Row]
    unsure: list[Row]

    @classmethod
    def of(
        cls,
        upsert: Upsert,
        records: Mapping[K, Any],
        stored: Mapping[K, Place | None],
        absent: Set[K],
    ) -> Self:
        """The rows of some records, in the order of their keys, by where rows are stored.

        Those that are absent are stored nowhere.
        """
        lists: list[list[Any]] = [[] for _ in cls._fields]
        found, values = cls(*lists), upsert.values
        replaced, places, moving, new, unsure = found
        for key in sorted(records):  # type: ignore[type-var]
            row = values(records[key])
            if key in absent:
                new.append(row)
            elif key not in stored:
                unsure.append(row)
            elif (place := stored[key]) is None:
                moving.append(row)
            else:
                replaced.append(row)
                places.append(place)
        return found

    def arguments(self, *, moving: bool, unsure: bool) -> list[list[Row] | str]:
        """What a statement takes of them, whose part is left out where there is none."""
        return [
            self.replaced,
            " ".join(self.places),  # asyncpg would encode them one by one
            *([self.moving] if moving else []),
            *([self.new] if self.new else []),
            *([self.unsure] if unsure else []),
        ]
