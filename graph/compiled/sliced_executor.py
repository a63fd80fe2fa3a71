"""graphql-core's executor, made to complete long lists slice by slice."""

import asyncio
from collections.abc import Iterable, Sized
from typing import Any, cast

from graphql import DocumentNode, Executor, GraphQLError, GraphQLSchema

from graph.compiled.gathering import dismiss, gathered
from graph.compiled.slices import UNDIVIDED, OperationSlices

LONG = 20
"""Items of a list that is completed in slices from the start."""


class SlicedExecutor(Executor[Any]):
    """Completes a list bit by bit where that would take long."""

    slices = OperationSlices(UNDIVIDED)

    @classmethod
    def within(
        cls, slices: OperationSlices, schema: GraphQLSchema, document: DocumentNode, **options: Any
    ) -> "SlicedExecutor | list[GraphQLError]":
        """An executor of an operation in slices, or what is wrong with the operation."""
        executor = cls.build(schema, document, **options)
        if isinstance(executor, list):
            return executor
        executor = cast("SlicedExecutor", executor)
        executor.slices = slices
        return executor

    def complete_iterable_value(self, *given: Any) -> Any:
        *_, items, _ = given
        is_long = isinstance(items, Sized) and len(items) > LONG
        if is_long or self.slices.is_over():
            return self._complete_in_slices(*given)
        return super().complete_iterable_value(*given)

    async def _complete_in_slices(self, *given: Any) -> Any:
        *kind, path, items, position = given
        completed, waiting = list[Any](), list[int]()
        complete: Any = self.complete_list_item_value
        complete_awaitable: Any = self.complete_awaitable_list_item_value
        try:
            for index, item in enumerate(cast("Iterable[Any]", items)):
                where = (*kind, path.add_key(index, None), position)
                if self.slices.is_over():
                    await self.slices.next()
                if self.is_awaitable(item):
                    completed.append(complete_awaitable(item, *where))
                    waiting.append(index)
                elif complete(item, completed, *where):
                    waiting.append(index)
        except asyncio.CancelledError:
            dismiss(completed)
            raise
        except Exception:
            self.settle_in_background([completed[index] for index in waiting])
            raise
        return await gathered(completed, waiting) if waiting else completed
