"""Followers: how far each has come in the log, and what it remembers of its work."""

from dataclasses import dataclass, replace
from secrets import randbelow

from models.database.database import fetch
from models.following.statements import Statement

_READ = (
    "SELECT name, incarnation, sequence, version, state, revision FROM followers WHERE name = $1"
)
_ALL = "SELECT name, incarnation, sequence, version, state, revision FROM followers ORDER BY name"


@dataclass(frozen=True, slots=True)
class StoredFollower:
    """A row of `followers`.

    All of the log up to `sequence` is in what the follower keeps. `version` says by which rules
    that was made, and `state` is what the follower itself remembers, as text. `revision` is
    another random number after every commit, so whoever commits knows whether others have.
    """

    name: str
    incarnation: int = 0
    sequence: int = 0
    version: str = ""
    state: str = ""
    revision: int = 0

    def moved(self) -> "StoredFollower":
        """The same with another revision."""
        return replace(self, revision=1 + randbelow(2**63 - 1))


@dataclass(frozen=True, slots=True)
class FollowerChanges:
    """What a follower commits: the statements, in their order, and what it then remembers."""

    statements: list[Statement]
    state: str


async def read_follower(name: str) -> StoredFollower | None:
    """How far a follower has come; None before it has begun."""
    rows = await fetch(_READ, (name,))
    return StoredFollower(*rows[0]) if rows else None


async def key_ahead(table: str, key: str, after: int, rows: int) -> int | None:
    """The key of a table's last row of so many next ones after a key; None at the end."""
    ahead = f"SELECT {key} AS key FROM {table} WHERE {key} > $1 ORDER BY {key} LIMIT {int(rows)}"
    found = await fetch(f"SELECT max(key) FROM ({ahead}) ahead", (after,))
    last: int | None = found[0][0]
    return last


async def read_followers() -> list[StoredFollower]:
    """All followers that have begun, by name."""
    return [StoredFollower(*row) for row in await fetch(_ALL, ())]
