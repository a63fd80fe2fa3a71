"""The ledger: the one transaction in which a batch is read, judged and written.

Its order of commits is the log's order. Each database has its own ledger; both run

    lock, read what is wanted, judge, write the changes, commit

so that whoever judges sees all that committed before. A ledger may read and judge before it has
the lock, as long as it makes sure under the lock that nothing else was committed since.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from models.records import Changes, Known, Wanted

Judge = Callable[[Known], Changes]


class Ledger(Protocol):
    """A database's way to run the transaction."""

    @property
    def overlaps(self) -> bool:
        """Whether a transaction that begins while others are under way is judged meanwhile."""

    async def transact(self, wanted: Wanted, judge: Judge) -> None:
        """Commit what `judge` makes of what the database holds under the wanted keys.

        When this returns, the changes are durable. `judge` is plain computation, and what it said
        last is what holds: it may be asked again. An error it raises rolls everything back.

        Raises:
            DatabaseUnavailable: the database could not be reached or would not commit.
        """

    async def begin(self, wanted: Wanted, judge: Judge) -> Awaitable[None]:
        """Transact, up to where the next transaction can begin; the awaitable is the rest.

        It must be awaited, and raises as `transact` does. Transactions commit in the order in
        which they begin.
        """

    async def close(self) -> None:
        """Give the connection back, within seconds; the ledger is not used after this.

        What is under way then fails, or ends as it would have, before long.
        """
