"""The `info` that the schema's fields are given."""

from strawberry.types import Info as StrawberryInfo

from graph.context import Context

Info = StrawberryInfo[Context, None]
