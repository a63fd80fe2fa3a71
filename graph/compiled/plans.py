"""The cache of plans: made when an operation comes again, dropped with its document."""

import logging
import weakref
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLSchema,
    OperationDefinitionNode,
)

from graph.compiled.compiling import compile_plan
from graph.compiled.fields import Unsupported, conditions_of, outcome_of
from graph.compiled.plan import Plan
from graph.compiled.running import BoundPlan
from graph.compiled.slices import UNDIVIDED, Slices

#: Operations of which plans are cached.
CACHED = 512
#: Characters of source that cached plans were made from, each of which takes some five bytes: an
#: operation of a few hundred characters may have 100 000.
CACHED_SOURCE = 8 * 1024 * 1024
#: Plans of one operation, one for each outcome of its conditions.
OUTCOMES = 8
#: Times that graphql-core executes an operation before it gets a plan: one that comes once, as
#: where clients write values into their documents, would pay for a plan and never use it.
BEFORE = 1

log = logging.getLogger(__name__)


#: Runs a function, now or later.
Work = Callable[[Callable[[], None]], Any]


def at_once(work: Callable[[], None]) -> None:
    """Run a function now."""
    work()


@dataclass(slots=True)
class _Entry:
    """What is cached for an operation."""

    document: weakref.ref[DocumentNode]
    uses: int = 0
    #: The variables that fields depend on, and their defaults; None until they are needed.
    conditions: dict[str, Any] | None = None
    is_unsupported: bool = False
    #: Characters of its plans' source.
    length: int = 0
    #: The plan for all variables, where fields depend on none.
    only: Plan | None = None
    plans: dict[tuple[bool, ...], Plan | None] = field(default_factory=dict)


class Plans:
    """The plans of a schema's operations; those used last are cached.

    `work` compiles them, perhaps beside the loop: until it has, there is no plan.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        *,
        hide_suggestions: bool = False,
        before: int = BEFORE,
        work: Work = at_once,
        slices: Slices = UNDIVIDED,
    ) -> None:
        self._schema = schema
        self._hide_suggestions = hide_suggestions
        self._before = before
        self._work = work
        self._slices = slices
        self._entries = OrderedDict[tuple[int, int], _Entry]()
        self._length = 0  # characters of source, of all entries
        #: What other threads leave to the one that executes: plans that are not counted yet, and
        #: the keys of documents that have gone. Only that one changes the entries.
        self._made = deque[tuple[_Entry, Plan]]()
        self._gone = deque[tuple[int, int]]()

    @property
    def size(self) -> int:
        """How many operations are known."""
        return sum(entry.document() is not None for entry in self._entries.values())

    def prepare(self, document: DocumentNode, operation: OperationDefinitionNode) -> None:
        """Have an operation compiled before it comes, as if it had come often enough."""
        self._find(document, operation).uses = self._before
        self.plan(document, operation, {})

    def bind(
        self, document: DocumentNode, operation: OperationDefinitionNode, given: dict[str, Any]
    ) -> BoundPlan | None:
        """The plan of a valid document's operation, bound to the variables given.

        None where graphql-core shall execute it: it comes for the first time, has something that
        plans do not know, or its variables are wrong.
        """
        plan = self.plan(document, operation, given)
        if plan is None:
            return None
        try:
            variables = plan.read(given)
        except Exception:
            # Unsuited, or what an input's constructor raises: graphql-core reports it.
            return None
        return BoundPlan(plan, document, given, variables=variables, slices=self._slices)

    def plan(
        self, document: DocumentNode, operation: OperationDefinitionNode, given: dict[str, Any]
    ) -> Plan | None:
        """The plan for an operation, as the variables make its fields."""
        entry = self._find(document, operation)
        if self._made or self._gone:
            self._settle()
        if entry.only is not None:
            return entry.only
        entry.uses += 1
        if entry.uses <= self._before or entry.is_unsupported:
            return None
        if entry.conditions is None:
            try:
                entry.conditions = conditions_of(document, operation)
            except Unsupported:
                entry.is_unsupported = True
                return None
        outcome = outcome_of(entry.conditions, given)
        if outcome is None:
            return None
        key = tuple(outcome.values())
        if key not in entry.plans and len(entry.plans) < OUTCOMES:
            entry.plans[key] = None

            def compile() -> None:
                made = entry.plans[key] = self._compile(document, operation, outcome)
                if made is not None:
                    self._made.append((entry, made))

            self._work(compile)
        plan = entry.plans.get(key)
        if not key:
            entry.only = plan
        return plan

    def _compile(
        self,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        outcome: dict[str, bool],
    ) -> Plan | None:
        try:
            return compile_plan(
                self._schema,
                document,
                operation,
                outcome,
                hide_suggestions=self._hide_suggestions,
            )
        except Unsupported:
            return None
        except Exception:
            # Without a plan an operation is slower, but its answer is the same.
            log.exception("an operation could not be compiled")
            return None

    def _find(self, document: DocumentNode, operation: OperationDefinitionNode) -> _Entry:
        key = (id(document), id(operation))
        entry = self._entries.get(key)
        if entry is not None and entry.document() is document:
            self._entries.move_to_end(key)
            return entry
        self._drop(key)
        forget = weakref.ref(document, lambda _: self._gone.append(key))
        entry = self._entries[key] = _Entry(forget)
        while len(self._entries) > CACHED:
            self._drop(next(iter(self._entries)))
        return entry

    def _settle(self) -> None:
        """Drop the entries of documents that have gone, and count the source of new plans.

        For those, others go that were not used for long.
        """
        while self._gone:
            key = self._gone.popleft()
            gone = self._entries.get(key)
            if gone is not None and gone.document() is None:  # else its id is another's by now
                self._drop(key)
        while self._made:
            entry, plan = self._made.popleft()
            if any(each is entry for each in self._entries.values()):  # else it has gone meanwhile
                entry.length += len(plan.source)
                self._length += len(plan.source)
        while self._length > CACHED_SOURCE and len(self._entries) > 1:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: tuple[int, int]) -> None:
        if entry := self._entries.pop(key, None):
            self._length -= entry.length
