"""What several lanes counted, made by hand: rows of counts as parts in several slots."""

from collections.abc import Iterator
from random import Random
from typing import Any

from models.database.database import Database
from models.upserts import ACTIVITY, OUTCOMES, SCORES, TOTALS, Upsert
from models.values import decode, encode, kept_sum, plus
from resolvers.scoring.decay import times
from tests.support.sql import run

SLOTS = 4
COUNTED = (TOTALS, SCORES, ACTIVITY, OUTCOMES)
_EARLIER = 10**9


async def spread(url: str, slots: int = SLOTS) -> None:
    """Have each count be the sum of parts in so many slots, of which some are below zero.

    The latest instant of a total is with one of them, which is not the first.
    """
    chance = Random(1)  # noqa: S311 (alike each time)
    for upsert in COUNTED:
        columns = list(upsert.columns)
        found = await run(url, f"SELECT {', '.join((*columns, 'slot'))} FROM {upsert.table}")
        rows: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in sorted(found, key=lambda row: row[-1]):
            named = dict(zip(columns, row[:-1], strict=True))
            key = tuple(named[name] for name in upsert.key)
            known = rows.setdefault(key, named)
            if known is not named:
                _add(upsert, known, named)
        parts = [part for row in rows.values() for part in _parts(upsert, row, slots, chance)]
        if parts:
            await _replace(url, upsert, parts)


async def slots_of(url: str, table: str, condition: str = "TRUE") -> set[int]:
    """The slots that have rows of a table."""
    found = await run(url, f"SELECT DISTINCT slot FROM {table} WHERE {condition}")
    return {slot for (slot,) in found}


def _add(upsert: Upsert, row: dict[str, Any], other: dict[str, Any]) -> None:
    for name, value in other.items():
        if name in upsert.key:
            continue
        if name == "last_at":
            row[name] = max(row[name], value)
        elif isinstance(value, int):
            row[name] += value
        else:
            row[name] = kept_sum((row[name], value))


def _parts(upsert: Upsert, row: dict[str, Any], slots: int, chance: Random) -> Iterator[list[Any]]:
    """The rows that come to one, with their slots."""
    latest = chance.randrange(1, slots)
    columns = [
        _values(upsert, name, value, slots=slots, latest=latest, chance=chance)
        for name, value in row.items()
    ]
    for slot in range(slots):
        yield [*(values[slot] for values in columns), slot]


def _values(
    upsert: Upsert, name: str, value: Any, *, slots: int, latest: int, chance: Random
) -> list[Any]:
    if name in upsert.key or value is None:
        return [value] * slots
    if name == "last_at":
        return [value if slot == latest else value - _EARLIER for slot in range(slots)]
    if isinstance(value, int):
        others = [chance.randrange(-3, 4) for _ in range(slots - 1)]
        return [value - sum(others), *others]
    rest, factors = decode(value), [chance.choice((-1.5, 0.25, 2.0)) for _ in range(slots - 1)]
    counts = [times(decode(value), factor) for factor in factors]
    for count in counts:
        rest = plus(rest, times(count, -1.0))
    return [encode(rest), *map(encode, counts)]


async def _replace(url: str, upsert: Upsert, rows: list[list[Any]]) -> None:
    embedded = Database.at(url).is_embedded
    await run(url, f"DELETE FROM {upsert.table}")
    names = ", ".join((*upsert.columns, "slot"))
    values = ", ".join(f"({', '.join(_literal(each, embedded) for each in row)})" for row in rows)
    await run(url, f"INSERT INTO {upsert.table} ({names}) VALUES {values}")


def _literal(value: Any, embedded: bool) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, bytes):
        return f"X'{value.hex()}'" if embedded else f"'\\x{value.hex()}'::bytea"
    if isinstance(value, str):
        return "'{}'".format(value.replace("'", "''"))
    return str(value)
