"""What every node of the schema shares."""

import strawberry
from strawberry import ID


@strawberry.interface(description="Anything that `node` can fetch again by its global id.")
class Node:
    id: ID = strawberry.field(description="The global id, opaque and stable.")
