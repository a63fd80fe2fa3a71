"""Following: how co-engagement is made of the log, batch by batch."""

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.following.followed import FollowedRow
from models.following.followers import FollowerChanges, StoredFollower
from models.following.positives import (
    latest_ordinals,
    latest_positives,
    positives_near,
    positives_of,
)
from models.following.statements import Statement
from models.reading.signals.co_engagement import (
    StoredEngagedPost,
    StoredPart,
    StoredPositive,
    parts,
    posts_by_id,
    posts_by_number,
)
from models.reading.signals.stale_marks import MarkedPositive
from models.records import Micros
from resolvers.signals.co_engagement.buckets import Buckets, Merged, merged
from resolvers.signals.co_engagement.latest import WINDOW, Latest, Recent, latest_of
from resolvers.signals.co_engagement.marks import POSITIVE_CODES
from resolvers.signals.co_engagement.reckoning import COUNTED_STATUSES, Reckoning
from resolvers.signals.co_engagement.writing import (
    TABLES,
    changes,
    merged_parts,
    new_nearest,
    new_parts,
)

NAME = "co-engagement"
RULES = "1"
"""By which rules positives and pairs are made; another number has all made anew."""

ROWS_AT_ONCE = 4_000
"""The more there are, the more share a user or a bucket: 1 000 at once cost twice as much each."""

ROWS_OF_A_FILE = 1_000
"""On SQLite, where whoever records waits for a batch, and the `-wal` grows by all of it."""

USERS_REMEMBERED = 32_000
"""Users whose latest positives are kept in memory, in about 350 bytes each, in place of reading 20
rows of each that a batch is about."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of the next new post and of the next part, as the follower's state keeps them."""

    post: int = 1
    part: int = 1

    @classmethod
    def of(cls, at: StoredFollower) -> "Numbers":
        return cls(**json.loads(at.state)) if at.state else cls()

    @property
    def state(self) -> str:
        return json.dumps({"post": self.post, "part": self.part})


