"""Columnar lists: of objects that nobody makes where all that is selected of them are columns.

A resolver may give one in place of a list. A plan that selects nothing but what its `columns` have
takes those from its `source`. Whoever else reads it gets the objects, made once.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, overload

T = TypeVar("T")
S = TypeVar("S")
ListClass = TypeVar("ListClass", bound="type[Columnar[Any, Any]]")
_MARK = "__columnar__"


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of codes, each of which stands for a value."""

    read: Callable[[Any], Sequence[Any]]
    values: Mapping[Any, Any]


#: Takes a column from a list's source, or the codes of one.
Column = Callable[[Any], Sequence[Any]] | Coded


class Columnar(Sequence[T], Generic[T, S]):
    """A list of objects that are made of its `source` once they are asked for.

    `columns` are by the attribute that has the same value, or by those on the way to it, joined by
    dots, none of which is ever null. A field whose resolver computes is named as an attribute is.
    A column may raise: then the objects are made, and say what is wrong.
    """

    columns: ClassVar[Mapping[str, Column]]

    def __init__(self, source: S) -> None:
        self.source = source
        self._made: list[T] | None = None

    @abstractmethod
    def make(self) -> list[T]:
        """The objects."""

    @property
    def made(self) -> list[T]:
        """The objects, the same each time."""
        if self._made is None:
            self._made = self.make()
        return self._made

    def __len__(self) -> int:
        return len(self.made)

    @overload
    def __getitem__(self, at: int) -> T: ...

    @overload
    def __getitem__(self, at: slice) -> list[T]: ...

    def __getitem__(self, at: int | slice) -> T | list[T]:
        return self.made[at]

    def __iter__(self) -> Iterator[T]:
        return iter(self.made)


def list_of(item: type) -> Callable[[ListClass], ListClass]:
    """Mark a class of columnar lists: plans look out for it where a list has such items."""

    def mark(list_class: ListClass) -> ListClass:
        setattr(item, _MARK, list_class)
        return list_class

    return mark


def columnar_of(item: type) -> "type[Columnar[Any, Any]] | None":
    """The columnar list of a class of objects, if there is one."""
    found: type[Columnar[Any, Any]] | None = vars(item).get(_MARK)
    return found
