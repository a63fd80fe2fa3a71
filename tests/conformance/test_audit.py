"""GraphQL over HTTP, held against the audit of the specification's own authors."""

import pytest

from tests.support.conformance.node import Node


@pytest.mark.slow
def test_every_audit_of_graphql_over_http_is_ok(node: Node, server: str) -> None:
    """What the specification demands, recommends and permits: all of it is met."""
    assert node("audit.mjs", server) == "61 of 61\n"
