"""What every node of the schema shares."""

from abc import abstractmethod

import strawberry

from graph.compiled.purity import pure
from graph.schema.scalars import ID
from graph.schema.types.global_ids import global_id


@strawberry.interface(description="Anything that `node` can fetch again by its global id.")
class Node:
    @strawberry.field(description="The global id, opaque and stable.")
    @pure
    def id(self) -> ID:
        return global_id(type(self).__name__, self.key)

    @property
    @abstractmethod
    def key(self) -> str:
        """What tells it from all others of its type."""
