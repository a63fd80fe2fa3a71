"""Exclusive transactions: those of another kind, which run between the batches."""

import asyncio
from dataclasses import dataclass, field
from typing import Generic

from models.errors import DatabaseUnavailable, LayoutChanged
from models.ledger.ledger import Judge, Ledger, R
from models.records import Changes, Known, Wanted
from resolvers.recording.writing.answers import caller_error


@dataclass(slots=True, eq=False)
class ExclusiveTransaction(Generic[R]):
    """A transaction of the ledger, and the result that its caller waits for."""

    wanted: Wanted
    judge: Judge[R]
    done: "asyncio.Future[R]" = field(
        default_factory=lambda: asyncio.get_running_loop().create_future()
    )

    async def run(self, ledger: Ledger) -> Exception | None:
        """Commit it; why it was not committed, if so.

        Raises:
            LayoutChanged: it is to be committed by another ledger.
        """
        try:
            result = await ledger.transact(self.wanted, self.judge)
        except LayoutChanged:
            raise
        except Exception as error:
            self.fail(error)
            return error
        if not self.done.done():
            self.done.set_result(result)
        return None

    def fail(self, error: Exception) -> None:
        """Raise an error to the caller, if it still waits."""
        if not self.done.done():
            shown = caller_error(error) if isinstance(error, DatabaseUnavailable) else error
            self.done.set_exception(shown)


def nothing(known: Known) -> tuple[Changes, None]:
    """A commit that is written and moves no count."""
    return Changes(known.last_number, unlogged=True), None
