"""Resolvers: which of strawberry's wrappers a plan may skip, as they are known to add nothing.

What is not recognised here, by its name and all that it closes over, is called as it is, with
everything that it could ask for: a new version of strawberry makes plans slower, never wrong.
"""

import inspect
import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, cast

from graphql import GraphQLField, GraphQLObjectType, GraphQLSchema
from strawberry.types import Info
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.cast import TYPE_CAST_ATTRIBUTE
from strawberry.types.field import StrawberryField
from strawberry.types.fields.resolver import StrawberryResolver

from graph.compiled.guards import Guarded

DEFINITION = "strawberry-definition"
CAST = TYPE_CAST_ATTRIBUTE
_CONVERTER = "strawberry.schema.schema_converter"
_RESOLVER = "GraphQLCoreConverter.from_resolver.<locals>."
_EVENT = "GraphQLCoreConverter.from_field.<locals>.<lambda>"
_DOTTED = operator.attrgetter("__getattribute__")
_IS_TYPE_OF = "GraphQLCoreConverter.from_object.<locals>._get_is_type_of.<locals>.is_type_of"


class Kind(Enum):
    """Where a field gets its value."""

    ATTRIBUTE = auto()  # an attribute of the source
    FUNCTION = auto()  # a function that strawberry calls
    EITHER = auto()  # a function that may give an awaitable, as it is annotated
    COROUTINE = auto()  # a coroutine function that strawberry calls and awaits
    EVENT = auto()  # a subscription's field, which is its event
    OTHER = auto()  # anything else, to be called as graphql-core does


@dataclass(frozen=True, slots=True)
class Resolver:
    """What gives a field its value."""

    kind: Kind
    checks: tuple[Callable[[Any], None], ...] = ()
    definition: StrawberryField | None = None

    @property
    def function(self) -> Callable[..., Any]:
        """What strawberry calls in the end."""
        assert self.definition is not None  # noqa: S101 (tells mypy)
        base = self.definition.base_resolver
        assert base is not None  # noqa: S101 (tells mypy)
        return cast("Callable[..., Any]", base.wrapped_func)


def resolver_of(field: GraphQLField) -> Resolver:
    """What is known about a field's resolver."""
    resolve, checks = field.resolve, list[Callable[[Any], None]]()
    while isinstance(resolve, Guarded):
        checks.append(resolve.check)
        resolve = resolve.resolve
    definition = field.extensions.get(DEFINITION)
    if type(definition) is not StrawberryField or definition.extensions:
        return Resolver(Kind.OTHER)
    kind = _kind(resolve, definition)
    return Resolver(kind, () if kind is Kind.OTHER else tuple(checks), definition)


def _kind(resolve: Any, definition: StrawberryField) -> Kind:
    if getattr(resolve, "__module__", None) != _CONVERTER:
        return Kind.OTHER
    closed = _closed(resolve)
    match resolve.__qualname__.removeprefix(_RESOLVER):
        case "_get_basic_result":
            is_plain = definition.is_basic_field and definition.default_resolver is getattr
            return Kind.ATTRIBUTE if is_plain and closed["field"] is definition else Kind.OTHER
        case "_resolver" | "_async_resolver" as name if _is_bare(closed, definition):
            base = definition.base_resolver
            if type(base) is not StrawberryResolver or not callable(base.wrapped_func):
                return Kind.OTHER
            if name == "_resolver":
                may_wait = "Awaitable" in str(base.wrapped_func.__annotations__.get("return"))
                return Kind.EITHER if may_wait else Kind.FUNCTION
            is_coroutine = inspect.iscoroutinefunction(base.wrapped_func)
            return Kind.COROUTINE if is_coroutine else Kind.OTHER
        case name if name == _EVENT and not closed:
            return Kind.EVENT
    return Kind.OTHER


def _is_bare(closed: dict[str, Any], definition: StrawberryField) -> bool:
    """Whether a wrapper converts arguments, makes an info, and does nothing else."""
    within = _closed(closed["_get_result_with_extensions"])
    info = _closed(closed["_strawberry_info_from_graphql"])
    return (
        not closed["field_exception_handlers"]
        and within["field"] is definition
        and not within["extension_functions"]
        and info["self"].config.info_class is Info
    )


def _closed(function: Any) -> dict[str, Any]:
    cells = function.__closure__ or ()
    names = function.__code__.co_freevars
    return {name: cell.cell_contents for name, cell in zip(names, cells, strict=True)}


def known_class(type: GraphQLObjectType) -> type | None:
    """The class whose instances are of a type without asking, if they are not cast to another."""
    definition = type.extensions.get(DEFINITION)
    if not isinstance(definition, StrawberryObjectDefinition) or definition.is_type_of:
        return None
    if type.is_type_of and getattr(type.is_type_of, "__qualname__", None) != _IS_TYPE_OF:
        return None
    origin = definition.origin
    if any(hasattr(origin, name) for name in ("__await__", "__getattr__")):
        return None
    if _DOTTED(origin) is not _DOTTED(object) or issubclass(origin, Exception):
        return None
    is_its_own = getattr(origin, "__strawberry_definition__", None) is definition
    return origin if is_its_own else None


def known_classes(schema: GraphQLSchema, abstract: Any) -> dict[type, GraphQLObjectType]:
    """The classes whose instances are known to be of one type of an interface or union."""
    definition = abstract.extensions.get(DEFINITION)
    resolve = abstract.resolve_type
    if getattr(resolve, "__module__", None) not in (_CONVERTER, "strawberry.types.union"):
        return {}
    if isinstance(definition, StrawberryObjectDefinition) and definition.resolve_type:
        return {}
    known = {}
    for type in schema.get_possible_types(abstract):
        origin = known_class(type)
        if origin is not None and _resolves(definition, type, origin):
            known[origin] = type
    return known


def _resolves(definition: Any, type: GraphQLObjectType, origin: type) -> bool:
    """Whether strawberry finds a type by the class of an object that is not cast."""
    own = type.extensions[DEFINITION]
    if own.is_graphql_generic or own.concrete_of is not None:
        return False
    if isinstance(definition, StrawberryObjectDefinition):
        return issubclass(origin, definition.origin) and own.name == type.name
    return True
