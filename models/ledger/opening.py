"""Opening the ledger of a database: the one place that chooses between the two kinds."""

from models.database.database import Database
from models.database.postgres import ANSWER_S
from models.ledger.ledger import Ledger
from models.ledger.postgres_ledger import PostgresLedger
from models.ledger.sqlite_ledger import SqliteLedger

WORK_S = 35.0
"""How long a transaction may take that no request waits for."""


def open_ledger(database: Database, answer_s: float = ANSWER_S) -> Ledger:
    """The way to write to a database; open until closed, for one caller at a time.

    A transaction that has not ended after so many seconds is given up.
    """
    if database.is_embedded:
        return SqliteLedger(database.path, answer_s=answer_s)
    return PostgresLedger(database.credentials, answer_s)
