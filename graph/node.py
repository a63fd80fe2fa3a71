"""What every node of the schema shares."""

from abc import abstractmethod

import strawberry
from strawberry import ID

from graph.globalids import global_id


@strawberry.interface(description="Anything that `node` can fetch again by its global id.")
class Node:
    @strawberry.field(description="The global id, opaque and stable.")
    def id(self) -> ID:
        return ID(global_id(type(self).__name__, self.key))

    @property
    @abstractmethod
    def key(self) -> str:
        """What tells it from all others of its type."""
