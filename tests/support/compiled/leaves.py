"""What the nasty schema's types are made of: enums, a scalar that shows whole numbers, a note."""

import enum
from typing import TYPE_CHECKING, Any, NewType, TypeAlias

import strawberry
from graphql import GraphQLError

from graph.compiled.values import shows_whole_to

if TYPE_CHECKING:
    Stock: TypeAlias = int
else:
    Stock = NewType("Stock", int)
FULL = 1_000


@shows_whole_to(FULL)
def _stock(value: Any) -> Any:
    if type(value) is not int or abs(value) > FULL:
        raise GraphQLError(f"nobody has {value!r}")
    return value


STOCK = strawberry.scalar(name="Stock", serialize=_stock)


@strawberry.enum
class Color(enum.Enum):
    RED = "red"
    GREEN = "green"
    BLUE = strawberry.enum_value("blue", name="AZURE")


@strawberry.enum
class Weight(enum.IntFlag):
    LIGHT = 1
    HEAVY = 2


@strawberry.type
class Note:
    note: str
    level: int | None = 3

    @strawberry.field
    def loud(self, root: "Note", times: int = 2) -> str:
        return f"{root.note}{'!' * times}"
