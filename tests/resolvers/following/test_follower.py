"""A follower: each change of the log reaches it, whatever ends it in between."""

import asyncio
from dataclasses import replace

import pytest

from graph.config.settings import Settings
from models.database.database import Database
from models.following.followers import read_follower
from models.following.moves import Overtaken
from models.following.statements import insert
from models.following.writer import follower_writer
from models.ledger.opening import open_ledger
from models.reading.log import read_settled_head
from resolvers.following.follower import Follower
from resolvers.following.following import Following
from resolvers.identity import Identity
from resolvers.moving.import_lines import lines
from resolvers.moving.importing import Import, import_lines
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import DAY
from tests.support.client import Caller, FixedClock
from tests.support.recording.co_engagement import catch_up
from tests.support.recording.following import (
    Ended,
    EndingWriter,
    Remembering,
    follow,
    remembered,
)
from tests.support.serving import SECRET, serving
from tests.support.sql import run

AUTHOR = {"userId": "ann"}


async def import_file(url: str, file: bytes, clock: FixedClock) -> None:
    """Import lines as the command does."""
    import io

    writer = Writer(open_ledger(Database.at(url)), Rules(90 * DAY))
    writer.start()
    progress = Import(lambda number, reason: None, lambda end: None)
    await import_lines(
        lines(io.BytesIO(file), "ndjson"), writer, progress, identity=Identity(SECRET), clock=clock
    )
    await writer.stop()


async def test_each_row_is_followed_as_it_is_by_then(caller: Caller) -> None:
    """What was undone before it was read is read as undone, and once."""
    await caller.record(**AUTHOR, action="FAVORITE", postId="a")
    await caller.record(**AUTHOR, action="VIEW", postId="b")
    await caller.record(**AUTHOR, action="FAVORITE", postId="a", undo=True)

    await follow(caller.url, Remembering())

    assert await remembered() == ["FAVORITE a UNDONE", "VIEW b SHOWN"]


async def test_a_change_after_it_was_followed_is_followed_as_well(caller: Caller) -> None:
    """A row moves to the end of the log with each change, so it is read again."""
    work = Remembering()
    await caller.record(**AUTHOR, action="FAVORITE", postId="a")
    await follow(caller.url, work)

    await caller.record(**AUTHOR, action="FAVORITE", postId="a", undo=True)
    await follow(caller.url, work)

    assert await remembered() == ["FAVORITE a UNDONE"]


async def test_one_that_ends_at_any_step_goes_on_from_there(caller: Caller) -> None:
    """Whoever comes next reads only what is not followed yet, and leaves out nothing."""
    for number in range(10):
        await caller.record(**AUTHOR, action="VIEW", postId=f"p{number}")

    batches = 0
    for _ in range(6):
        work = Remembering()
        await follow(caller.url, work, steps=1)
        batches += work.batches

    assert await remembered() == [f"VIEW p{number} SHOWN" for number in range(10)]
    assert batches == 4


async def test_what_was_imported_is_followed_though_the_log_does_not_tell(
    caller: Caller, clock: FixedClock
) -> None:
    """So are changes that an import makes to rows which were followed before."""
    url, work = caller.url, Remembering()
    await caller.record(**AUTHOR, action="FAVORITE", postId="a")
    await import_file(url, b'{"user_id": "ben", "action": "FAVORITE", "post_id": "b"}\n', clock)
    await follow(url, work)
    assert await remembered() == ["FAVORITE a SHOWN", "FAVORITE b SHOWN"]

    file = b"".join(
        b'{"user_id": "%s", "action": "FAVORITE", "post_id": "%s", "undo": true}\n' % each
        for each in ((b"ann", b"a"), (b"ben", b"b"))
    )
    await import_file(url, file, clock)
    await catch_up(url)
    await follow(url, work)

    assert await remembered() == ["FAVORITE a UNDONE", "FAVORITE b UNDONE"]
    assert await run(url, "SELECT count(*) FROM unlogged_changes") == [(0,)]


