"""Plans that are kept: made where an operation comes again, dropped with its document."""

import logging
import weakref
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLSchema,
    OperationDefinitionNode,
)
from graphql.pyutils import AwaitableOrValue

from graph.compiled.fields import Unsupported, conditions_of, outcome_of
from graph.compiled.plan import Plan, compile_plan
from graph.compiled.running import Run

#: Operations of which plans are kept, each some 50 to 500 KiB.
KEPT = 512
#: Plans of one operation, one for each outcome of its conditions.
OUTCOMES = 8
#: Times that graphql-core executes an operation before it gets a plan: one that comes once, as
#: where clients write values into their documents, would pay for a plan and never use it.
BEFORE = 1

log = logging.getLogger(__name__)


#: Does some work, now or later.
Work = Callable[[Callable[[], None]], Any]


def at_once(work: Callable[[], None]) -> None:
    """Do work before anything else."""
    work()


class Ready(NamedTuple):
    """A plan with a client's variables; may be executed for each event of a stream."""

    plan: Plan
    document: DocumentNode
    given: dict[str, Any]
    variables: dict[str, Any]

    def execute(self, context: Any, root: Any = None) -> AwaitableOrValue[ExecutionResult]:
        """Execute the operation's root selection set over a root value in a context."""
        return Run(self, root, context).execute()


@dataclass(slots=True)
class _Kept:
    """What is kept for an operation."""

    document: weakref.ref[DocumentNode]
    uses: int = 0
    #: The variables that fields depend on, and their defaults; None as long as nobody asked.
    conditions: dict[str, Any] | None = None
    is_unsupported: bool = False
    #: The plan for all variables, where fields depend on none.
    only: Plan | None = None
    plans: dict[tuple[bool, ...], Plan | None] = field(default_factory=dict)


class Plans:
    """The plans of a schema's operations; the latest used are kept.

    `work` compiles them, perhaps beside the loop: until it has, there is no plan.
    """

    def __init__(
        self,
        schema: GraphQLSchema,
        hide_suggestions: bool = False,
        before: int = BEFORE,
        work: Work = at_once,
    ) -> None:
        self._schema = schema
        self._hide_suggestions = hide_suggestions
        self._before = before
        self._work = work
        self._kept = OrderedDict[tuple[int, int], _Kept]()

    @property
    def size(self) -> int:
        """How many operations are known."""
        return len(self._kept)

    def ready(
        self, document: DocumentNode, operation: OperationDefinitionNode, given: dict[str, Any]
    ) -> Ready | None:
        """An operation of a valid document, ready to be executed with the variables given.

        None where graphql-core shall execute it: it comes for the first time, has something that
        plans do not know, or its variables are wrong.
        """
        plan = self.plan(document, operation, given)
        if plan is None:
            return None
        try:
            return Ready(plan, document, given, plan.read(given))
        except Exception:
            # Unsuited, or what an input's constructor raises: graphql-core tells it in its place.
            return None

    def plan(
        self, document: DocumentNode, operation: OperationDefinitionNode, given: dict[str, Any]
    ) -> Plan | None:
        """The plan for an operation, as the variables make its fields."""
        kept = self._find(document, operation)
        if kept.only is not None:
            return kept.only
        kept.uses += 1
        if kept.uses <= self._before or kept.is_unsupported:
            return None
        if kept.conditions is None:
            try:
                kept.conditions = conditions_of(document, operation)
            except Unsupported:
                kept.is_unsupported = True
                return None
        outcome = outcome_of(kept.conditions, given)
        if outcome is None:
            return None
        key = tuple(outcome.values())
        if key not in kept.plans and len(kept.plans) < OUTCOMES:
            kept.plans[key] = None

            def compile() -> None:
                kept.plans[key] = self._compile(document, operation, outcome)

            self._work(compile)
        plan = kept.plans.get(key)
        if not key:
            kept.only = plan
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
            # Without a plan an operation is slower, and no less right.
            log.exception("an operation could not be compiled")
            return None

    def _find(self, document: DocumentNode, operation: OperationDefinitionNode) -> _Kept:
        key = (id(document), id(operation))
        kept = self._kept.get(key)
        if kept is not None and kept.document() is document:
            self._kept.move_to_end(key)
            return kept
        forget = weakref.ref(document, lambda _: self._kept.pop(key, None))
        kept = self._kept[key] = _Kept(forget)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return kept
