"""Live queries: what a subscription field returns whose events many subscribers may share."""

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
from typing import Any, NamedTuple, Protocol, TypeVar

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


class Event(NamedTuple):
    """Something that happened, for the subscribers to some topics.

    `value` makes what the root field resolves to, in the context it is executed in. `sequence`
    grows from event to event, where they have an order; `cursor` stands for it. Of two with one
    `key` that wait to be sent, the later replaces the earlier.
    """

    key: Hashable
    topics: Collection[Hashable]
    value: Callable[[Any], Any | Awaitable[Any]]
    sequence: int = 0
    cursor: str | None = None


class EventFollower(Protocol[T_co]):
    """One follower of what happens."""

    @property
    def position(self) -> int:
        """The sequence after which all events of a new topic will come."""

    def subscribe(self, topic: Any, /) -> None:
        """Follow a topic too, from the position on."""

    def unsubscribe(self, topic: Any, /) -> None:
        """Follow a topic no longer."""

    async def next(self) -> Sequence[T_co]:
        """What comes next; waits until something does."""

    def retry(self, found: Any, /) -> None:
        """Take note that something could not be shown, for a reason that may pass."""

    def close(self) -> None:
        """Follow no longer."""


class EventSource(Protocol[T]):
    """Where events of one kind come from; sources that are equal share their channels."""

    def follow(self) -> EventFollower[T]:
        """A new follower of what happens from now on."""

    def event(self, found: T, /) -> Event:
        """What is found, as an event for clients."""

    def __hash__(self) -> int:
        """Equal for equal sources."""


class ReplayTarget(Protocol):
    """Who gets the events after its `start`, as far as sources need to know it."""

    start: int

    def skip(self, sequence: int) -> None:
        """Get nothing up to a sequence."""


@dataclass(frozen=True, eq=False, slots=True)
class LiveQuery:
    """A subscription to those events of a source that have one of some topics.

    `begin` is awaited before the source is followed. `missed` gives what a subscriber gets before
    that: all between where it left off and its `start`, which may move on meanwhile. `cursor` makes
    the cursor of a sequence.
    """

    source: EventSource[Any]
    topics: frozenset[Any]
    begin: Callable[[], Awaitable[None]]
    missed: Callable[[ReplayTarget], AsyncGenerator[Sequence[Event], None]]
    cursor: Callable[[int], str | None] = lambda sequence: None

    def __aiter__(self) -> AsyncIterator[Any]:
        """Be a stream to graphql-core, which never reads it: channels follow the source."""
        raise TypeError("a live query is followed by a channel")
