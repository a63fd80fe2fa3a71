"""The schema's names and shapes, held against what GraphQL's linter recommends."""

import pytest

from tests.support.conformance.node import Node


@pytest.mark.slow
def test_the_schema_is_clean_under_the_recommended_and_the_relay_rules(node: Node) -> None:
    """graphql-eslint has nothing to say but the rules that are turned off."""
    assert node("lint.mjs") == ""
