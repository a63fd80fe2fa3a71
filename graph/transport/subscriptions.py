"""Subscriptions: how many are under way, whose they are, and whether more may begin."""

from collections import Counter
from collections.abc import Hashable
from typing import Any

from graph.transport.parties import Allowance
from resolvers.errors import Overloaded


class Subscriptions:
    """Counts the subscriptions of each party."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._counts = Counter[Hashable]()
        self._is_closed = False

    def begin(self, party: Any) -> Hashable:
        """Count one more of a party's; who it is counted for.

        Raises:
            Overloaded: the party has as many as it may, or the server is stopping.
        """
        who, most = self._allowance(party)
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
