"""The ledger: the one transaction in which a batch is read, judged and written.

Its order of commits is the log's order. Each database has its own ledger; both run

    lock, read what is wanted, judge, write the changes, commit

so that whoever judges sees all that committed before. A ledger may read and judge before it has
the lock, as long as it makes sure under the lock that nothing else was committed since.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from models.histogram import Histogram
from models.records import Changes, Known, Wanted

R = TypeVar("R")

Judge = Callable[[Known], tuple[Changes, R]]
"""What to change, by what is known, and what else was found.

It is plain computation, and may be called again by what is known then: so what it finds it returns.
"""


class Ledger(Protocol):
    """A database's way to run the transaction."""

    @property
    def overlaps(self) -> bool:
        """Whether a transaction that begins while others are under way is judged meanwhile."""

    @property
    def lock_waits(self) -> Histogram:
        """How long transactions waited for the lock, in seconds, where that is seen by itself.

        PostgreSQL takes it within the statement that writes while nobody else commits.
        """

    async def transact(self, wanted: Wanted, judge: Judge[R]) -> R:
        """Commit what `judge` makes of what the database holds under the wanted keys, in all slots.

        When this returns, the changes are durable; what it returns is what `judge` found when it
        made them. An error that `judge` raises rolls everything back.

        Raises:
            DatabaseUnavailable: the database could not be reached or would not commit.
        """

    async def begin(self, wanted: Wanted, judge: Judge[R]) -> Awaitable[R]:
        """Transact, up to where the next transaction can begin; the awaitable is the rest.

        Of what is counted it reads and writes the ledger's own slot, unless the whole is wanted.
        It must be awaited, and returns or raises as `transact` does. Transactions commit in the
        order in which they begin.
        """

    async def scrub(self, *, within_pages: bool = True) -> None:
        """Leave nothing in the database's own files of what was deleted; may run beside others.

        Without `within_pages` the file is not searched, and bytes that its pages do not use may be
        left. On PostgreSQL all of it is the server's: it overwrites what nobody can see any more.

        Raises:
            DatabaseUnavailable: somebody kept reading what was there before, or the disk is full.
        """

    async def close(self) -> None:
        """Give the connection back, within seconds; the ledger is not used after this.

        What is under way then fails, or ends as it would have, before long.
        """
