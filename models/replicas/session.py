"""A session of a replica: what it has replayed, and that it follows the primary."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from models.database.database import READER, Database
from models.database.postgres import ANSWER_S, Connection, connect
from models.replicas.identity import OF_ANOTHER, identity, is_same
from models.replicas.primary import SHOWN_PROOF, Primary

WAIT_S = 0.05
"""How long a read waits for a replica to have what is committed; then the primary answers."""

CATCH_UP_S = 1.0
"""How long a replica may lag before it is called lost."""

SILENT_S = 1.0
"""How long a replica may take to say where it is; it is left alone after that."""

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.008
_PROOFS, _PROOF_PAUSE_S = 10, 0.05
_SESSION = replace(READER, name="trailmark replica reader", command_s=ANSWER_S)
_REPLAYED = """SELECT CASE WHEN pg_is_in_recovery()
    THEN (pg_last_wal_replay_lsn() - '0/0'::pg_lsn)::bigint END"""


class NoReplica(Exception):
    """It may not answer reads: it is no standby, or none of this primary; says which."""


class Behind(Exception):
    """It has not replayed in time what was committed."""

    def __init__(self, count: int) -> None:
        super().__init__(f"it is {count:,} bytes of the log behind")


class ReplicaSession:
    """A connection to a replica.

    What its server has replayed only grows as long as the connection lives. After a restart it may
    be less, and behind the same address may be another server: so each session knows for itself.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.replayed = 0
        self.used_at = time.monotonic()

    async def reach(self, position: int, within_s: float = WAIT_S) -> bool:
        """Whether the replica has replayed the log up to a position, or does in so many seconds.

        A statement that begins after that sees what was committed before the position: the standby
        shows a commit first, and then says that it has replayed it.

        Raises:
            NoReplica: it is a standby no more, or silent.
        """
        if self.replayed >= position:
            return True
        deadline, pause_s = time.monotonic() + within_s, _FIRST_PAUSE_S
        while await self.check() < position:
            if time.monotonic() >= deadline:
                return False
            await asyncio.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
        return True

    async def check(self) -> int:
        """How far the replica has replayed the log.

        Raises:
            NoReplica: it is a standby no more, or silent.
        """
        try:
            replayed = await self._connection.fetchval(_REPLAYED, timeout=SILENT_S)
        except TimeoutError:
            raise NoReplica(f"it has not answered for {SILENT_S:g} s") from None
        if replayed is None:
            raise NoReplica("it is no standby, or was promoted")
        self.replayed, self.used_at = int(replayed), time.monotonic()
        return self.replayed

    async def fetch(self, statement: str, arguments: Sequence[Any]) -> Sequence[Any]:
        """Rows of a SELECT."""
        self.used_at = time.monotonic()
        return await self._connection.fetch(statement, *arguments)

    async def admit(self, primary: Primary) -> None:
        """Make sure that the server is of the primary's cluster, and has what it has now.

        Raises:
            NoReplica: it is of another cluster, or no standby.
            Behind: it lags.
        """
        if not is_same(await primary.identity(), await identity(self._connection)):
            raise NoReplica(OF_ANOTHER)
        for within_s in (CATCH_UP_S, WAIT_S):  # what readers would ask of it, once it has caught up
            position = await primary.look()
            if not await self.reach(position, within_s):
                raise Behind(position - self.replayed)

    async def prove(self, primary: Primary) -> None:
        """Make sure that the server follows the primary.

        Raises:
            NoReplica: it does not show what was just written to the primary.
        """
        for _ in range(_PROOFS):  # another process may have written meanwhile
            if await self._connection.fetchval(SHOWN_PROOF) == await primary.proof():
                return
            await asyncio.sleep(_PROOF_PAUSE_S)
        raise NoReplica("it does not show what was written to the primary: it follows another one")

    @property
    def is_closed(self) -> bool:
        """Whether the server has ended it."""
        return self._connection.is_closed()

    async def close(self) -> None:
        """End the connection, and before that whatever statement it runs."""
        try:
            await self._connection.close(timeout=1.0)
        except Exception:
            self._connection.terminate()

    def terminate(self) -> None:
        """End the connection at once."""
        self._connection.terminate()


async def open_session(replica: Database) -> ReplicaSession:
    """A session of a replica, which is still to be proved.

    Raises:
        Exception: it cannot be had.
    """
    return ReplicaSession(await connect(replica.credentials, _SESSION))
