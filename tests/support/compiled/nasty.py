"""A schema made to be nasty: every shape of type, and resolvers that give what they should not."""

import datetime
import decimal
from collections.abc import AsyncIterator, Awaitable
from typing import Annotated, Any, Generic, TypeVar

import strawberry
from graphql import GraphQLObjectType, default_field_resolver
from strawberry import ID, Parent, Private
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig
from strawberry.types import Info

from graph.compiled.guards import Guarded
from tests.support.compiled.echoes import Echoes
from tests.support.compiled.leaves import FULL, STOCK, Color, Note, Stock, Weight
from tests.support.compiled.oddities import Doubling, Row, Whimsical, checking
from tests.support.compiled.tiles import Tiles
from tests.support.compiled.whims import World

Told = Info[World, Any]
T = TypeVar("T")


@strawberry.interface
class Thing:
    world: Private[World]
    label: Private[str]

    @strawberry.field
    def id(self) -> ID:
        return self.world.disturb(self.label, "id", ID(self.label))  # type: ignore[no-any-return]

    @strawberry.field
    def name(self) -> str | None:
        return self.world.disturb(self.label, "name", f"name {self.label}")  # type: ignore[no-any-return]

    @strawberry.field
    def size(self) -> int:
        return self.world.disturb(self.label, "size", len(self.label))  # type: ignore[no-any-return]

    @strawberry.field
    async def friend(self, info: Told) -> "Thing | None":
        await info.context.pause(self.label, "friend")
        right = thing(info.context, f"{self.label}f")
        return info.context.disturb(self.label, "friend", right)  # type: ignore[no-any-return]


@strawberry.type
class Apple(Thing):
    color: Color
    colors: list[Color | None] | None
    heft: Weight | None
    juice: float

    @strawberry.field
    async def box(self) -> "Box":
        await self.world.pause(self.label, "box")
        right = box(self.world, f"{self.label}b")
        return self.world.disturb(self.label, "box", right)  # type: ignore[no-any-return]


@strawberry.type
class Pear(Thing):
    born: datetime.date
    price: decimal.Decimal | None
    anything: JSON | None
    stock: Stock
    stocks: list[Stock | None] | None

    @strawberry.field
    def stone(self) -> "Plum":
        right = plum(self.world, f"{self.label}s")
        return self.world.disturb(self.label, "stone", right)  # type: ignore[no-any-return]


@strawberry.type
class Plum(Thing):
    kernel: bool

    @classmethod
    def is_type_of(cls, obj: Any, info: Any) -> bool:
        return isinstance(obj, Plum) and obj.world.whim(obj.label, "is it", 4) > 0


Fruit = Annotated[Apple | Pear | Note, strawberry.union("Fruit")]


@strawberry.type
class Page(Generic[T]):
    total: int
    items: list[T]


def _rooted(root: "Box") -> float:
    return root.weight


@strawberry.type
class Box:
    world: Private[World]
    label: Private[str]
    weight: float
    heavy: bool | None
    grid: list[list[int]]
    cube: list[list[list[str | None] | None] | None] | None
    rooted: float = strawberry.field(resolver=_rooted)

    @strawberry.field
    def fruit(self) -> Fruit | None:
        right = fruit(self.world, f"{self.label}u")
        return self.world.disturb(self.label, "fruit", right)  # type: ignore[no-any-return]

    @strawberry.field
    async def fruits(self) -> list[Fruit | None]:
        await self.world.pause(self.label, "fruits")
        right = [fruit(self.world, f"{self.label}{each}") for each in range(3)]
        return self.world.disturb(self.label, "fruits", right)  # type: ignore[no-any-return]

    @strawberry.field
    def things(self, count: int = 2) -> list[Thing]:
        right = [thing(self.world, f"{self.label}t{each}") for each in range(min(count, 5))]
        return self.world.disturb(self.label, "things", right)  # type: ignore[no-any-return]

    @strawberry.field
    async def boxes(self, info: Told, count: int | None = 2) -> "list[list[Box] | None]":
        await info.context.pause(self.label, "boxes")
        right = [[box(self.world, f"{self.label}x{each}")] for each in range(min(count or 0, 4))]
        return self.world.disturb(self.label, "boxes", right)  # type: ignore[no-any-return]

    @strawberry.field(graphql_type=Note | None)  # type: ignore[untyped-decorator]
    def perhaps_late(self, info: Told) -> Note | Awaitable[Note | None] | None:
        """Now or later, as it comes."""
        note = Note(note=self.label)
        if info.context.whim(self.label, "perhaps late", 2):
            return self._late(note)
        return self.world.disturb(self.label, "perhaps", note)  # type: ignore[no-any-return]

    async def _late(self, note: Note) -> Note | None:
        await self.world.pause(self.label, "perhaps late")
        return self.world.disturb(self.label, "perhaps later", note)  # type: ignore[no-any-return]

    @strawberry.field
    def page(self) -> Page[Note]:
        return Page(total=1, items=[Note(note=self.label)])

    @strawberry.field
    def parents(self, box: Parent["Box"]) -> str:
        return box.label

    @strawberry.field(extensions=[Doubling()])  # type: ignore[untyped-decorator]
    def doubled(self) -> str:
        return self.label

    @strawberry.field(permission_classes=[Whimsical])  # type: ignore[untyped-decorator]
    async def permitted(self) -> str | None:
        return self.label

    @strawberry.field
    def guarded(self) -> str | None:
        return self.world.disturb(self.label, "guarded", "in")  # type: ignore[no-any-return]

    @strawberry.field
    async def guarded_late(self, info: Told) -> str:
        await info.context.pause(self.label, "guarded")
        return self.world.disturb(self.label, "guarded late", "in")  # type: ignore[no-any-return]

    @strawberry.field
    def where(self, info: Told) -> str:
        selected = len(info.selected_fields)
        return f"{info.path.as_list()} {info.field_name} {selected} {info.return_type}"


