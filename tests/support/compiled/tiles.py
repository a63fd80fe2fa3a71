"""Lists whose items are all attributes: long enough to be completed at once, mostly as usual."""

import datetime
from typing import Any

import strawberry
from strawberry import ID
from strawberry.types import Info

from tests.support.compiled.leaves import FULL, Color, Note, Stock
from tests.support.compiled.whims import World

COUNT = 6


@strawberry.interface
class Marked:
    mark: str


@strawberry.type
class Tile(Marked):
    key: ID
    text: str | None
    count: int
    level: int | None
    share: float
    is_new: bool | None
    color: Color
    hue: Color | None
    stock: Stock
    laid: datetime.date
    worn: datetime.date | None
    note: Note
    aside: Note | None


@strawberry.type
class Tiles:
    @strawberry.field
    def tiles(self, info: Info[World, Any], label: str = "t") -> list[Tile]:
        return info.context.disturb(label, "tiles", _tiles(info.context, label))  # type: ignore[no-any-return]

    @strawberry.field
    def loose_tiles(self, info: Info[World, Any]) -> list[Tile | None] | None:
        return info.context.disturb("l", "tiles", _tiles(info.context, "l"))  # type: ignore[no-any-return]


def _tiles(world: World, label: str) -> list[Any]:
    odd = world.whim(label, "odd tile", 40)
    tiles = [_tile(world, label if odd > 9 else f"{label}{each}") for each in range(COUNT)]
    match odd:
        case 0:
            tiles[1] = Note(note="no tile")
        case 1:
            tiles[2] = strawberry.cast(Note, tiles[2])
        case 2:
            del tiles[3].text
        case 3:
            tiles[4] = None
        case 4:
            tiles[5].note = strawberry.cast(Tile, tiles[5].note)
    return tiles


def _tile(world: World, label: str) -> Any:
    def right(field: str, *values: Any) -> Any:
        value = values[world.whim(label, f"which {field}", len(values))]
        return world.attribute(label, field, value) if world.whim(label, field, 9) == 0 else value

    return Tile(
        mark="m",
        key=right("key", ID("k")),
        text=right("text", "a", None),
        count=right("count", 1, 2**31 - 1, 2**31),
        level=right("level", -(2**31), None),
        share=right("share", 0.5, float("inf"), 1.0, 2.0),
        is_new=right("is new", True, None),
        color=right("color", *Color),
        hue=right("hue", Color.RED, None),
        stock=right("stock", FULL, 1, 2, FULL + 1),
        laid=right("laid", datetime.date(2026, 11, 20)),
        worn=right("worn", datetime.date(2026, 11, 21), None),
        note=right("note", Note(note="n")),
        aside=right("aside", Note(note="n", level=None), None),
    )
