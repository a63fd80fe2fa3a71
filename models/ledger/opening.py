"""Opening the ledgers of a database: the one place that chooses between the two kinds."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import asyncpg

from models.database.database import Database
from models.database.postgres import ANSWER_S
from models.errors import GONE, DatabaseUnavailable, described
from models.ledger.lanes.layouts import read_layout
from models.ledger.lanes.scopes import WHOLE, Scope
from models.ledger.lanes.shared import Shared
from models.ledger.ledger import Ledger
from models.ledger.postgres_ledger import PostgresLedger
from models.ledger.sqlite_ledger import SqliteLedger
from models.partitions import Layout

WORK_S = 35.0
"""How long a transaction may take that no request waits for."""


def open_ledger(database: Database, answer_s: float = ANSWER_S) -> Ledger:
    """The way to write to all of a database; open until closed, for one caller at a time.

    Its transactions hold the locks of all lanes, however many there are by then. One that has not
    ended after so many seconds is given up.
    """
    if database.is_embedded:
        return SqliteLedger(database.path, answer_s=answer_s)
    return PostgresLedger(database.credentials, answer_s)


@dataclass(frozen=True, slots=True)
class Ledgers:
    """A process's ledgers of one database: one for each lane of a layout, and `whole` for all.

    Once the layout is another, those of lanes raise LayoutChanged, and new ones are to be opened.
    """

    layout: Layout
    lanes: Sequence[Ledger]
    whole: Ledger
    shared: Shared | None = None

    def lane(self, number: int) -> Ledger:
        """The ledger of a lane."""
        return self.lanes[number]

    async def close(self) -> None:
        """Close each, within seconds, as `Ledger.close`."""
        await asyncio.gather(*(ledger.close() for ledger in {*self.lanes, self.whole}))
        if self.shared is not None:
            await self.shared.close()


async def open_ledgers(database: Database, answer_s: float = ANSWER_S) -> Ledgers:
    """The ways to write to a database's lanes as there are now, each for one caller at a time.

    With one lane, its ledger is that of the whole.

    Raises:
        DatabaseUnavailable: the database does not answer, or is of another version.
    """
    if database.is_embedded:
        ledger = open_ledger(database, answer_s)
        return Ledgers(Layout(), [ledger], ledger)
    try:
        layout = await read_layout(database)
    except (*GONE, asyncpg.PostgresError) as error:
        raise DatabaseUnavailable(described(error)) from error
    credentials, shared = database.credentials, Shared(database.credentials, layout.lanes)

    def opened(scope: Scope) -> PostgresLedger:
        return PostgresLedger(credentials, answer_s, scope=scope, shared=shared)

    lanes = [opened(Scope(lane, layout)) for lane in range(layout.lanes)]
    return Ledgers(layout, lanes, lanes[0] if len(lanes) == 1 else opened(WHOLE), shared)
