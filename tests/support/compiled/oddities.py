"""What stands around the nasty schema's fields, and a row where there should be a type."""

from collections.abc import Callable
from typing import Any

from strawberry.extensions import FieldExtension
from strawberry.permission import BasePermission
from strawberry.types import Info

from tests.support.compiled.whims import World


class Row:
    """What an ORM would give in place of a type of the schema."""

    def __init__(self, world: World, label: str) -> None:
        self.world, self.label = world, label
        self.note, self.level, self.weight = f"row {label}", None, 3.5


class Doubling(FieldExtension):
    def resolve(self, next_: Callable[..., Any], source: Any, info: Info, **kwargs: Any) -> Any:
        return next_(source, info, **kwargs) * 2


class Whimsical(BasePermission):
    message = "not today"

    def has_permission(self, source: Any, info: Info[World, Any], **kwargs: Any) -> bool:
        return info.context.whim("", f"permission {info.path.key}", 3) != 0


def checking(name: str) -> Callable[[World], None]:
    def check(world: World) -> None:
        world.note("check", name)
        if world.whim("", name, 3) == 0:
            raise PermissionError(f"{name} is not for you")

    return check
