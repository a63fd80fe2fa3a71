"""What may be read once more than needed: pure resolvers, and attributes that are only stored."""

import inspect
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any, TypeVar, cast

from strawberry.types.field import StrawberryField

Function = TypeVar("Function", bound=Callable[..., Any])
_MARK = "__is_pure__"


def pure(resolve: Function) -> Function:
    """Mark a resolver: it computes from its object alone, does nothing else and awaits nothing."""
    setattr(resolve, _MARK, True)
    return resolve


def only_computes(definition: StrawberryField) -> bool:
    """Whether a resolver takes its object alone, and is marked."""
    base = definition.base_resolver
    if base is None or not base.self_parameter or definition.arguments or base.info_parameter:
        return False
    return getattr(cast("Callable[..., Any]", base.wrapped_func), _MARK, False) is True


def is_stored(known: type, name: str) -> bool:
    """Whether an attribute of a class's instances is only stored: reading it does nothing."""
    found = inspect.getattr_static(known, name, None)
    return isinstance(found, MemberDescriptorType) or not hasattr(type(found), "__get__")
