"""A loader: what the parts of one operation ask for one by one, read at once and once."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from functools import partial
from typing import TypeVar

from strawberry.dataloader import DataLoader

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

Read = Callable[[Sequence[K]], Awaitable[Mapping[K, V]]]
"""Gives the value of every key it is given."""


class Loader(DataLoader[K, V]):
    """Values by their keys, each read once; what is asked for in one round is read together.

    A value outlives those who wait for it: where a field fails, those beside it are cancelled,
    and one of them may share what it waits for with a field elsewhere. And a `DataLoader`
    by itself never reads what is added to a batch of which all was cancelled.
    """

    def __init__(self, read: Read[K, V]) -> None:
        super().__init__(partial(_values, read))

    def load(self, key: K) -> Awaitable[V]:
        """The value of a key.

        Raises:
            Exception: whatever reading it raised.
        """
        return asyncio.shield(super().load(key))


async def _values(read: Read[K, V], keys: list[K]) -> list[V]:
    found = await read(keys)
    return [found[key] for key in keys]
