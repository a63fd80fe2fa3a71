"""Reckoning: what a batch of rows changes about positives, posts and pairs, as plain computation.

A pair counts for a user exactly while both posts are positive and their ordinals are close. So
whatever takes a post away subtracts what was added, and rows that come again change nothing.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from models.following.followed import FollowedRow
from models.reading.signals.co_engagement import KEY_SPREAD, StoredEngagedPost, StoredPositive
from models.records import Micros
from models.vocabulary import COUNTED
from resolvers.scoring import decay
from resolvers.scoring.weights import UNRANKED
from resolvers.signals.co_engagement.latest import (
    WINDOW,
    Latest,
    latest_of,
    put,
    take,
)
from resolvers.signals.co_engagement.marks import LIKING_CODES, LIKING_MARKS
from resolvers.signals.co_engagement.pairs import NotedPairs

COUNTED_STATUSES = frozenset(int(each) for each in COUNTED)
"""Of a row that holds or happened, as stored."""


@dataclass(slots=True)
class UserPositives:
    """The known positives of a user: in `by_post` whatever may change, the others by ordinals.

    The latest make pairs with new ones; whatever is near to one that may go is in `by_ordinal`.
    """

    latest: Latest = field(default_factory=latest_of)
    by_post: dict[int, StoredPositive] = field(default_factory=dict)
    by_ordinal: dict[int, int] = field(default_factory=dict)

    def know(self, positive: StoredPositive) -> None:
        self.by_post[positive.post] = positive
        self.by_ordinal[positive.ordinal] = positive.post

    def put(self, positive: StoredPositive) -> None:
        self.know(positive)
        put(self.latest, positive.post, positive.ordinal)

    def take(self, positive: StoredPositive) -> None:
        del self.by_post[positive.post]
        del self.by_ordinal[positive.ordinal]
        take(self.latest, positive.ordinal)


@dataclass(slots=True)
class Reckoning:
    """What is known, and what changes: each change is made to what is known, and noted.

    `next_post` is the number of the next new post, from `first_post` on, `half_life` that of likes.
    """

    half_life: Micros
    next_post: int = 1
    users: dict[str, UserPositives] = field(default_factory=dict)
    posts: dict[str, StoredEngagedPost] = field(default_factory=dict)
    by_number: dict[int, StoredEngagedPost] = field(default_factory=dict)
    positives: dict[tuple[str, int], StoredPositive | None] = field(default_factory=dict)  # noted
    new: set[tuple[str, int]] = field(default_factory=set)  # noted: of them, those made here
    gone: set[tuple[str, int]] = field(default_factory=set)  # noted: taken away, if made anew too
    moved: dict[int, StoredEngagedPost] = field(default_factory=dict)  # noted
    paired: NotedPairs = field(default_factory=NotedPairs)
    parted: NotedPairs = field(default_factory=NotedPairs)
    first_post: int = field(init=False)

    def __post_init__(self) -> None:
        self.first_post = self.next_post

    def know_post(self, post: StoredEngagedPost) -> None:
        """Take note of a post as it is stored."""
        self.posts[post.post_id] = self.by_number[post.number] = post

    def know(self, positives: Iterable[StoredPositive]) -> None:
        """Take note of positives as they are stored."""
        for each in positives:
            user = self.users.get(each.user_alias)
            if user is None:
                user = self.users[each.user_alias] = UserPositives()
            user.know(each)

    def know_latest(self, latest: Mapping[str, Latest]) -> None:
        """Take note of all users' latest positives, which then change with what is followed."""
        self.users.update((alias, UserPositives(each)) for alias, each in latest.items())

    def know_neighbors(self, near: Iterable[StoredPositive]) -> None:
        """Take note of what is near to positives that may go: that makes pairs with them."""
        for each in near:
            self.users[each.user_alias].by_ordinal[each.ordinal] = each.post

    def follow(self, rows: Iterable[FollowedRow]) -> None:
        """Follow rows, each as it is by now, in the log's order."""
        for row in rows:
            if row.status in COUNTED_STATUSES:
                self._mark(row)
            elif (post := self.posts.get(row.target_id)) is not None:
                user = self.users.get(row.user_alias)
                positive = None if user is None else user.by_post.get(post.number)
                if positive is not None:
                    self._unmark(positive, 1 << row.action)

    def remove(self, positive: StoredPositive) -> None:
        """Take a positive away, with whatever it counts."""
        self._unmark(positive, positive.marks)

    def unmark(self, key: tuple[str, int], marks: int, liked_at: Micros | None) -> None:
        """Take marks away of a user's post; if it is still liked, that is of another instant."""
        alias, post = key
        user = self.users.get(alias)
        positive = None if user is None else user.by_post.get(post)
        if positive is None or post not in self.by_number:
            return  # somebody else has taken it away
        self._unmark(positive, marks)
        likes = marks & LIKING_MARKS and positive.liked_at is not None
        if positive.marks and likes and positive.liked_at != liked_at:
            self._like(self.by_number[post], positive, liked_at)

    def _mark(self, row: FollowedRow) -> None:
        user = self.users[row.user_alias]
        post = self.posts.get(row.target_id)
        if post is None:
            post = StoredEngagedPost(self.next_post, row.target_id)
            self.know_post(post)
            self.next_post += 1
        positive = user.by_post.get(post.number)
        if positive is None:
            positive = StoredPositive(row.user_alias, post.number, user.latest[WINDOW] + 1)
            self.paired.note(post.number, user.latest[:WINDOW])
            user.put(positive)
            self.new.add((row.user_alias, post.number))
            self._move(post, users=1)
        marks = positive.marks | 1 << row.action
        likes = row.action in LIKING_CODES
        later = likes and (positive.liked_at is None or row.occurred_at > positive.liked_at)
        if marks != positive.marks or later:
            positive.marks = marks
            if later:
                self._like(post, positive, row.occurred_at)
            self.positives[positive.user_alias, positive.post] = positive

    def _unmark(self, positive: StoredPositive, marks: int) -> None:
        if not positive.marks & marks:
            return
        post, key = self.by_number[positive.post], (positive.user_alias, positive.post)
        positive.marks &= ~marks
        if positive.liked_at is not None and not positive.marks & LIKING_MARKS:
            self._like(post, positive, None)
        self.positives[key] = positive
        if not positive.marks:
            user = self.users[positive.user_alias]
            user.take(positive)
            self._part(user, positive)
            self._move(post, users=-1)
            self.positives[key] = None
            self.gone.add(key)

    def _part(self, user: UserPositives, positive: StoredPositive) -> None:
        """Take away the pairs of a post with each that is close to it among the user's."""
        near = range(positive.ordinal - WINDOW, positive.ordinal + WINDOW + 1)
        others = [post for post in map(user.by_ordinal.get, near) if post is not None]
        self.parted.note(positive.post, others)

    def _like(self, post: StoredEngagedPost, positive: StoredPositive, at: Micros | None) -> None:
        """Count a like at an instant in place of the one that was counted, if one was."""
        decayed, before = decay.decode(post.decayed), positive.liked_at
        if before is not None:
            decayed = decay.plus(decayed, decay.occurrence(before, self.half_life, -1))
        if at is not None:
            decayed = decay.plus(decayed, decay.occurrence(at, self.half_life))
        positive.liked_at = at
        post.decayed = decay.encode(decayed) if decayed[1] else None
        rank_key = decay.rank_key(decayed) if decayed[1] else UNRANKED
        if not abs(rank_key - post.rank_key) < KEY_SPREAD:
            post.rank_key = rank_key
        self._move(post)

    def _move(self, post: StoredEngagedPost, users: int = 0) -> None:
        post.users += users
        self.moved[post.number] = post
