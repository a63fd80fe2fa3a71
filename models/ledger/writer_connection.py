"""A connection to PostgreSQL that transactions of the ledger run on, one at a time."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg

from models.database.distributed.detection import read_distribution
from models.database.postgres import ANSWER_S, CLOSE_S, Connection, Session, connect
from models.errors import GONE, DatabaseUnavailable, described, is_database_fault, is_locked
from models.ledger.distributed.statements import ONE_SERVER, Distributed, Statements

PLANNED_FROM, PLANNED_TIMES = 100, 4
"""Statements are planned anew from so many rows on, and with so many times as many again."""

LOCK_S = 3
"""How long to wait for one lane's lock; three times that is less than an operation may take."""

WRITER = Session(
    "trailmark writer",
    {
        "lock_timeout": f"{LOCK_S}s",
        "statement_timeout": "30s",
        # A process that stops dead while it holds the lock must not stop the others for long.
        "idle_in_transaction_session_timeout": "10s",
        # A batch touches few keys of large tables, each behind an index. The planner, which cannot
        # see how many keys an array holds, would now and then read a whole table instead.
        "enable_seqscan": "off",
        "enable_hashjoin": "off",
        "enable_mergejoin": "off",
        "jit": "off",
        "plan_cache_mode": "force_generic_plan",
    },
    command_s=35,  # above the server's own timeouts: only a server that stands still comes to this
)

_SERVER = "SELECT pg_postmaster_start_time()"
"""What no two servers share, nor two starts of one; every role may ask for it.

So a standby that was promoted has another, as a server over restored files has.
"""

_PLANS = """SET plan_cache_mode = force_custom_plan;
    SET citus.show_shards_for_app_name_prefixes = '*'"""
"""Citus finds the servers by the values of a statement: it refuses a plan for any values.

Where it hides shards, it asks of each table whether it is one: a look at types takes a second.
"""

STUCK_S = 10
"""How long a process may copy rows under the lock and send none before others terminate it.

That is no idle transaction to PostgreSQL, and no statement that it would time out.
"""

_TERMINATE_STUCK = """SELECT pg_terminate_backend(pid) FROM log_head
    JOIN pg_locks l ON l.locktype = 'transactionid' AND l.transactionid = log_head.xmax AND granted
    JOIN pg_stat_activity USING (pid)
    WHERE datname = current_database() AND state = 'active' AND wait_event = 'ClientRead'
    AND query_start < now() - make_interval(secs => $1)"""
"""A row is locked by the transaction that it names, whatever becomes of that."""


class WriterConnection:
    """A connection for one transaction at a time, opened anew whenever it broke.

    A transaction that has not ended after `answer_s` loses its connection. It is not cancelled: a
    server that stands still would not answer that either.
    """

    def __init__(self, credentials: Mapping[str, Any], answer_s: float = ANSWER_S) -> None:
        self.rows = 0  # about how many were written so far, by anyone, in the process's time
        self.server: object = None  # which start of a server the connection was opened to
        self.statements: Statements = ONE_SERVER  # for the tables that the connection leads to
        self.written = set[str]()  # statements that it has written by, so they are prepared
        self._credentials = credentials
        self._connection: Connection | None = None
        self._planned_for = 0
        self._is_closed = False
        self._answer_s = answer_s
        self._limit: asyncio.TimerHandle | None = None
        self._is_late = False

    def begin(self) -> None:
        """Begin to count the time of a transaction, which is to end by `ended`."""
        self._is_late = False
        self._limit = asyncio.get_running_loop().call_later(self._answer_s, self._give_up)

    def ended(self) -> None:
        """Note that the transaction has ended."""
        if self._limit is not None:
            self._limit.cancel()

    async def connected(self) -> Connection:
        """The connection, with plans that are right for some `rows` more than at first.

        While tables are all but empty any index is as good as another, and a plan that is kept may
        walk along the wrong one when they are not. So statements are planned anew once there is
        far more than when they were planned.
        """
        self._check_time()
        connection = self._connection
        if connection is None or connection.is_closed():
            connection = self._connection = await connect(self._credentials, WRITER)
            self._check_time()  # what ends the connection then found none
            self._planned_for, self.written = self.rows, set()
            self.server = await connection.fetchval(_SERVER)
            self.statements = await _statements(connection)
        if self.rows > PLANNED_TIMES * self._planned_for + PLANNED_FROM:
            await connection.execute("DISCARD PLANS")
            self._planned_for = self.rows
        return connection

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        """Roll back what fails within, and tell whether it is the database that fails.

        Raises:
            DatabaseUnavailable: it is; nothing is stored.
        """
        try:
            try:
                yield
            except BaseException:
                await self._roll_back()
                raise
        except Exception as error:
            if not is_database_fault(error):
                raise
            if isinstance(error, asyncpg.LockNotAvailableError):
                await self._terminate_stuck()
            self.drop()
            raise self._unavailable(error) from error

    @asynccontextmanager
    async def committing(self) -> AsyncIterator[None]:
        """Within this, the one statement that commits is under way.

        Raises:
            DatabaseUnavailable: the connection broke, so nobody knows whether it was carried out.
        """
        try:
            yield
        except GONE as error:
            self.drop()
            raise self._unavailable(error, outcome_unknown=True) from error

    def end(self) -> None:
        """Break off what is under way; the connection is not opened again."""
        self._is_closed = True
        self.drop()

    def drop(self) -> None:
        """End the connection, if there is one, without a word; the next is opened when needed."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.terminate()

    async def disconnect(self) -> None:
        """Close the connection, if there is one."""
        connection, self._connection = self._connection, None
        if connection is None or connection.is_closed():
            return
        try:
            await asyncio.wait_for(connection.close(), CLOSE_S)
        except GONE:
            connection.terminate()

    def _check_time(self) -> None:
        """Make sure that neither the ledger's time nor the transaction's is over."""
        if self._is_closed:
            raise asyncpg.InterfaceError("the ledger is closed")
        if self._is_late:
            raise TimeoutError

    def _give_up(self) -> None:
        self._is_late = True
        self.drop()

    def _unavailable(
        self, error: BaseException, *, outcome_unknown: bool = False
    ) -> DatabaseUnavailable:
        if self._is_late:
            reason = f"PostgreSQL has not answered for {self._answer_s:g} seconds"
        else:
            reason = described(error)
        is_silent = self._is_late or isinstance(error, TimeoutError) or is_locked(error)
        return DatabaseUnavailable(reason, outcome_unknown=outcome_unknown, is_silent=is_silent)

    async def _roll_back(self) -> None:
        """End the transaction that is open, if one is; if that fails, end the connection."""
        connection = self._connection
        if connection is None or connection.is_closed() or not connection.is_in_transaction():
            return
        try:
            await connection.execute("ROLLBACK")
        except GONE:
            connection.terminate()

    async def _terminate_stuck(self) -> None:
        """End the backend that holds the lock while its COPY stalls, as far as this role may."""
        if self._connection is not None:
            with suppress(asyncpg.PostgresError, *GONE):
                await self._connection.execute(_TERMINATE_STUCK, STUCK_S)


async def _statements(connection: Connection) -> Statements:
    """The statements for the tables that a connection leads to."""
    distribution = await read_distribution(connection)
    if distribution is None:
        return ONE_SERVER
    await connection.execute(_PLANS)
    return Distributed(distribution)
