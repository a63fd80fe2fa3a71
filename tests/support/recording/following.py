"""A follower for tests: it remembers each row that it was given, as it was last."""

import json
from collections.abc import Mapping, Sequence

from models.database.database import Database
from models.following.followed import FollowedRow
from models.following.followers import FollowerChanges, StoredFollower, read_follower
from models.following.statements import Statement
from models.following.writer import FollowerWriter
from models.reading.log import read_settled_head
from models.vocabulary import ACTION_BY_CODE, Status
from resolvers.following.follower import Follower


class Ended(Exception):
    """A process ended."""


class EndingWriter(FollowerWriter):
    """Commits so many times; then its process ends."""

    def __init__(self, database: Database, commits: int) -> None:
        super().__init__(database)
        self._left = commits

    async def commit(
        self, before: StoredFollower, after: StoredFollower, statements: Sequence[Statement]
    ) -> StoredFollower:
        if not self._left:
            self.close()
            raise Ended
        self._left -= 1
        return await super().commit(before, after, statements)


class Remembering:
    """Keeps of each row its action, target and status in its state, and how often it was told."""

    name = "remembering"
    tables: Mapping[str, str] = {"near_posts": "post"}
    actions: Sequence[int] | None = None

    def __init__(self, version: str = "1", rows_at_once: int = 3) -> None:
        self.version = version
        self.rows_at_once = rows_at_once
        self.batches = 0

    async def follow(self, rows: Sequence[FollowedRow], at: StoredFollower) -> FollowerChanges:
        self.batches += 1
        known = json.loads(at.state or "{}")
        for row in rows:
            action = ACTION_BY_CODE[row.action].type
            known[str(row.id)] = f"{action} {row.target_id} {Status(row.status).name}"
        return FollowerChanges([], json.dumps(known))

    async def tidy(self, at: StoredFollower) -> FollowerChanges | None:
        return None

    def forget(self) -> None:
        pass


async def follow(url: str, work: Remembering, steps: int | None = None) -> None:
    """Take so many steps in a process of its own, or all there are; it ends without a word."""
    await read_settled_head(Database.at(url))
    writer = FollowerWriter(Database.at(url))
    follower = Follower(work, writer)
    taken = 0
    while taken != steps and await follower.step():
        taken += 1
    writer.close()


async def remembered() -> list[str]:
    """What the follower has made of the log, by the rows' numbers."""
    follower = await read_follower(Remembering.name)
    known = json.loads(follower.state or "{}") if follower else {}
    return [known[number] for number in sorted(known, key=int)]