def thing(world: World, label: str) -> Thing:
    kind = world.whim(label, "kind", 3)
    if kind == 0:
        return Apple(
            world=world,
            label=label,
            color=world.attribute(label, "color", [*Color][world.whim(label, "color", 3)]),
            colors=world.attribute(label, "colors", [Color.RED, None, Color.BLUE]),
            heft=world.attribute(label, "heft", Weight(world.whim(label, "heft", 4))),
            juice=world.attribute(label, "juice", 1.5),
        )
    if kind == 1:
        return Pear(
            world=world,
            label=label,
            born=world.attribute(label, "born", datetime.date(2026, 11, 20)),
            price=world.attribute(label, "price", decimal.Decimal("1.50")),
            anything=world.attribute(label, "anything", {"a": [1, None, {"b": "c"}]}),
            stock=world.attribute(label, "stock", FULL - 1 + world.whim(label, "stocked", 3)),
            stocks=world.attribute(label, "stocks", [-FULL, None, 0]),
        )
    return plum(world, label)


def plum(world: World, label: str) -> Plum:
    return Plum(world=world, label=label, kernel=world.attribute(label, "kernel", True))


def fruit(world: World, label: str) -> Any:
    kind = world.whim(label, "fruit", 6)
    if kind == 0:
        return Row(world, label)
    if kind == 1:
        return strawberry.cast(Note, Row(world, label))
    if kind == 2:
        return Note(note=world.attribute(label, "note", "n"), level=world.whim(label, "level", 3))
    right = thing(world, label)
    return strawberry.cast(Pear, right) if kind == 3 else right


def box(world: World, label: str) -> Any:
    if world.whim(label, "row", 9) == 0:
        return Row(world, label)
    made = Box(
        world=world,
        label=label,
        weight=world.attribute(label, "weight", 2.0),
        heavy=world.attribute(label, "heavy", False),
        grid=world.attribute(label, "grid", [[1, 2], [3], []]),
        cube=world.attribute(label, "cube", [[["a"], None], None, [["b", None]]]),
    )
    if world.whim(label, "missing", 9) == 0:
        del made.heavy
    return made


@strawberry.type
class Query(Echoes, Tiles):
    @strawberry.field
    def box(self, info: Told, label: str = "q") -> Box:
        return info.context.disturb(label, "box", box(info.context, label))  # type: ignore[no-any-return]

    @strawberry.field
    async def late_box(self, info: Told, label: str) -> Box | None:
        await info.context.pause(label, "late box")
        return info.context.disturb(label, "late box", box(info.context, label))  # type: ignore[no-any-return]

    @strawberry.field
    def thing(self, info: Told, label: ID) -> Thing | None:
        return info.context.disturb(label, "thing", thing(info.context, label))  # type: ignore[no-any-return]

    @strawberry.field
    async def fruits(self, info: Told, count: int | None = 2) -> list[Fruit]:
        right = [fruit(info.context, f"r{each}") for each in range(min(count or 0, 5))]
        return info.context.disturb("r", "fruits", right)  # type: ignore[no-any-return]

    @strawberry.field
    def nothing(self, info: Told) -> str:
        return info.context.disturb("", "nothing", "something")  # type: ignore[no-any-return]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def late(self, info: Told, label: str) -> Box | None:
        await info.context.pause(label, "late")
        return info.context.disturb(label, "late", box(info.context, label))  # type: ignore[no-any-return]

    @strawberry.mutation
    def now(self, info: Told, label: str = "m") -> Box:
        return info.context.disturb(label, "now", box(info.context, label))  # type: ignore[no-any-return]

    @strawberry.mutation
    async def many(self, info: Told, count: int = 2) -> list[Thing | None] | None:
        right = [thing(info.context, f"m{each}") for each in range(min(count, 5))]
        return info.context.disturb("m", "many", right)  # type: ignore[no-any-return]


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def boxes(self, info: Told, count: int = 2) -> AsyncIterator[Box]:
        for each in range(count):
            yield box(info.context, f"s{each}")


def build() -> strawberry.Schema:
    """The schema, two of its fields guarded."""
    schema = strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        types=[Apple, Pear, Plum, Note],
        config=StrawberryConfig(scalar_map={Stock: STOCK}),
    )
    type = schema._schema.type_map["Box"]
    assert isinstance(type, GraphQLObjectType)
    fields = type.fields
    for name in ("guarded", "guardedLate"):
        fields[name].resolve = Guarded(
            checking(name), fields[name].resolve or default_field_resolver
        )
    return schema
