"""Live subscriptions: what a field returns whose events many may want, so that they share them."""

from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Callable,
    Collection,
    Hashable,
    Sequence,
)
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Event(NamedTuple):
    """Something that happened, for those who wished for it.

    `value` makes what the root field resolves to, in the context it is executed in. `place` grows
    from event to event, where they have an order; `cursor` stands for it. Of two with one `key`
    that wait to be sent, the later takes the earlier one's place.
    """

    key: Hashable
    wishes: Collection[Hashable]
    value: Callable[[Any], Any | Awaitable[Any]]
    place: int = 0
    cursor: str | None = None


class Following(Protocol[T_co]):
    """One follower of what happens."""

    @property
    def position(self) -> int:
        """The place after which everything that fulfils a new wish will come."""

    def wish(self, wish: Any, /) -> None:
        """Want what fulfils a wish, from the position on."""

    def unwish(self, wish: Any, /) -> None:
        """Want it no more."""

    async def next(self) -> Sequence[T_co]:
        """What comes next; waits until something does."""

    def again(self, told: Any, /) -> None:
        """Take note that something could not be shown, for a reason that may pass."""

    def close(self) -> None:
        """Follow no longer."""


@dataclass(frozen=True, eq=False, slots=True)
class Origin(Generic[T]):
    """Where events of one kind come from: how to follow them, and what they are to clients."""

    follow: Callable[[], Following[T]]
    event: Callable[[T], Event]


class Subscriber(Protocol):
    """Who is told of events that lie after its `start`, as far as origins need to know it."""

    start: int

    def skip(self, place: int) -> None:
        """Be told nothing up to a place."""


@dataclass(frozen=True, eq=False, slots=True)
class Live:
    """A subscription to an origin's events that fulfil one of some wishes.

    `begin` is awaited before it is followed. `missed` gives what a subscriber is to be told before
    that: all between where it left off and its `start`, which may move on meanwhile. `cursor` is
    what stands for a place.
    """

    origin: Origin[Any]
    wishes: frozenset[Any]
    begin: Callable[[], Awaitable[None]]
    missed: Callable[[Subscriber], AsyncGenerator[Sequence[Event], None]]
    cursor: Callable[[int], str | None] = lambda place: None

    def __aiter__(self) -> AsyncIterator[Any]:
        """What graphql-core takes a stream of events by; channels follow the origin instead."""
        raise TypeError("a live subscription is followed by a channel")
