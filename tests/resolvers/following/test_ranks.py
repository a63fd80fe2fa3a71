"""Ranks: exact at once while few wait, as of the follower where many do."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.database.postgres import COMMANDS, connect
from models.database.process_locks import process_lock
from models.following.rank_queue import SUBJECTS_AT_ONCE, Step
from models.following.writer import follower_writer
from models.ledger.lanes.layouts import change_lanes
from models.ranks import pending
from models.vocabulary import ACTIONS, ActionType
from resolvers.audit.verifying import Verification, verify
from resolvers.following import sole_work
from resolvers.following.ranks import (
    RankFollowing,
    drain,
    queued_commits,
    rank_step,
    try_to_drain,
)
from resolvers.identity import Identity
from resolvers.scoring.weights import DAY, Scoring
from tests.support.client import Caller, FixedClock
from tests.support.databases import LANES
from tests.support.durability.server import until
from tests.support.pasts import erase, traces
from tests.support.serving import SECRET, serving
from tests.support.sql import run

USERS = ["ann", "bob", "eve", "joe", "lea"]
POSTS = [f"p{number}" for number in range(7)]
PAGE = """query Page($first: Int!, $after: String) {
  trendingPosts(first: $first, after: $after) { post { postId } cursor }
}"""
RECORD_MANY = """mutation Many($inputs: [RecordInteractionInput!]!) {
  recordInteractions(inputs: $inputs) { recorded }
}"""
LEADERS = "{ engagementScores(first: 10) { rank user { alias } } }"
WAITING = """SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
    AND application_name = 'trailmark follower' AND wait_event_type = 'Lock'"""
RANK = "query Rank($id: ID!) { user(id: $id) { engagementScore { rank } } }"


@dataclass
class Model:
    """What everybody did and has not undone, and when."""

    done: dict[tuple[str, str, str], int] = field(default_factory=dict)

    def trending(self) -> list[str]:
        """The posts above zero, best first, ties by id."""
        scores = {post: self._score(2, post) for post in POSTS}
        return [
            each for each in sorted(POSTS, key=lambda id: (-scores[id], id)) if scores[each] > 0
        ]

    def leaders(self) -> list[str]:
        """The aliases of all who did something, best first, ties by alias."""
        scores = {Identity(SECRET).alias(user): self._score(0, user) for user in self._active()}
        return sorted(scores, key=lambda alias: (-scores[alias], alias))

    def _active(self) -> set[str]:
        return {user for user, _, _ in self.done}

    def _score(self, at: int, id: str) -> float:
        half_life = 14 * DAY if at == 0 else DAY
        parts = []
        for key, instant in self.done.items():
            weight = ACTIONS[ActionType(key[1])].weight
            weight = max(weight, 0.0) if at == 0 else weight
            if key[at] == id:
                parts.append(weight * 2 ** ((instant - _START) / half_life))
        return math.fsum(parts)


_START = FixedClock().now


async def divide(url: str, lanes: int) -> None:
    """Give a database so many lanes."""
    database = Database.at(url)
    if database.is_embedded and lanes > 1:
        pytest.skip("SQLite has one lane")
    await change_lanes(database, lanes)


@asynccontextmanager
async def unfollowed(url: str, clock: FixedClock) -> AsyncIterator[Caller]:
    """A server whose ranks nobody keeps, as another is believed to."""
    alone, served = process_lock(Database.at(url), "ranking"), serving(Settings(url, SECRET), clock)
    async with alone, served as caller:
        yield caller


async def did(random: Random, caller: Caller, model: Model) -> None:
    """Have somebody do or undo something, some time later."""
    caller.clock.advance(random.choice([1, 3600, 40_000]))
    user, post = random.choice(USERS), random.choice(POSTS)
    action = random.choice(["FAVORITE", "BOOKMARK", "HIDE"])
    undo = random.random() < 0.4
    await caller.record(userId=user, action=action, postId=post, undo=undo)
    key = (user, action, post)
    if undo:
        model.done.pop(key, None)
    else:
        model.done.setdefault(key, caller.clock.now)


async def paged(caller: Caller, size: int) -> list[str]:
    """The posts that trend, a page at a time."""
    found: list[str] = []
    after = None
    while page := (await caller.data(PAGE, first=size, after=after))["trendingPosts"]:
        found += [each["post"]["postId"] for each in page]
        after = page[-1]["cursor"]
    return found


async def leaders(caller: Caller) -> list[str]:
    """The users by score, whose ranks are 1, 2, 3 …, also where they are asked for alone."""
    found = (await caller.data(LEADERS))["engagementScores"]
    assert [each["rank"] for each in found] == list(range(1, len(found) + 1))
    aliases = [each["user"]["alias"] for each in found]
    for user in USERS:
        alone = (await caller.data(RANK, id=user))["user"]["engagementScore"]["rank"]
        alias = Identity(SECRET).alias(user)
        assert alone == (aliases.index(alias) + 1 if alias in aliases else None)
    return aliases


@pytest.mark.parametrize("lanes", [1, 4])
async def test_the_order_is_exact_at_once_while_few_wait(
    lanes: int, database_url: str, clock: FixedClock
) -> None:
    """Whatever is recorded and undone, in any lane, and however far the follower is behind."""
    await divide(database_url, lanes)
    random, model, database = Random(3), Model(), Database.at(database_url)  # noqa: S311
    async with unfollowed(database_url, clock) as caller, follower_writer(database) as writer:
        for _ in range(25):
            await did(random, caller, model)
            if random.random() < 0.3:
                await rank_step(writer)

            assert await paged(caller, random.randint(1, 4)) == model.trending()
            assert await leaders(caller) == model.leaders()


@pytest.mark.parametrize("lanes", [1, 4])
async def test_the_order_is_the_follower_s_where_many_wait(
    lanes: int, database_url: str, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is as of the follower's last round; posts that are no longer above zero are left out."""
    await divide(database_url, lanes)
    monkeypatch.setattr(pending, "COMMITS", 0)
    random, model, database = Random(4), Model(), Database.at(database_url)  # noqa: S311
    order: list[str] = []
    async with unfollowed(database_url, clock) as caller, follower_writer(database) as writer:
        for _ in range(25):
            await did(random, caller, model)
            if random.random() < 0.3:
                await rank_step(writer)
                order = model.trending()

            above = model.trending()
            assert await paged(caller, 10) == [each for each in order if each in above]


