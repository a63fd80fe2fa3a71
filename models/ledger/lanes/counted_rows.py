"""Rows of what counts in a lane's slot, by what is known of where they are on PostgreSQL."""

from collections.abc import Mapping
from typing import Any, NamedTuple, Self, TypeVar

from models.records import Place
from models.upserts import Upsert

K = TypeVar("K")

Row = tuple[Any, ...]


class CountedRows(NamedTuple):
    """Rows of what counts: those in places that are known, others that are there, and the rest."""

    replaced: list[Row]
    places: list[Place]
    moving: list[Row]
    other: list[Row]

    @classmethod
    def of(cls, upsert: Upsert, records: Mapping[K, Any], stored: Mapping[K, Place | None]) -> Self:
        """The rows of some records, in the order of their keys, by where rows are stored."""
        found, values = cls([], [], [], []), upsert.values
        replaced, places, moving, other = found
        for key in sorted(records):  # type: ignore[type-var]
            row = values(records[key])
            if key not in stored:
                other.append(row)
            elif (place := stored[key]) is None:
                moving.append(row)
            else:
                replaced.append(row)
                places.append(place)
        return found

    def arguments(self, *, moving: bool) -> list[list[Any]]:
        """What a statement takes of them, whose part is left out where there is none."""
        return [
            self.replaced,
            self.places,
            *([self.moving] if moving else []),
            *([self.other] if self.other else []),
        ]
