"""Pure resolvers: those that may be called once more than needed."""

from collections.abc import Callable
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])
_MARK = "__is_pure__"


def pure(resolve: Function) -> Function:
    """Mark a resolver: it computes from its object alone, does nothing else and awaits nothing."""
    setattr(resolve, _MARK, True)
    return resolve


def is_pure(resolve: Callable[..., Any]) -> bool:
    """Whether a resolver is marked."""
    return getattr(resolve, _MARK, False) is True
