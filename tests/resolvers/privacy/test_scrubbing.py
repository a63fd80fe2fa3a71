"""Removals at once that leave nothing in the database's files: what one cannot do is done later."""

import asyncio

from models.database.database import Database
from models.errors import DatabaseUnavailable
from models.ledger.opening import open_ledger
from models.vocabulary import PrivacyLevel
from resolvers.caller import Caller as Who
from resolvers.errors import Overloaded
from resolvers.identity import Identity
from resolvers.privacy.levels import Choice, Privacy
from resolvers.privacy.removing import Remover
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.durability.ledgers import Watched, nothing
from tests.support.durability.server import until
from tests.support.serving import SECRET


class Scrubbing(Watched):
    """A ledger that scrubs once another scrub was asked for, which then fails."""

    scrubs = 0

    def __init__(self, url: str) -> None:
        super().__init__(open_ledger(Database.at(url)), lambda _: nothing())
        self._another, self._first_ended = asyncio.Event(), asyncio.Event()

    async def scrub(self, *, within_pages: bool = True) -> None:
        self.scrubs += 1
        if self.scrubs == 1:
            await self._another.wait()
        if self.scrubs == 2 and not self._another.is_set():
            self._another.set()
            await self._first_ended.wait()
            raise DatabaseUnavailable("another program reads on")
        await super().scrub(within_pages=within_pages)
        self._first_ended.set()


async def test_what_failed_beside_another_that_did_not_is_done_by_the_next_round(
    caller: Caller,
) -> None:
    """The one that succeeded began before the other's user was removed."""
    ledger = Scrubbing(caller.url)
    writer = Writer(ledger, Rules())
    writer.start()
    remover = Remover(writer, Scoring(), Database.at(caller.url))
    privacy = Privacy(writer, remover, Identity(SECRET), FixedClock())

    try:
        answers = await asyncio.gather(
            *(privacy.choose(Choice(PrivacyLevel.NONE, user), Who()) for user in ("ann", "bob")),
            return_exceptions=True,
        )
        remover.resume()
        await until(lambda: ledger.scrubs == 3)

        failed = sorted(isinstance(answer, Overloaded) for answer in answers)
        assert failed == [False, True], "whichever of the two scrubbed first was done"
    finally:
        await remover.stop()
        await writer.stop()
