"""The identity of a cluster: what a primary and its standbys have in common, and no others."""

from typing import NamedTuple

import asyncpg

from models.database.postgres import Connection

OF_ANOTHER = "it is of another cluster, or shows other tables, than the database's own"

_CLUSTER = "SELECT system_identifier FROM pg_control_system()"
_TABLES = "SELECT to_regclass('log_head')::oid::bigint"


class Identity(NamedTuple):
    """A cluster, if the role may ask for it, and the tables in it, if there are any."""

    cluster: int | None
    tables: int | None


async def identity(connection: Connection) -> Identity:
    """Which cluster a connection leads to, and to which tables."""
    try:
        cluster = await connection.fetchval(_CLUSTER)
    except asyncpg.InsufficientPrivilegeError:
        cluster = None
    return Identity(cluster, await connection.fetchval(_TABLES))


def is_same(one: Identity, other: Identity) -> bool:
    """Whether two may be a primary and its standby, as far as is known."""
    is_same_cluster = None in (one.cluster, other.cluster) or one.cluster == other.cluster
    return is_same_cluster and one.tables == other.tables