async def test_ranks_that_wait_are_no_difference_and_are_told(
    database_url: str, clock: FixedClock
) -> None:
    """`verify` looks at them once they are made."""
    database = Database.at(database_url)
    async with unfollowed(database_url, clock) as caller:
        await caller.record(userId="ann", action="SHARE", postId="p")
        await caller.record(userId="ann", action="VIEW", postId="p")
        waiting, made = Verification(), Verification()

        assert [each async for each in verify(waiting, Scoring())] == []
        # A view moves no rank of who has one, which a lane cannot tell that sees its part alone.
        assert await queued_commits() == (1 if LANES == 1 or "sqlite" in database_url else 2)
        await drain(database)
        assert [each async for each in verify(made, Scoring())] == []

    assert (waiting.pending, made.pending) == (2, 0)
    assert len(await run(database_url, "SELECT rank_key FROM ranks")) == 2


async def test_a_round_ends_with_what_was_queued_when_it_began(
    database_url: str, clock: FixedClock
) -> None:
    """A step says how many commits it was of, and whether there was more than it takes at once."""
    batch = [{"userId": f"u{at}", "postId": f"p{at}", "action": "SHARE"} for at in range(1000)]
    database = Database.at(database_url)
    async with unfollowed(database_url, clock) as caller, follower_writer(database) as writer:
        await caller.data(RECORD_MANY, inputs=batch)
        for user in USERS:
            await caller.record(userId=user, action="SHARE", postId="p")

        steps = [await rank_step(writer) for _ in range(3)]

    commits = 1 if database.is_embedded else LANES  # the batch is of users of all lanes
    assert steps == [Step(commits, has_more=True), Step(5, has_more=False), Step(0, has_more=False)]


async def test_two_who_work_the_queue_off_at_once_lose_nothing(
    database_url: str, clock: FixedClock
) -> None:
    """Whoever comes second finds that the queue has moved, and begins anew."""
    database = Database.at(database_url)
    async with serving(Settings(database_url, SECRET), clock) as caller:
        for number in range(20):
            await caller.record(userId=f"u{number}", action="SHARE", postId=f"p{number % 3}")
            if number % 5 == 4:
                await drain(database)

        await drain(database)
        found = Verification()
        assert [each async for each in verify(found, Scoring())] == []

    assert found.pending == 0
    assert len(await run(database_url, "SELECT rank_key FROM ranks")) == 23