async def test_other_rules_make_everything_anew(caller: Caller) -> None:
    """What a follower of another version has made is gone, and all is followed again."""
    await caller.record(**AUTHOR, action="VIEW", postId="a")
    await follow(caller.url, Remembering("1"))
    changed = Remembering("2")

    await follow(caller.url, changed)

    assert changed.batches == 1
    assert await remembered() == ["VIEW a SHOWN"]


async def test_what_is_made_anew_goes_in_short_transactions(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that ends on the way leaves what is of no version, and the next one begins as well."""
    url = caller.url
    monkeypatch.setattr("resolvers.following.follower.ROWS_GONE_AT_ONCE", 2)
    await caller.record(**AUTHOR, action="VIEW", postId="a")
    await follow(url, Remembering("1"))
    rows = ", ".join(f"({number}, '', '')" for number in (1, 2, 3, 7, 9))
    await run(url, f"INSERT INTO near_posts (post, entries, nearest) VALUES {rows}")

    with pytest.raises(Ended):
        await Follower(Remembering("2"), EndingWriter(Database.at(url), commits=2)).step()

    assert await run(url, "SELECT post FROM near_posts") == [(9,)]
    follower = await read_follower(Remembering.name)
    assert follower is not None
    assert follower.version == ""
    await follow(url, Remembering("1"))
    assert await run(url, "SELECT count(*) FROM near_posts") == [(0,)]
    assert await remembered() == ["VIEW a SHOWN"]


async def test_a_database_with_another_past_is_followed_anew(caller: Caller) -> None:
    """A position that this database never came to says nothing of what it holds."""
    await caller.record(**AUTHOR, action="VIEW", postId="a")
    await follow(caller.url, Remembering())
    await run(caller.url, "UPDATE followers SET incarnation = 42, state = ''")

    await follow(caller.url, Remembering())

    assert await remembered() == ["VIEW a SHOWN"]


async def test_who_was_overtaken_writes_nothing(caller: Caller) -> None:
    """Of two that have read the same, the second one's transaction is refused whole."""
    await caller.record(**AUTHOR, action="VIEW", postId="a")
    await follow(caller.url, Remembering())
    read = await read_follower(Remembering.name)
    assert read is not None
    columns = {"post": "bigint", "entries": "bytea", "nearest": "text"}

    async with follower_writer(Database.at(caller.url)) as writer:
        await writer.commit(read, replace(read, state="first"), [])
        with pytest.raises(Overtaken):
            await writer.commit(
                read,
                replace(read, state="second"),
                [insert("near_posts", columns, [(1, b"", "")])],
            )

    now = await read_follower(Remembering.name)
    assert now is not None
    assert now.state == "first"
    assert await run(caller.url, "SELECT count(*) FROM near_posts") == [(0,)]


async def test_who_was_overtaken_goes_on_from_what_the_other_left(caller: Caller) -> None:
    """It reads anew how far all has come, and makes nothing twice."""
    url = caller.url
    await caller.record(**AUTHOR, action="VIEW", postId="a")
    await read_settled_head(Database.at(url))
    async with follower_writer(Database.at(url)) as writer:
        slow = Follower(Remembering(), writer)
        while await slow.step():
            pass
        await caller.record(**AUTHOR, action="VIEW", postId="b")
        await follow(url, Remembering())

        work = slow._work
        while await slow.step():
            pass

    assert await remembered() == ["VIEW a SHOWN", "VIEW b SHOWN"]
    assert isinstance(work, Remembering)


async def test_a_process_follows_once_no_other_does(database_url: str, clock: FixedClock) -> None:
    """What is committed is followed by the one at work, and then it is not behind any more."""
    database, work = Database.at(database_url), Remembering()
    following = Following(database, [work], poll_s=0.01, rest_s=0)
    async with serving(Settings(database_url, SECRET), clock) as caller, following.at_work():
        await caller.record(**AUTHOR, action="VIEW", postId="a")
        assert await remembered() == []

    async with database.reading(), following.at_work(), asyncio.timeout(20):
        while await remembered() != ["VIEW a SHOWN"] or following.lags[work.name]:
            pass
