"""Infos: what resolvers are told, of which all but the context is made when it is asked for."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from graphql import DocumentNode, FieldNode, GraphQLResolveInfo
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from graph.compiled.places import Place, Steps

if TYPE_CHECKING:
    from graph.compiled.running import Run


class LazyInfo(Info[Any, Any]):
    """strawberry's info over a graphql-core info that most resolvers never look at."""

    context: Any = None  # over the property, which would need all of the rest

    def __init__(self, run: "Run", place: Place, field: StrawberryField, steps: Steps) -> None:
        self.context = run.context
        self._field = field
        self._asked = run, place, steps

    @property
    def nodes(self) -> tuple[Sequence[FieldNode], DocumentNode]:
        """The nodes of the field, and the document that they are in."""
        run, place, _ = self._asked
        return place.nodes, run.document

    @cached_property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        run, place, steps = self._asked
        return run.info(place, steps)
