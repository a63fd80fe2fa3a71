"""The ledger: the one transaction in which a batch is read, judged and written.

Its order of commits is the log's order. Each database has its own ledger; both run

    lock, read what is wanted, judge, write the changes, commit

with the lock taken before anything is read, so that whoever judges sees all that committed before.
"""

from collections.abc import Callable
from typing import Protocol

from models.records import Changes, Known, Wanted

Judge = Callable[[Known], Changes]


class Ledger(Protocol):
    """A database's way to run the transaction; used by one caller at a time."""

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        """Commit what `judge` makes of what the database holds under the wanted keys.

        When this returns, the changes are durable. `judge` is plain computation; an error it
        raises rolls everything back.

        Raises:
            DatabaseUnavailable: the database could not be reached or would not commit.
        """

    async def close(self) -> None:
        """Give the connection back; the ledger is not used after this."""
