"""Parts: what a user's interactions say of what the user prefers, packed into bytes and added up.

A facet is a kind and a value. It is counted for itself by what was done, and by whether what did so
still has a row: `code` is twice the action's number, and one more for what was folded. A part as it
is recorded is a list of lists, each of them a code, 1 or -1, an instant, and facets. A merged part
is an object: under each facet, a code, a count, and the two numbers of its decayed count, again and
again. Both are JSON. The sum of a user's parts is what is counted, in whatever order they came.
"""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

import orjson

from models.records import Micros
from models.vocabulary import FacetKind
from resolvers.scoring import decay
from resolvers.scoring.decay import Decayed

Facet: TypeAlias = str
"""A facet in one text: the digit of its kind, and its value."""

Entries: TypeAlias = dict[Facet, list[Any]]
"""A merged part, once its bytes are read."""

Loaded: TypeAlias = Entries | list[list[Any]]
"""Any part, once its bytes are read."""

_LARGEST = 2**63


class Counted(NamedTuple):
    """How often something occurred, and its decayed count."""

    number: int = 0
    decayed: Decayed = decay.ZERO

    def __bool__(self) -> bool:
        return self.number != 0 or self.decayed[1] != 0

    def plus(self, other: "Counted") -> "Counted":
        """Both together."""
        return Counted(self.number + other.number, decay.plus(self.decayed, other.decayed))


NOTHING = Counted()


def facet(kind: FacetKind, value: str) -> Facet:
    """A facet in one text."""
    return f"{kind.value}{value}"


def kind_and_value(facet: Facet) -> tuple[FacetKind, str]:
    """The two that a facet's text is made of."""
    return FacetKind(int(facet[0])), facet[1:]


def code_of(action: int, *, folded: bool = False) -> int:
    """What a facet is counted under."""
    return 2 * action + folded


def is_folded(code: int) -> bool:
    """Whether what is counted under a code has no rows."""
    return bool(code % 2)


def counts(counted: list[Any]) -> Iterator[tuple[int, int, int, int]]:
    """What a merged part has of one facet: each code, its count, and its decayed count's two."""
    for at in range(0, len(counted), 4):
        code, number, floor, units = counted[at : at + 4]
        yield code, number, floor, int(units, 16) if type(units) is str else units


class Recorded:
    """What some interactions of one user change in its facets: the part of one commit."""

    def __init__(self) -> None:
        self._counted: list[list[int | str]] = []

    def add(self, code: int, sign: int, at: Micros, facets: Iterable[Facet]) -> None:
        """Count facets in (`sign` 1) or out (-1) at an instant."""
        self._counted.append([code, sign, at, *facets])

    def packed(self) -> bytes:
        return orjson.dumps(self._counted)


class FacetSums:
    """The sum of parts: under each facet and code how often, and the decayed count; exact."""

    def __init__(self, half_life: Micros, parts: Iterable[bytes] = ()) -> None:
        self._half_life = half_life
        self._sums: dict[tuple[Facet, int], Counted] = {}
        for part in parts:
            self.add(part)

    def __iter__(self) -> Iterator[tuple[Facet, int, Counted]]:
        """What is counted, in no order, without what is taken out again."""
        return ((*key, counted) for key, counted in self._sums.items() if counted)

    def __bool__(self) -> bool:
        return any(self._sums.values())

    def of(self, facet: Facet, code: int) -> Counted:
        """What is counted under a facet and a code."""
        return self._sums.get((facet, code), NOTHING)

    def add(self, part: bytes) -> None:
        """Add what a part counts."""
        self.add_loaded(orjson.loads(part))

    def add_loaded(self, entries: Loaded) -> None:
        """Add what a part counts, as it is once its bytes are read."""
        if isinstance(entries, list):
            for code, sign, at, *facets in entries:
                self.add_once(facets, code, at, sign)
            return
        for facet, counted in entries.items():
            for code, number, floor, units in counts(counted):
                self.put(facet, code, Counted(number, (floor, units)))

    def add_once(self, facets: Iterable[Facet], code: int, at: Micros, sign: int = 1) -> None:
        """Count facets once in, or with `sign` -1 out, at an instant."""
        once = Counted(sign, decay.occurrence(at, self._half_life, sign))
        for facet in facets:
            self.put(facet, code, once)

    def put(self, facet: Facet, code: int, counted: Counted) -> None:
        """Add to what is counted under a facet and a code."""
        key = facet, code
        before = self._sums.get(key)
        self._sums[key] = counted if before is None else before.plus(counted)

    def minus(self, other: "FacetSums") -> "FacetSums":
        """What is to be added to another for this to be its sum."""
        difference = FacetSums(self._half_life)
        for facet, code, counted in self:
            difference.put(facet, code, counted)
        for facet, code, counted in other:
            less = Counted(-counted.number, decay.times(counted.decayed, -1.0))
            difference.put(facet, code, less)
        return difference

    def packed(self) -> bytes:
        """A merged part that counts all of it."""
        return orjson.dumps(self.entries())

    def entries(self) -> Entries:
        """The same, not yet as bytes."""
        entries: Entries = {}
        for (facet, code), counted in sorted(self._sums.items()):
            if counted:
                floor, units = counted.decayed
                shown = units if -_LARGEST <= units < _LARGEST else hex(units)
                entries.setdefault(facet, []).extend((code, counted.number, floor, shown))
        return entries
