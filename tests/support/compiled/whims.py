"""Whims: what resolvers do that they should not, and what was called when."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Sequence
from typing import Any

from graphql import GraphQLError

from resolvers.history.loader import Loader


class Later:
    """An awaitable that is no coroutine, and complains of nothing if nobody awaits it."""

    def __init__(self, run: Callable[[], Awaitable[Any]]) -> None:
        self._run = run

    def __repr__(self) -> str:
        return "later"

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._run().__await__()


class Thing:
    """Nothing that any type takes."""

    def __repr__(self) -> str:
        return "a thing"


class Text(str):
    """A text of another class."""


class World:
    """The whims of one execution; the calmer, the more often all is as it should be."""

    def __init__(self, seed: int, calm: int) -> None:
        self.seed = seed
        self.calm = calm
        self.trace = list[str]()
        self.loader: Loader[str, str] = Loader(self._load)

    def whim(self, label: str, field: str, count: int) -> int:
        return zlib.crc32(f"{self.seed}/{label}/{field}".encode()) % count

    def note(self, *what: object) -> None:
        self.trace.append(" ".join(str(each) for each in what))

    def disturb(self, label: str, field: str, right: Any) -> Any:
        """What is right, or, now and then, one of many things that are not."""
        self.note(field, label)
        whim = self.whim(label, field, 14 + self.calm)
        if isinstance(right, list) and 3 < whim < 12:
            return self._strange_list(whim, right)
        match whim:
            case 0:
                return None
            case 1:
                raise ValueError(f"{field} of {label} is broken")
            case 2:
                return KeyError(f"{field} of {label} is an exception")
            case 3:
                raise GraphQLError("with a code", extensions={"code": "WHIM"})
            case 4:
                return Later(lambda: self._right(right))
            case 5:
                return Later(lambda: self._wrong(f"{field} of {label} failed late"))
            case 6:
                return Text("text") if isinstance(right, str) else Thing()
            case 7:
                return 7
            case 8:
                return float("nan")
            case 9:
                return Later(lambda: self._right(Later(lambda: self._right(right))))
            case 10:
                raise GraphQLError("with a path", path=["elsewhere"])
        return right

    def attribute(self, label: str, field: str, right: Any) -> Any:
        """A value that cannot raise, for what an attribute holds."""
        try:
            return self.disturb(label, field, right)
        except Exception as error:
            return error

    async def pause(self, label: str, field: str) -> None:
        """Wait for some iterations of the loop, or for what others ask for as well."""
        iterations = self.whim(label, f"pause {field}", 4)
        if iterations == 3:
            await self.loader.load(str(self.whim(label, "key", 5)))
        for _ in range(iterations):
            await asyncio.sleep(0)
        self.note("after", field, label)

    def _strange_list(self, whim: int, right: list[Any]) -> Any:
        match whim:
            case 4:
                return tuple(right)
            case 5:
                return (each for each in right)
            case 6:
                return self._streamed(right)
            case 7:
                return [None, *right, RuntimeError("an item is an exception")]
            case 8:
                return [Later(lambda each=each: self._right(each)) for each in right]  # type: ignore[misc]
            case 9:
                late = Later(lambda: self._wrong("an item failed late"))
                return [*right[:1], late, *right[1:], late]
            case 10:
                return "no list"
        return {"no": "list"}

    async def _streamed(self, values: list[Any]) -> AsyncIterator[Any]:
        for each in values:
            await asyncio.sleep(0)
            yield each

    async def _right(self, value: Any) -> Any:
        await asyncio.sleep(0)
        self.note("late")
        return value

    async def _wrong(self, message: str) -> Any:
        await asyncio.sleep(0)
        raise LookupError(message)

    async def _load(self, keys: Sequence[str]) -> dict[str, str]:
        self.note("load", *keys)
        return {key: f"loaded {key}" for key in keys}
