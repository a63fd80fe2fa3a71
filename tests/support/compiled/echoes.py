"""Echoes: fields that tell what they were given, for every shape of input."""

import datetime
import decimal
import enum
from typing import Any

import strawberry
from strawberry import ID, UNSET
from strawberry.relay import GlobalID
from strawberry.scalars import JSON


@strawberry.enum
class Size(enum.Enum):
    SMALL = 1
    LARGE = strawberry.enum_value(2, name="BIG")


@strawberry.input
class Inner:
    number: int
    size: Size = Size.SMALL
    text: str | None = None
    unset: str | None = UNSET
    maybe: strawberry.Maybe[int]
    maybe_null: strawberry.Maybe[str | None]


@strawberry.input
class Outer:
    id: ID
    inner: Inner
    inners: list[Inner] | None = None
    sizes: list[Size] = strawberry.field(default_factory=lambda: [Size.LARGE])
    grid: list[list[int | None] | None] | None = UNSET
    ratio: float = 0.5
    on: bool | None = True
    day: datetime.date | None = None
    price: decimal.Decimal | None = None
    anything: JSON | None = None
    other: Inner | None = strawberry.field(
        default_factory=lambda: Inner(number=1, maybe=None, maybe_null=strawberry.Some("x"))
    )


@strawberry.input(one_of=True)
class One:
    number: int | None = UNSET
    inner: Inner | None = UNSET
    texts: strawberry.Maybe[list[str]]


@strawberry.input
class Tree:
    name: str
    branches: "list[Tree] | None" = None


@strawberry.input
class Checked:
    number: int

    def __post_init__(self) -> None:
        if self.number > 1:
            raise ValueError(f"{self.number} is too much")


@strawberry.input
class Constructed:
    number: int
    text: str | None = "text"

    def __init__(self, number: int, text: str | None = "other") -> None:
        self.number, self.text = number, text


@strawberry.type
class Echoes:
    @strawberry.field
    def scalars(
        self,
        a: int,
        b: float = 1.5,
        c: bool | None = None,
        d: str | None = UNSET,
        e: ID = ID("e"),  # noqa: B008
        f: Size = Size.SMALL,
    ) -> str:
        return told(locals())

    @strawberry.field
    async def lists(
        self,
        a: list[Size] | None = None,
        b: list[list[int | None] | None] | None = UNSET,
        c: list[ID] = [],  # noqa: B006
        d: list[str] = ["x"],  # noqa: B006
    ) -> str:
        answer = told(locals())
        d.append("changed")
        return answer

    @strawberry.field
    def custom(
        self,
        a: datetime.date | None = None,
        b: decimal.Decimal | None = None,
        c: JSON | None = None,
        d: GlobalID | None = None,
    ) -> str:
        return told(locals())

    @strawberry.field
    def maybes(self, a: strawberry.Maybe[str], b: strawberry.Maybe[int | None]) -> str:
        return told({"a": a, "b": b})

    @strawberry.field
    def inner(self, input: Inner) -> str:
        answer = told(input)
        input.text = "changed"
        return answer

    @strawberry.field
    async def outer(self, input: Outer) -> str | None:
        answer = told(input)
        input.sizes.append(Size.SMALL)
        return answer

    @strawberry.field
    def outers(self, inputs: list[Outer]) -> list[str]:
        return [told(each) for each in inputs]

    @strawberry.field
    def one(self, input: One) -> str:
        return told(input)

    @strawberry.field
    async def tree(self, input: Tree | None = None) -> str:
        return told(input)

    @strawberry.field
    def checked(self, input: Checked) -> str:
        return told(input)

    @strawberry.field
    async def checked_late(self, inputs: list[Checked]) -> str | None:
        return told(inputs)

    @strawberry.field
    def constructed(self, input: Constructed | None = None) -> str:
        return told(input)

    @strawberry.field
    def preset(
        self,
        input: Inner = Inner(number=5, maybe=None, maybe_null=None),  # noqa: B008
    ) -> str:
        answer = told(input)
        input.number += 1
        return answer


def told(value: Any) -> str:
    if isinstance(value, dict):
        value = {name: each for name, each in value.items() if name != "self"}
    return repr(value)
