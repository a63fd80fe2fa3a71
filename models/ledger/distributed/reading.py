"""What the ledger reads where the tables are distributed: of each lane one statement on its server.

What concerns all lanes is the same statement for each of them, and the rows together.
"""

from collections.abc import Sequence
from itertools import chain
from typing import Any

from models.database.distributed.detection import Distribution
from models.database.postgres import Connection
from models.ledger.lanes.scopes import Scope
from models.ledger.postgres_statements import keys_of, known_by, reading
from models.records import Known, Wanted

_HEADS = "SELECT max(last_number), min(last_number) FROM log_head"
_OF_HEAD = 7
"""The columns that say what a lane's head does; the others are arrays."""


async def read(
    connection: Connection, wanted: Wanted, scope: Scope, distribution: Distribution
) -> Known:
    """What the database holds under the wanted keys, as `postgres_statements.read` tells it.

    Raises:
        LayoutChanged: the scope's layout is no longer the database's.
    """
    highest, least = await connection.fetchrow(_HEADS) or (0, 0)
    lanes = range(distribution.lanes) if scope.is_whole else (scope.lane,)
    (kinds, arguments), found = keys_of(wanted), []
    for lane in lanes:
        statement = reading(scope, kinds, whole=wanted.whole, apart=lane)
        row = await connection.fetchrow(statement, *arguments)
        if row is None:
            return await known_by(connection, None, wanted, scope)
        found.append(tuple(row))
    last_number, _, *head = found[0][:_OF_HEAD]
    highest = max(highest, last_number)  # which may have moved since the others were read
    head[-1] = distribution.tables  # on the server of a lane it has a number of that server
    arrays = _joined([each[_OF_HEAD:] for each in found])
    together = (highest, highest - least, *head, *arrays)
    return await known_by(connection, together, wanted, scope)


def _joined(arrays: Sequence[Sequence[list[Any] | None]]) -> list[list[Any] | None]:
    """The arrays of all lanes, each column's as one; None where no lane has any."""
    if len(arrays) == 1:
        return list(arrays[0])
    columns = zip(*arrays, strict=True)
    return [list(chain.from_iterable(each or () for each in column)) or None for column in columns]
