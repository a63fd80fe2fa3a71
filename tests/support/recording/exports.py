"""Exports of everything in tests: made in the test's own process, and imported elsewhere."""

import random
from collections.abc import Iterable
from typing import Any

import orjson

from graph.config.settings import Settings
from models.database.database import Database
from models.ledger.opening import open_ledger
from models.reading.filters import EVERYTHING, Filter
from models.reading.log import LogPosition, LogState, read_head
from resolvers.id_cipher import IdCipher
from resolvers.identity import Identity
from resolvers.moving.export_lines import ENCODERS
from resolvers.moving.exporting import beginning, read_pages
from resolvers.moving.import_lines import lines
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.writer import Writer
from tests.support.client import Caller
from tests.support.durability.server import until_awaited
from tests.support.serving import SECRET

ID_CIPHER = IdCipher(Identity(SECRET).key("interaction ids"))


async def settled_head() -> LogState:
    """The log's head, once all can be read that is committed by now: its server sees to that."""
    wanted = (await read_head()).highest_number

    async def can_be_read() -> bool:
        return (await read_head()).last_number >= wanted

    await until_awaited(can_be_read)
    return await read_head()


async def some_exported(
    after: LogPosition | None = None,
    *,
    most: int = 1_000_000,
    filter: Filter = EVERYTHING,
    format: str = "ndjson",
) -> tuple[list[bytes], LogPosition]:
    """The next lines of the database that is being read, and where to go on after them."""
    head = await settled_head()
    position, found = after or beginning(head), list[bytes]()
    async for page in read_pages(position, head.last_number, filter):
        rows = page.rows[: most - len(found)]
        found += [ENCODERS[format](row, ID_CIPHER) for row in rows]
        if rows or not page.rows:
            position = page.after(len(rows))
        if len(found) >= most:
            break
    return found, position


async def all_exported(**options: Any) -> list[bytes]:
    """All lines of the database that is being read."""
    return (await some_exported(**options))[0]


async def exported_in_parts(seed: int) -> list[bytes]:
    """All lines, read in parts of random length."""
    cuts, found, position = random.Random(seed), list[bytes](), None  # noqa: S311
    while True:
        some, position = await some_exported(position, most=cuts.randint(1, 7))
        if not some:
            return found
        found += some


def parsed(exported: Iterable[bytes]) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in exported]


async def import_exported(
    caller: Caller, exported: Iterable[bytes], format: str = "ndjson"
) -> dict[str, int]:
    """Import lines into the database of a caller; the outcomes."""
    reasons = list[str]()
    writer = Writer(open_ledger(Database.at(caller.url)), Settings(caller.url, SECRET).rules)
    writer.start()
    progress = Import(lambda number, reason: reasons.append(reason), lambda end: None)
    identity = Identity(SECRET)
    try:
        given = lines(exported, format)
        await import_lines(given, writer, progress, identity=identity, clock=caller.clock)
    finally:
        await writer.stop()
    assert reasons == []
    return dict(progress.outcomes)
