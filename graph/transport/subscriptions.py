"""Subscriptions: how many are under way, whose they are, and whether more may begin."""

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Any

from graph.transport.parties import Allowance
from resolvers.errors import Overloaded


class Subscriptions:
    """Counts the subscriptions of each party."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._counts = Counter[Hashable]()
        self._is_closed = False

    @contextmanager
    def one_more(self, party: Any) -> Iterator[None]:
        """A subscription of a party, for as long as the block lasts.

        Raises:
            Overloaded: the party has as many as it may, or the server is stopping.
        """
        who, most = self._allowance(party)
        if self._is_closed:
            raise Overloaded("the server is stopping")
        if self._counts[who] >= most:
            raise Overloaded(f"{most} subscriptions of this caller are under way, as many as may")
        self._counts[who] += 1
        try:
            yield
        finally:
            self._counts[who] -= 1
            if not self._counts[who]:
                del self._counts[who]

    def close(self) -> None:
        """Let none begin from now on."""
        self._is_closed = True
