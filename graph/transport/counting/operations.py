"""Counts of operations: how many of each name, what became of them, and how long they took."""

from collections.abc import Iterable, Iterator

from graphql import OperationType

from graph.codes import Code
from graph.transport.counting.names import ShownNames
from models.histogram import Histogram

OK = "ok"
UNNAMED = "unnamed"

#: Outcomes that are shown before there are any, so that alarms see the first.
_SHOWN = (OK, Code.INTERNAL, Code.OVERLOADED, Code.TIMEOUT)
_DROPPING = (Code.CONSUMER_TOO_SLOW, Code.CURSOR_TOO_OLD, Code.OVERLOADED, Code.INTERNAL)
_ENDING = (Code.UNAUTHENTICATED, Code.OVERLOADED)
_MUTATION = OperationType.MUTATION


class Counted:
    """Operations of one kind under one name: by outcome, and their times in seconds."""

    __slots__ = ("kind", "name", "outcomes", "seconds")

    def __init__(self, kind: str, name: str) -> None:
        self.kind = kind
        self.name = name
        self.outcomes = zeros(_SHOWN)
        self.seconds = Histogram()


class OperationCounts:
    """Counts what clients asked of one process, whatever the transport.

    `known` are names that are always shown. An outcome is `ok` or the code of the first error.
    """

    def __init__(self, known: Iterable[str] = ()) -> None:
        self.refused = zeros(Code)  # requests that became no operation, by code
        self.dropped = zeros(_DROPPING)  # subscriptions that the server ended, by code
        self.ended_streams = zeros(_ENDING)  # connections whose key or token ended, by code
        self.events = 0  # answers that were given to subscriptions
        self._names = ShownNames(known)
        self._queries = dict[str, Counted]()
        self._mutations = dict[str, Counted]()
        self._subscriptions = dict[str, Counted]()
        self._routes = dict[str, Counted]()

    def __iter__(self) -> Iterator[Counted]:
        for among in (self._queries, self._mutations, self._subscriptions, self._routes):
            yield from among.values()

    def add(self, kind: OperationType, name: str, code: str | None, seconds: float) -> None:
        """Count a query or mutation with the code of its first error, if it has one."""
        among = self._mutations if kind is _MUTATION else self._queries  # enums are slow as keys
        counted = among.get(name or UNNAMED) or self._found(among, kind.value, name)
        outcome = code or OK
        counted.outcomes[outcome] = counted.outcomes.get(outcome, 0) + 1
        counted.seconds.add(seconds)

    def add_subscription(self, name: str, code: str | None) -> None:
        """Count a subscription that has ended, with the code that it was refused or dropped by."""
        counted = self._found(self._subscriptions, "subscription", name)
        _count(counted.outcomes, code or OK)

    def add_route(self, route: str, code: str | None, seconds: float) -> None:
        """Count a request to a route of another API than GraphQL."""
        counted = self._routes.get(route)
        if counted is None:
            counted = self._routes[route] = Counted("rest", route)
        _count(counted.outcomes, code or OK)
        counted.seconds.add(seconds)

    def refuse(self, code: str | None) -> None:
        """Count a request that became no operation."""
        _count(self.refused, code or OK)

    def give(self, answers: int, code: str | None) -> None:
        """Count answers to a subscription, the last with the code that drops it, if one does."""
        self.events += answers
        if code is not None:
            _count(self.dropped, code)

    def end_streams(self, code: str, number: int) -> None:
        """Count connections whose key or token has ended, or cannot be checked."""
        self.ended_streams[code] = self.ended_streams.get(code, 0) + number

    def _found(self, among: dict[str, Counted], kind: str, name: str) -> Counted:
        """What a name is counted under now; it is found by itself once it is shown."""
        shown = self._names.shown(name) if name else UNNAMED
        counted = among.get(shown)
        if counted is None:
            counted = among[shown] = Counted(kind, shown)
        return counted


def _count(counts: dict[str, int], name: str) -> None:
    counts[name] = counts.get(name, 0) + 1


def zeros(names: Iterable[str]) -> dict[str, int]:
    """Counts that are shown before there is anything to count."""
    return {str(name): 0 for name in names}
