"""Channels: an event is executed and encoded once for all whose answers to it are the same."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from functools import partial
from typing import Any

from graphql import located_error

from graph.transport.answers import Answer
from graph.transport.live import Event, Live, Origin
from graph.transport.members import Member, Told

TURN = 512
"""Answers that are told before others have their turn: to send them takes some milliseconds."""

Execute = Callable[[Sequence[Event]], Awaitable[list[Answer]]]


class Channels:
    """The channels of an engine, by what makes answers the same."""

    def __init__(self, held: int) -> None:
        self._held = held
        self._channels: dict[Hashable, Channel] = {}

    def join(self, key: Hashable, live: Live, execute: Execute) -> Member:
        """A new member of the channel with a key, until it leaves.

        `live.begin` was awaited just before. The first member's `execute` serves all.
        """
        channel = self._channels.get(key)
        if channel is None or channel.is_over:
            channel = self._channels[key] = Channel(live.origin, execute)
        member = Member(live, self._held, partial(self._leave, key, channel))
        member.start = channel.add(member)
        return member

    def _leave(self, key: Hashable, channel: "Channel", member: Member) -> None:
        if channel.remove(member) and self._channels.get(key) is channel:
            del self._channels[key]


class Channel:
    """Follows an origin for its members, and tells each what fulfils one of its wishes."""

    def __init__(self, origin: Origin[Any], execute: Execute) -> None:
        self._origin = origin
        self._execute = execute
        self._following = origin.follow()
        self._everyone = set[Member]()
        self._members: dict[Hashable, set[Member]] = {}  # by their wishes
        self._in_turn = 0  # answers that were told since others had their turn
        self._running = asyncio.create_task(self._run(), name="channel")

    @property
    def is_over(self) -> bool:
        """Whether it has broken off, and tells nobody anything more."""
        return self._running.done()

    def add(self, member: Member) -> int:
        """Tell a member what happens; the place after which it is told all of that."""
        self._everyone.add(member)
        for wish in member.wishes:
            if wish not in self._members:
                self._members[wish] = set()
                self._following.wish(wish)
            self._members[wish].add(member)
        return self._following.position

    def remove(self, member: Member) -> bool:
        """Tell a member nothing more; whether it was the last, with which the channel ends."""
        self._everyone.discard(member)
        for wish in member.wishes:
            members = self._members[wish]
            members.discard(member)
            if not members:
                del self._members[wish]
                self._following.unwish(wish)
        if not self._everyone:
            self._running.cancel()
            self._following.close()
        return not self._everyone

    async def _run(self) -> None:
        try:
            while True:
                found = await self._following.next()
                events = [self._origin.event(each) for each in found]
                answers = await self._execute(events)
                for each, event, answer in zip(found, events, answers, strict=True):
                    await self._tell(event, answer)
                    if answer.may_differ_later:
                        self._following.again(each)
        except Exception as error:
            last = Answer.refusal([located_error(error)])
            for member in self._everyone:
                member.end(last)

    async def _tell(self, event: Event, answer: Answer) -> None:
        told = Told(answer, event.key, event.place, event.cursor)
        for wish in event.wishes:
            members = tuple(self._members.get(wish, ()))
            for start in range(0, len(members), TURN):
                turn = members[start : start + TURN]
                for member in turn:
                    member.tell(told)
                self._in_turn += len(turn)
                if self._in_turn >= TURN:
                    self._in_turn = 0
                    await asyncio.sleep(0)