class CoEngagement:
    """Makes positives, posts and pairs of the log; pairs are merged as they grow."""

    name = NAME
    tables: Mapping[str, str] = TABLES
    actions: Sequence[int] | None = POSITIVE_CODES

    def __init__(
        self,
        half_life: Micros,
        rows_at_once: int = ROWS_AT_ONCE,
        users_remembered: int = USERS_REMEMBERED,
    ) -> None:
        self.version = f"{RULES}/{WINDOW}/{half_life}"
        self.rows_at_once = rows_at_once
        self._half_life = half_life
        self._users_remembered = users_remembered
        self.forget()

    async def follow(self, rows: Sequence[FollowedRow], at: StoredFollower) -> FollowerChanges:
        """Make of rows what they change; the statements of one transaction."""
        buckets, numbers = await self._known(), Numbers.of(at)
        reckoning = Reckoning(self._half_life, numbers.post)
        posts, latest = await asyncio.gather(
            posts_by_id({row.target_id for row in rows}),
            self._latest({row.user_alias for row in rows}),
        )
        touched = await asyncio.to_thread(_begun, reckoning, posts, latest, rows)
        known, near = await asyncio.gather(
            positives_of(list(touched)),
            positives_near([key for key, may_go in touched.items() if may_go], WINDOW),
        )
        await asyncio.to_thread(_followed, reckoning, known, near, rows)
        return await self._changes(reckoning, numbers, buckets)

    async def _latest(self, aliases: Collection[str]) -> Mapping[str, Latest]:
        """The latest positives of users; they change with what is followed."""
        latest = self._recent.known(aliases)
        missing = {alias: latest_of() for alias in aliases if alias not in latest}
        for alias, posts, ordinals in await latest_ordinals(missing, WINDOW):
            missing[alias] = latest_of(posts, ordinals)
        self._recent.add(missing)
        self._recent.trim()
        return {**latest, **missing}

    async def removal(
        self, alias: str, count: int, at: StoredFollower
    ) -> tuple[FollowerChanges, bool]:
        """What takes out a user's last so many positives; and whether there are more of them."""
        buckets, numbers = Buckets(), Numbers.of(at)
        reckoning = Reckoning(self._half_life, numbers.post)
        found = await latest_positives([alias], count + WINDOW)
        found.sort(key=lambda each: -each.ordinal)
        reckoning.know(found)
        going = [each for each in found if each.ordinal > found[0].ordinal - count]
        for post in await posts_by_number({each.post for each in going}):
            reckoning.know_post(post)
        for each in going:
            reckoning.remove(each)
        return await self._changes(reckoning, numbers, buckets), bool(found)

    async def unmarking(
        self, stale: Sequence[MarkedPositive], at: StoredFollower
    ) -> FollowerChanges:
        """What takes marks away that have no row any more."""
        buckets, numbers = Buckets(), Numbers.of(at)
        reckoning = Reckoning(self._half_life, numbers.post)
        keys = [(each.user_alias, each.post) for each in stale]
        reckoning.know(await positives_near(keys, WINDOW))
        for post in await posts_by_number({each.post for each in stale}):
            reckoning.know_post(post)
        for each in stale:
            reckoning.unmark((each.user_alias, each.post), each.stale, each.liked_at)
        return await self._changes(reckoning, numbers, buckets)

    async def tidy(self, at: StoredFollower) -> FollowerChanges | None:
        """Merge some buckets' parts into their bases, where that is due."""
        buckets, numbers = await self._known(), Numbers.of(at)
        waiting = buckets.waiting()
        if not waiting:
            return None
        found = await parts(waiting, with_base=True)
        into = await asyncio.to_thread(merged, found, numbers.part, buckets, into_bases=True)
        buckets.note(into.new, into.gone)
        state = Numbers(numbers.post, numbers.part + 1).state
        return FollowerChanges(_stored(into, waiting), state)

    def forget(self) -> None:
        """Forget what is remembered of buckets, posts and users."""
        self._buckets: Buckets | None = None
        self._recent = Recent(self._users_remembered)

    async def _known(self) -> Buckets:
        if self._buckets is None:
            self._buckets = await Buckets.read()
        return self._buckets

    async def _changes(
        self, reckoning: Reckoning, numbers: Numbers, buckets: Buckets
    ) -> FollowerChanges:
        """The statements that store a reckoning, and merge what is due of the buckets it moves."""
        number = numbers.part
        new, statements = await asyncio.to_thread(_made, reckoning, number)
        for post in reckoning.moved.values():
            buckets.divisors.note(post.number, post.users)
        due = set(buckets.due((part.bucket for part in new), number))
        if due:
            stored = await parts(due, with_base=False)
            own = [part for part in new if part.bucket in due]
            into = await asyncio.to_thread(
                merged, [*stored, *own], number, buckets, into_bases=False
            )
            statements.append(merged_parts(stored))
            new = [part for part in new if part.bucket not in due] + into.new
            buckets.note(new, stored)
        else:
            buckets.note(new, ())
        statements.append(new_parts(new))
        return FollowerChanges(statements, Numbers(reckoning.next_post, number + 1).state)


def _begun(
    reckoning: Reckoning,
    posts: Iterable[StoredEngagedPost],
    latest: Mapping[str, Latest],
    rows: Iterable[FollowedRow],
) -> dict[tuple[str, int], bool]:
    """Take note of what is stored of rows' posts and users; which positives rows may change.

    Of each it says whether it may go.
    """
    for post in posts:
        reckoning.know_post(post)
    reckoning.know_latest(latest)
    touched: dict[tuple[str, int], bool] = {}
    for row in rows:
        known = reckoning.posts.get(row.target_id)
        if known is not None and latest[row.user_alias][WINDOW]:
            key = row.user_alias, known.number
            touched[key] = row.status not in COUNTED_STATUSES or touched.get(key, False)
    return touched


def _followed(
    reckoning: Reckoning,
    known: Iterable[StoredPositive],
    near: Iterable[StoredPositive],
    rows: Iterable[FollowedRow],
) -> None:
    """Follow rows, once it is known which positives they may change, and what is near to those."""
    reckoning.know(known)
    reckoning.know_neighbors(near)
    reckoning.follow(rows)


def _made(reckoning: Reckoning, number: int) -> tuple[list[StoredPart], list[Statement]]:
    """The parts of pairs that a reckoning makes, and the statements that store all else."""
    from resolvers.signals.co_engagement.summing import counted  # and numpy, for who follows

    pairs = counted(reckoning.paired, reckoning.parted)
    parts = [StoredPart(bucket, False, number, entries) for bucket, entries in pairs]
    return parts, changes(reckoning)


def _stored(into: Merged, buckets: Collection[int]) -> list[Statement]:
    """The statements that store merged parts, and the nearest by them."""
    return [
        merged_parts(into.gone),
        new_parts(into.new),
        *new_nearest(buckets, into.nearest),
    ]
