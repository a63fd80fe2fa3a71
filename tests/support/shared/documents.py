"""What a test process makes once: the product's schema, and what its servers make of documents.

A server prepares a document once and compiles it once. Tests start a server each, and would else
spend more on their few documents than on what they test.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from copy import copy
from functools import cache
from threading import Lock
from typing import Any, TypeVar

from graphql import DocumentNode, GraphQLSchema, OperationDefinitionNode

from graph.compiled import plans
from graph.compiled.compiling import compile_plan
from graph.compiled.plan import Plan
from graph.schema.schema import build
from graph.transport.documents.documents import Documents, Prepared

KEPT = 300

T = TypeVar("T")


@cache
def plain_schema() -> GraphQLSchema:
    """The product's schema without guards, for tests that change nothing of it."""
    return build()._schema


class _Kept(OrderedDict[Any, T]):
    """What was made by their keys, of those that were asked for last; for several threads."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()

    def of(self, key: Any, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self:
                self.move_to_end(key)
                return self[key]
        made = make()
        with self._lock:
            self[key] = made
            if len(self) > KEPT:
                self.popitem(last=False)
        return made


_sharing = set[GraphQLSchema]()


def share_documents(schema: GraphQLSchema) -> None:
    """Have the servers of this schema share what they prepare and compile, from now on.

    Each server still caches, counts and drops documents and plans by itself, and judges by itself
    what is not valid.
    """
    _sharing.add(schema)
    _replace()


@cache
def _replace() -> None:
    """Put what looks for what is shared in the place of what prepares and of what compiles."""
    caching: Any = plans
    prepare, compile = Documents._prepare, compile_plan
    prepared, compiled = _Kept[Prepared](), _Kept[tuple[DocumentNode, Plan]]()

    def prepare_once(self: Documents, text: str) -> Prepared:
        if self._schema not in _sharing:
            return prepare(self, text)
        key = (self._schema, self._limits, self._introspection, text)
        return copy(prepared.of(key, lambda: prepare(self, text)))

    def compile_once(
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        outcome: Mapping[str, bool],
        *,
        hide_suggestions: bool = False,
    ) -> Plan:
        def make() -> tuple[DocumentNode, Plan]:
            made = compile(schema, document, operation, outcome, hide_suggestions=hide_suggestions)
            return document, made

        if schema not in _sharing:
            return make()[1]
        key = (id(document), id(operation), tuple(outcome.items()), hide_suggestions)
        return compiled.of(key, make)[1]  # the document is kept with it, so its id is no other's

    Documents._prepare = prepare_once  # type: ignore[method-assign]
    caching.compile_plan = compile_once
