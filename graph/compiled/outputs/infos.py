"""Infos that resolvers get, of which all but the context is made when it is asked for."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from graphql import DocumentNode, FieldNode, GraphQLResolveInfo
from strawberry.types import Info
from strawberry.types.field import StrawberryField

from graph.compiled.positions import ResponsePosition, Steps
from graph.compiled.running import Run


class LazyInfo(Info[Any, Any]):
    """strawberry's info over a graphql-core info that most resolvers never look at."""

    context: Any = None  # over the property, which would need all of the rest

    def __init__(
        self, run: Run, position: ResponsePosition, field: StrawberryField, steps: Steps
    ) -> None:
        self.context = run.context
        self._field = field
        self._asked = run, position, steps

    @property
    def nodes(self) -> tuple[Sequence[FieldNode], DocumentNode]:
        """The nodes of the field, and the document that they are in."""
        run, position, _ = self._asked
        return position.nodes, run.document

    @property
    def remembered(self) -> dict[Any, Any]:
        """What resolvers found out about what is selected here, which is the same each time."""
        return self._asked[1].remembered

    @cached_property
    def _raw_info(self) -> GraphQLResolveInfo[Any]:  # type: ignore[override]
        run, position, steps = self._asked
        return run.info(position, steps)
