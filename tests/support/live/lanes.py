"""Lanes in tests: users of each, a writer for each of them, and their heads."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import count

from models.database.database import Database
from models.database.postgres import COMMANDS, connect
from models.ledger.opening import open_ledgers
from models.partitions import lane_of
from models.vocabulary import ACTIONS, ActionType
from resolvers.clock import system_clock
from resolvers.recording.judging import Rules
from resolvers.recording.submissions import Submission
from resolvers.recording.writer import Writer
from tests.support.sql import run

LANES = 4


def user_of(lane: int, lanes: int = LANES) -> str:
    """The alias of a user whose lane it is."""
    aliases = (f"u_{number:032x}" for number in count())
    return next(alias for alias in aliases if lane_of(alias, lanes) == lane)


def view_of(lane: int, target_id: str, lanes: int = LANES) -> Submission:
    """An event of a lane's user: one row, however often it is submitted."""
    return Submission(
        user_alias=user_of(lane, lanes),
        action=ACTIONS[ActionType.VIEW],
        target_id=target_id,
        undo=False,
        occurred_at=None,
        arrived_at=system_clock(),
    )


@asynccontextmanager
async def lane_writers(url: str) -> AsyncIterator[Sequence[Writer]]:
    """A process's writers at work, one for each lane that the database has."""
    ledgers = await open_ledgers(Database.at(url))
    writers = [Writer(ledger, Rules()) for ledger in ledgers.lanes]
    try:
        for writer in writers:
            writer.start()
        yield writers
    finally:
        for writer in writers:
            await writer.stop()
        await ledgers.close()


@asynccontextmanager
async def lane_held(url: str, lane: int) -> AsyncIterator[None]:
    """Within this, another session holds a lane's lock, so that its head stands still."""
    async with AsyncExitStack() as stack:
        connection = await connect(Database.at(url).credentials, COMMANDS)
        stack.callback(connection.terminate)
        await stack.enter_async_context(connection.transaction())
        await connection.execute(f"SELECT FROM log_head WHERE id = {lane} FOR UPDATE")
        yield


async def set_heads(url: str, *numbers: int) -> None:
    """Have the lanes' heads at these numbers, from the first lane on."""
    for lane, number in enumerate(numbers):
        await run(url, f"UPDATE log_head SET last_number = {number} WHERE id = {lane}")


async def heads(url: str) -> list[int]:
    """The lanes' heads, from the first lane on."""
    return [row[0] for row in await run(url, "SELECT last_number FROM log_head ORDER BY id")]
