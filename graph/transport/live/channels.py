"""Channels: an event is executed and encoded once for all whose answers to it are the same."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Any

from graphql import located_error

from graph.compiled.slices import Slices
from graph.transport.answers import Answer
from graph.transport.live.live_query import Event, EventSource, LiveQuery
from graph.transport.live.subscriber import QueuedAnswer, Subscriber

SLICE = 512
"""Answers that are handed out before other tasks may run: to send them takes some milliseconds."""

AT_ONCE = 8
"""Events that are executed together, so that what they show is loaded once."""

Execute = Callable[[Sequence[Event]], Awaitable[list[Answer]]]


class Channels:
    """The channels of an engine, by what makes answers the same."""

    def __init__(self, held_events: int, slices: Slices) -> None:
        self._held_events = held_events
        self._slices = slices
        self._channels: dict[Hashable, Channel] = {}

    def join(self, key: Hashable, live: LiveQuery, execute: Execute) -> Subscriber:
        """A new subscriber to the channel with a key, until it leaves.

        `live.begin` was awaited just before. The first subscriber's `execute` serves all.
        """
        channel = self._channels.get(key)
        if channel is None or channel.is_over:
            channel = self._channels[key] = Channel(live.source, execute, self._slices)
        subscriber = Subscriber(live, self._held_events, partial(self._leave, key, channel))
        subscriber.start = channel.add(subscriber)
        return subscriber

    def _leave(self, key: Hashable, channel: "Channel", subscriber: Subscriber) -> None:
        if channel.remove(subscriber) and self._channels.get(key) is channel:
            del self._channels[key]


class Channel:
    """Follows a source for its subscribers, and gives each the events of its topics."""

    def __init__(self, source: EventSource[Any], execute: Execute, slices: Slices) -> None:
        self._source = source
        self._execute = execute
        self._slices = slices
        self._follower = source.follow()
        self._subscribers = set[Subscriber]()
        self._by_topic: dict[Hashable, set[Subscriber]] = {}
        self._handed_out = 0  # answers since other tasks could run
        self._running = asyncio.create_task(self._run(), name="channel")

    @property
    def is_over(self) -> bool:
        """Whether it has failed, and gives nobody anything more."""
        return self._running.done()

    def add(self, subscriber: Subscriber) -> int:
        """Give a subscriber what happens; the sequence after which it gets all of that."""
        self._subscribers.add(subscriber)
        for topic in subscriber.topics:
            if topic not in self._by_topic:
                self._by_topic[topic] = set()
                self._follower.subscribe(topic)
            self._by_topic[topic].add(subscriber)
        return self._follower.position

    def remove(self, subscriber: Subscriber) -> bool:
        """Give a subscriber nothing more; whether it was the last, with which the channel ends."""
        self._subscribers.discard(subscriber)
        for topic in subscriber.topics:
            interested = self._by_topic[topic]
            interested.discard(subscriber)
            if not interested:
                del self._by_topic[topic]
                self._follower.unsubscribe(topic)
        if not self._subscribers:
            self._running.cancel()
            self._follower.close()
        return not self._subscribers

    async def _run(self) -> None:
        try:
            while True:
                found = await self._follower.next()
                for start in range(0, len(found), AT_ONCE):
                    await self._give(found[start : start + AT_ONCE])
        except Exception as error:
            last = Answer.refusal([located_error(error)])
            for subscriber in self._subscribers:
                subscriber.end(last)

    async def _give(self, found: Sequence[Any]) -> None:
        """Execute some events, in a slice of the loop, as there may be hundreds of channels."""
        if self._slices.is_over():
            await self._slices.next()
        events = [self._source.event(each) for each in found]
        answers = await self._execute(events)
        for each, event, answer in zip(found, events, answers, strict=True):
            await self._hand_out(event, answer)
            if answer.may_differ_later:
                self._follower.retry(each)

    async def _hand_out(self, event: Event, answer: Answer) -> None:
        queued = QueuedAnswer(answer, event.key, event.sequence, event.cursor)
        for topic in event.topics:
            interested = tuple(self._by_topic.get(topic, ()))
            for start in range(0, len(interested), SLICE):
                some = interested[start : start + SLICE]
                for subscriber in some:
                    subscriber.queue(queued)
                self._handed_out += len(some)
                if self._handed_out >= SLICE:
                    self._handed_out = 0
                    await asyncio.sleep(0)
