"""Subscriptions: how many are under way, whether more may begin, and what each keeps."""

from collections import Counter
from collections.abc import Hashable
from typing import Any

from graphql import GraphQLError, OperationDefinitionNode

from graph.transport.principals import Allowance
from graph.transport.requests import Invalid
from resolvers.errors import Overloaded

DOCUMENT_LENGTH = 16 * 1024
"""Of a subscription's document, which is held while it goes on; trusted ones are anyway."""


class Subscriptions:
    """Counts the subscriptions of each principal."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._counts = Counter[Hashable]()
        self._is_closed = False

    @property
    def under_way(self) -> int:
        """How many there are."""
        return self._counts.total()

    def begin(self, principal: Any) -> Hashable:
        """Count one more of a principal; who it is counted for.

        Raises:
            Overloaded: the principal has as many as it may, or the server is stopping.
        """
        who, most = self._allowance(principal)
        if self._is_closed:
            raise Overloaded("the server is stopping")
        if self._counts[who] >= most:
            raise Overloaded(f"{most} subscriptions of this caller are under way, as many as may")
        self._counts[who] += 1
        return who

    def end(self, who: Hashable) -> None:
        """Count one less."""
        self._counts[who] -= 1
        if not self._counts[who]:
            del self._counts[who]

    def close(self) -> None:
        """Let none begin from now on."""
        self._is_closed = True


def check_length(text: str) -> None:
    """Make sure that a subscription's document may be held.

    Raises:
        Invalid: it is too long.
    """
    if len(text) > DOCUMENT_LENGTH:
        allowed = f"a subscription's has at most {DOCUMENT_LENGTH}"
        raise Invalid(GraphQLError(f"the document has {len(text)} characters; {allowed}"))


def kept_variables(node: OperationDefinitionNode, given: dict[str, Any]) -> dict[str, Any]:
    """What a subscription keeps of its variables: those that it declares."""
    declared = {each.variable.name.value for each in node.variable_definitions or ()}
    return {name: given[name] for name in given.keys() & declared}
