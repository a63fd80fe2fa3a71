"""A reader that tails the log, as a consumer of the product's changes would."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, closing

from models.database.database import Database
from models.database.postgres import COMMANDS, connect
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import rows

Entry = tuple[int, int]
"""A row's id and its sequence in the log."""

PAGE = 500


class LogReader:
    """Reads the log page by page in its order, up to the least head, and never looks back."""

    def __init__(
        self,
        read: Callable[[int], Awaitable[list[Entry]]],
        is_brought_up: Callable[[], Awaitable[bool]],
    ) -> None:
        self.seen: set[Entry] = set()
        self.reads = 0
        self._read = read
        self._is_brought_up = is_brought_up
        self._last = 0

    async def advance(self) -> int:
        """Read one page; how many rows it held."""
        page = await self._read(self._last)
        self.reads += 1
        self.seen.update(page)
        if page:
            self._last = page[-1][1]
        return len(page)

    async def follow(self, enough: asyncio.Event) -> None:
        """Read on until it is enough, and then what is left, once all lanes are brought up."""
        while not enough.is_set():
            await self.advance()
            await asyncio.sleep(0)  # to let the clients work
        await until_awaited(self._is_brought_up)
        while await self.advance():
            pass


@asynccontextmanager
async def tailing(url: str) -> AsyncIterator[LogReader]:
    """A reader of the log on a connection of its own."""

    async def is_brought_up() -> bool:
        return await rows(url, "SELECT count(DISTINCT last_number) FROM log_head") == [(1,)]

    database = Database.at(url)
    if database.is_embedded:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as file:

            async def read(last: int) -> list[Entry]:
                return file.execute(_page("?"), (last,)).fetchall()

            yield LogReader(read, is_brought_up)
        return
    connection = await connect(database.credentials, COMMANDS)

    async def fetch(last: int) -> list[Entry]:
        return [(row["id"], row["seq"]) for row in await connection.fetch(_page("$1"), last)]

    try:
        yield LogReader(fetch, is_brought_up)
    finally:
        await connection.close()


def _page(after: str) -> str:
    readable = "seq <= (SELECT min(last_number) FROM log_head)"
    return (
        f"SELECT id, seq FROM interactions WHERE seq > {after} AND {readable} "
        f"ORDER BY seq LIMIT {PAGE}"
    )