@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
async def test_no_rank_goes_back_to_an_older_score(database_url: str, clock: FixedClock) -> None:
    """Where two work off what was queued at once, and one is held up: the other waits for it.

    The one has read a score before a commit moves it that was given its number earlier. So they
    take different rows, which both name the post.
    """
    database, credentials = Database.at(database_url), Database.at(database_url).credentials
    late, holder = await connect(credentials, COMMANDS), await connect(credentials, COMMANDS)
    async with (
        unfollowed(database_url, clock) as caller,
        follower_writer(database) as one,
        follower_writer(database) as other,
    ):

        async def waiting() -> int:
            ((count,),) = await run(database_url, WAITING)
            return int(count)

        await late.execute("BEGIN")
        await late.execute(f"""INSERT INTO rank_changes (size, users, posts)
            VALUES ({SUBJECTS_AT_ONCE}, '[]', '["p"]')""")
        await caller.record(userId="ann", action="SHARE", postId="p")
        await holder.execute("BEGIN; SELECT FROM rank_changes FOR UPDATE")
        first = asyncio.create_task(rank_step(one))
        async with asyncio.timeout(20):
            while not await waiting():
                pass

            await late.execute("UPDATE scores SET count = 0 WHERE subject_id = 'p'")
            await late.execute("COMMIT")
            second = asyncio.create_task(rank_step(other))
            while not second.done() and await waiting() < 2:
                pass
            await holder.execute("COMMIT")
            await asyncio.gather(first, second)

    await late.close()
    await holder.close()
    assert await run(database_url, "SELECT FROM rank_changes WHERE size > 0") == []
    assert await run(database_url, "SELECT FROM ranks WHERE subject_id = 'p'") == []


async def test_a_removal_leaves_no_name_in_ranks_or_queue(
    database_url: str, clock: FixedClock
) -> None:
    """Also where nobody else follows the queue, and of posts that only this user touched."""
    async with unfollowed(database_url, clock) as caller:
        await caller.record(userId="ann", action="SHARE", postId="hers alone")
        await caller.record(userId="bob", action="SHARE", postId="p")

        await erase(caller, userId="ann", confirm=True)

        assert await traces(database_url, "ann") == []
        ranked = {id for (id,) in await run(database_url, "SELECT subject_id FROM ranks")}
        queued = str(await run(database_url, "SELECT users, posts FROM rank_changes"))
        assert "hers alone" not in ranked
        assert "hers alone" not in queued


async def test_a_follower_at_work_ranks_what_is_recorded(
    database_url: str, clock: FixedClock
) -> None:
    """As soon as no other process does; then nothing lags."""
    database = Database.at(database_url)
    ranks = RankFollowing(database, poll_s=0.01)
    async with unfollowed(database_url, clock) as caller:
        await caller.record(userId="ann", action="SHARE", postId="p")
    async with database.reading(), ranks.at_work(), asyncio.timeout(20):
        ranks.notify()
        while await queued_commits() or ranks.lag.seconds or not ranks.pending:
            pass

    assert len(await run(database_url, "SELECT rank_key FROM ranks")) == 2


async def test_ranks_lag_while_they_cannot_be_kept(
    database_url: str,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """However often it is tried; once they can be kept again, nothing lags."""
    monkeypatch.setattr(sole_work, "RETRY_S", 0.01)
    database = Database.at(database_url)
    ranks = RankFollowing(database, poll_s=0.01)
    async with unfollowed(database_url, clock) as caller:
        await caller.record(userId="ann", action="SHARE", postId="p")
    await run(database_url, "ALTER TABLE ranks RENAME TO away")
    async with database.reading(), ranks.at_work(), asyncio.timeout(20):
        ranks.notify()
        while caplog.text.count("ranks cannot be kept now") < 3:
            assert await queued_commits()
            assert ranks.lag.seconds

        await run(database_url, "ALTER TABLE away RENAME TO ranks")
        while ranks.lag.seconds:
            await queued_commits()
        assert not await queued_commits()


async def test_nothing_lags_where_another_process_keeps_ranks(database_url: str) -> None:
    """What is committed here is for the other one to tell."""
    database = Database.at(database_url)
    ranks = RankFollowing(database)
    ranks.notify()
    async with process_lock(database, "ranking"), ranks.at_work(), asyncio.timeout(20):
        await until(lambda: not ranks.lag.seconds)

        ranks.notify()

        assert not ranks.lag.seconds


async def test_work_that_is_done_does_not_fail_for_its_ranks(
    database_url: str, clock: FixedClock
) -> None:
    """They are left in the queue if the database goes away."""
    database = Database.at(database_url)
    async with unfollowed(database_url, clock) as caller:
        await caller.record(userId="ann", action="SHARE", postId="p")
        await run(database_url, "ALTER TABLE ranks RENAME TO away")

        await try_to_drain(database)

        await run(database_url, "ALTER TABLE away RENAME TO ranks")
        assert await queued_commits() == 1
        await try_to_drain(database)
        assert await queued_commits() == 0
