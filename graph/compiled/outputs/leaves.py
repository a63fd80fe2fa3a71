"""Leaves: which values of scalars and enums are usual, and how those are shown."""

import datetime
import decimal
import enum
import uuid
from dataclasses import dataclass
from typing import Any

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLScalarType,
    GraphQLString,
)

from graph.compiled.values import shown_whole_to

#: Classes of values that are neither awaitables nor exceptions, and so may go to a scalar.
PLAIN = frozenset(
    {bool, int, float, str, bytes, list, tuple, dict, decimal.Decimal, uuid.UUID}
    | {datetime.datetime, datetime.date, datetime.time, datetime.timedelta}
)


@dataclass(frozen=True, slots=True)
class AsItIs:
    """The values of a scalar that are answered as they are: of one class, and perhaps bounded."""

    #: The class, by its name in generated code.
    of: str
    #: A further test of one such `value`, and of a `{column}` of them; empty if there is none.
    value: str = ""
    column: str = ""

    @property
    def test(self) -> str:
        """The test for a `value`."""
        return f"type(value) is {self.of}" + (f" and {self.value}" if self.value else "")


def _whole(least: str, most: str) -> AsItIs:
    return AsItIs(
        "int",
        f"{least} <= value <= {most}",
        f"{least} <= min({{column}}) and max({{column}}) <= {most}",
    )


_AS_IT_IS = {
    GraphQLString: AsItIs("str"),
    GraphQLID: AsItIs("str"),
    GraphQLBoolean: AsItIs("bool"),
    GraphQLInt: _whole("SMALLEST", "LARGEST"),
    GraphQLFloat: AsItIs("float", "isfinite(value)", "all(map(isfinite, {column}))"),
}


def as_it_is(type: GraphQLScalarType) -> AsItIs | None:
    """Which values of a scalar are answered as they are; None if it must be asked."""
    if (limit := shown_whole_to(type)) is not None:
        return _whole(f"-{limit}", f"{limit}")
    return _AS_IT_IS.get(type)


def shown_members(type: GraphQLEnumType) -> tuple[Any, dict[str, str]] | None:
    """The class of an enum and what its members are shown as, by their names; None if unknown."""
    known, shown = getattr(type, "wrapped_cls", None), dict[str, str]()
    if known is None or issubclass(known, enum.Flag):
        return None
    for member in known.__members__.values():
        try:
            shown[member._name_] = type.coerce_output_value(member)
        except Exception:  # noqa: S112 (what cannot be shown is left to graphql-core)
            continue
    return (known, shown) if shown else None
