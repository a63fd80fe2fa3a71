"""What a writer counts: who waits, the sizes and times of batches, and what comes to nothing."""

import asyncio

from models.errors import DatabaseUnavailable
from tests.support.durability.ledgers import submitted, writing


async def test_those_that_wait_and_the_sizes_of_batches_are_told(database_url: str) -> None:
    """What comes while a batch is committed waits for it, and is the next one."""
    may_commit = asyncio.Event()

    async def wait(number: int) -> None:
        await may_commit.wait()

    async with writing(database_url, before=wait) as (writer, ledger):
        calls = await submitted(writer, ["a"])
        await ledger.has_begun(1)
        calls += await submitted(writer, ["b"], ["c", "d"])
        waiting = writer.waiting
        may_commit.set()
        await asyncio.gather(*calls)

        assert waiting == 3
        assert writer.waiting == 0
        assert writer.counts.sizes.counts[:3] == [1, 0, 1]  # of one, up to two, and up to five
        assert writer.counts.sizes.total == 4
        assert sum(writer.counts.seconds.counts) == 2
        assert writer.counts.failures == writer.counts.isolations == 0


async def test_commits_that_come_to_nothing_are_counted(database_url: str) -> None:
    """Those that the database did not make, and batches that it would not take."""

    async def fail(number: int) -> None:
        if number == 1:
            raise DatabaseUnavailable("away")
        if number == 2:
            raise ValueError("it does not fit")

    async with writing(database_url, before=fail) as (writer, _):
        for target in "abc":
            await asyncio.gather(*await submitted(writer, [target]), return_exceptions=True)

        assert writer.counts.failures == 1
        assert writer.counts.isolations == 1
        assert sum(writer.counts.sizes.counts) == 3
