"""What is told of a request in the log and in traces: keys of its scope that endpoints fill."""

from graphql import OperationDefinitionNode

ROUTE = "trailmark.route"
"""The path of a route, where a request's own has values in it: a user's id, as it may be."""

OPERATION = "trailmark.operation"
"""The name of the GraphQL operation, once it is known to be valid."""

NAME_LENGTH = 64
"""Of an operation's name that is told."""


def told_name(node: OperationDefinitionNode) -> str | None:
    """The name of an operation as the log tells it; None for one without."""
    return node.name.value[:NAME_LENGTH] if node.name else None
