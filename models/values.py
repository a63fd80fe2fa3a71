"""Values as the database keeps them: instants, short keys in place of texts, decayed counts; and
the records that are made of them."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import Field, field
from functools import lru_cache
from operator import attrgetter
from struct import Struct
from typing import Any, ClassVar, NamedTuple, Self, TypeAlias

Micros = int
"""An instant: microseconds since 1970 UTC."""

EARLIEST: Micros = -(2**63)
"""Before all instants: the last of none, and the bound below all."""

Decayed: TypeAlias = tuple[int, int]
"""A decayed count, referred to 1970: `floor` and `units` of `units * 2^(floor - 52)`."""

Kept: TypeAlias = bytes | list[bytes | None] | None
"""A decayed count as it is read: a row's bytes, or the bytes of the rows whose sum it is."""

ZERO: Decayed = (0, 0)
FRACTION_BITS = 52
_NOTHING = bytes(5)
_FLOOR = Struct(">i")
_floor_in, _bytes_of, _from_bytes = _FLOOR.unpack_from, _FLOOR.pack, int.from_bytes
_key_in = Struct(">q").unpack_from
_USERS = 32_768  # whose keys are remembered, in a few megabytes
_KEPT_BITS = 1 << 17  # half-lives from the largest to the smallest: 350 years of days


class Record:
    """A row of a table; its fields are the columns that are written, in this order."""

    __slots__: tuple[str, ...] = ()
    _fields: ClassVar[Callable[[Any], tuple[Any, ...]]]

    def __init_subclass__(cls) -> None:
        if cls.__slots__:  # which `dataclass` makes of its fields, in a class that it makes anew
            cls._fields = attrgetter(*cls.__slots__)

    def copy(self) -> Self:
        return type(self)(*type(self)._fields(self))


def stored_as(column: str, default: Any) -> Any:
    """A field whose column has another name."""
    return field(default=default, metadata={"column": column})


def column_of(field: "Field[Any]") -> str:
    """The name of the column that keeps a record's field."""
    return str(field.metadata.get("column", field.name))


def plus(a: Decayed, b: Decayed) -> Decayed:
    """The exact sum of two decayed counts."""
    (floor, units), (other, more) = a, b
    if not units:
        return b
    if not more:
        return a
    if floor <= other:
        units += more << (other - floor)
    else:
        floor, units = other, (units << (floor - other)) + more
    return _bounded(floor, units)


def times(count: Decayed, factor: float) -> Decayed:
    """The exact product with a weight, or with a sign."""
    floor, units = count
    numerator, denominator = factor.as_integer_ratio()  # a float's denominator is a power of two
    units *= numerator
    return (floor - denominator.bit_length() + 1, units) if units else ZERO


def leading(units: int) -> tuple[int, int]:
    """The 64 leading bits of a number, and how many bits were dropped behind them."""
    dropped = max(units.bit_length() - 64, 0)
    return units >> dropped, dropped


def encode(count: Decayed) -> bytes:
    """The bytes a table keeps: the floor in four, then the units, both signed and big-endian."""
    floor, units = count
    if not units:
        return _NOTHING
    return _bytes_of(floor) + units.to_bytes(units.bit_length() // 8 + 1, "big", signed=True)


def grown(kept: bytes | None, more: Decayed) -> bytes:
    """The bytes of the sum of what is kept and more; all steps in one, as recording needs many."""
    floor, units = more
    if kept is not None and kept != _NOTHING:
        (other,), own = _floor_in(kept), _from_bytes(kept[4:], "big", signed=True)
        if not units:
            floor, units = other, own
        elif floor <= other:
            units += own << (other - floor)
        else:
            floor, units = other, (units << (floor - other)) + own
    length = units.bit_length()
    if length > _KEPT_BITS:
        floor, units, length = floor + length - _KEPT_BITS, units >> length - _KEPT_BITS, _KEPT_BITS
    return (
        _bytes_of(floor) + units.to_bytes(length // 8 + 1, "big", signed=True)
        if units
        else _NOTHING
    )


def decode(kept: bytes | None) -> Decayed:
    """The count behind a table's bytes; nothing kept is zero."""
    if kept is None or kept == _NOTHING:
        return ZERO
    (floor,) = _floor_in(kept)
    return floor, int.from_bytes(kept[4:], "big", signed=True)


def decoded(kept: Kept) -> Decayed:
    """The count behind a table's bytes, or the sum behind those of several rows."""
    return added(kept) if isinstance(kept, list) else decode(kept)


def added(kept: Iterable[bytes | None]) -> Decayed:
    """The sum of the counts behind the bytes of several rows, as `plus` adds them."""
    floor, units = ZERO
    read = int.from_bytes
    for each in kept:
        if each is None or each == _NOTHING:
            continue
        (other,), more = _floor_in(each), read(each[4:], "big", signed=True)
        if not units:
            floor, units = other, more
        elif floor <= other:
            units += more << (other - floor)
        else:
            floor, units = other, (units << (floor - other)) + more
    return _bounded(floor, units)


def kept_sum(kept: Sequence[bytes | None]) -> bytes | None:
    """The bytes of the sum of what is kept in several rows; None where none of them has any."""
    return None if all(each is None for each in kept) else encode(added(kept))


def _bounded(floor: int, units: int) -> Decayed:
    """A sum, without what is too small beside it to be kept."""
    if not units:
        return ZERO
    excess = units.bit_length() - _KEPT_BITS
    return (floor + excess, units >> excess) if excess > 0 else (floor, units)


class EventKey(NamedTuple):
    """Under which an idempotency id of a user is stored: the user's key, then its own.

    All ids of a user are found by the first. Of a hundred million users any two share it with a
    chance of one in 3 700; two of the million ids of one user with one of 37 million. Both are 64
    bits, so 128 together keep the ids of all users apart.
    """

    user_key: int
    event_key: int


def event_key(user_alias: str, event_id: str) -> EventKey:
    return EventKey(user_key(user_alias), short_key(f"{user_alias}:{event_id}"))


@lru_cache(_USERS)
def user_key(user_alias: str) -> int:
    """The short key of a user."""
    return short_key(user_alias)


def short_key(text: str) -> int:
    """The first eight bytes of a text's SHA-256, as a signed number; migrations make the same."""
    key: int = _key_in(hashlib.sha256(text.encode()).digest())[0]
    return key
