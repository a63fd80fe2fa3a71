"""The ledger on PostgreSQL: what is judged ahead of the lock holds, or is judged again."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace

import asyncpg
import pytest

from models.database.database import Database
from models.database.postgres import Connection
from models.database.versions import all_locks
from models.errors import GONE, DatabaseUnavailable
from models.ledger import writer_connection
from models.ledger.copying import LARGE
from models.ledger.lanes.scopes import Scope
from models.ledger.pipelining import Progress
from models.ledger.postgres_ledger import PostgresLedger
from models.ledger.postgres_statements import read
from models.ledger.postgres_writing import Writing, write
from models.records import Changes, Known, StoredSetting, Wanted
from models.vocabulary import ACTIONS, ActionType, PrivacyLevel
from resolvers.recording.judging import wanted
from resolvers.recording.submissions import Submission
from tests.support.durability.ledgers import view
from tests.support.durability.stores import LOCK_ALL, poisoned, rows, targets
from tests.support.recording.batches import Batch, ledgers

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)

_COUNTS = "SELECT subject_id, count FROM totals WHERE subject_kind = 1 ORDER BY subject_id"
_SCORED = "SELECT subject_id, count FROM scores WHERE subject_kind = 1 ORDER BY subject_id"
_NUMBERS = "SELECT count(*), max(seq) - min(seq) + 1 FROM interactions"
_IDS = "SELECT id FROM interactions ORDER BY seq"
#: What looks for rows that are in the way of those that it inserts: into which table.
_LOOKING = re.compile(r"INSERT INTO (\w+)(?:(?!INSERT INTO).)*?ON CONFLICT")


def _favorite(user: int) -> Submission:
    """A state with an event id, of one of several users."""
    action, alias = ACTIONS[ActionType.FAVORITE], f"u_{user:032x}"
    return replace(view("p"), action=action, user_alias=alias, event_id="first")


@pytest.mark.parametrize("size", [1, LARGE + 1], ids=["single", "large"])
async def test_a_batch_is_judged_by_the_one_before_it_that_is_not_committed_yet(
    database_url: str, size: int
) -> None:
    """Each of several begins before the last is committed and is judged once; counts add up."""
    batches = [Batch(*(view(f"p{n}") for n in range(size))) for _ in range(4)]
    async with ledgers(database_url, 1) as (ledger,):
        begun = await batches[0].begin(ledger)
        for batch in batches[1:]:
            before, begun = begun, await batch.begin(ledger)
            await before
        await begun

    assert [batch.judged for batch in batches] == [1, 1, 1, 1]
    assert {count for _, count in await rows(database_url, _COUNTS)} == {4}
    assert await rows(database_url, _NUMBERS) == [(4 * size, 4 * size)]


@pytest.mark.parametrize("size", [1, LARGE + 1], ids=["single", "large"])
async def test_what_another_process_commits_meanwhile_is_judged_by(
    database_url: str, size: int
) -> None:
    """What was judged before another process committed is judged again, and so is what follows.

    Each returns what its last judging found: the numbers that its interactions really have.
    """
    batches = [Batch(*(view(f"p{n}") for n in range(size))) for _ in range(2)]
    other = Batch(view("p0"))
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        begun = [await batch.begin(ledger) for batch in batches]
        await other.commit(elsewhere)
        verdicts = [verdict for each in begun for verdict in await each]

    assert [each.judged for each in (*batches, other)] == [2, 2, 1]
    assert (await rows(database_url, _COUNTS))[0] == ("p0", 3)
    ids = [id for (id,) in await rows(database_url, _IDS)][1:]
    assert [verdict.interaction_id for verdict in verdicts] == ids
    assert ids == list(range(ids[0], ids[0] + 2 * size))


async def test_a_batch_after_one_that_fails_is_judged_again(database_url: str) -> None:
    """What a batch that the database will not take would have changed is in no other."""
    bad, good = Batch(view("p"), view("poison")), Batch(view("p"))
    async with ledgers(database_url, 1) as (ledger,), poisoned(database_url):
        begun = [await bad.begin(ledger), await good.begin(ledger)]
        with pytest.raises(Exception, match="says no"):
            await begun[0]
        await begun[1]

    assert good.judged == 2
    assert await rows(database_url, _COUNTS) == [("p", 1)]
    assert await rows(database_url, _NUMBERS) == [(1, 1)]


@pytest.mark.parametrize("begun", [1, 2])
async def test_counts_that_were_moved_to_another_place_are_judged_again(
    database_url: str, begun: int
) -> None:
    """A table that is written anew between reading and writing costs no count.

    What began after the batch that finds its rows elsewhere is judged again, too.
    """
    batches = [Batch(view("p"), view("q")) for _ in range(begun)]
    async with ledgers(database_url, 1) as (ledger,):
        for _ in range(3):
            await Batch(view("p"), view("q")).commit(ledger)
        under_way = [await each.begin(ledger) for each in batches]
        async with Database.at(database_url).connected() as server:
            for table in ("totals", "scores"):
                await server.execute(f"VACUUM FULL {table}")
        for each in under_way:
            await each

    assert [each.judged for each in batches] == [2] * begun
    counts = [("p", 3 + begun), ("q", 3 + begun)]
    assert await rows(database_url, _COUNTS) == counts
    assert await rows(database_url, _SCORED) == counts


async def test_only_what_the_batch_before_may_have_made_is_looked_for_when_it_is_inserted(
    database_url: str,
) -> None:
    """Nobody but the batch before can have made a count, or an event id, that was not found."""
    statements = []
    async with ledgers(database_url, 1) as (ledger,):
        assert isinstance(ledger, PostgresLedger)
        under_way = []
        for user in range(2):
            under_way.append(await Batch(_favorite(user)).begin(ledger))
            assert ledger._last is not None
            assert ledger._last.writing is not None
            statements.append(ledger._last.writing.statement(ledger.scope))
        for each in under_way:
            await each

    found = [set(_LOOKING.findall(each)) for each in statements]
    assert found == [{"interactions", "activity"}, {"interactions", "activity", "totals", "scores"}]
    assert await rows(database_url, _COUNTS) == [("p", 2)]


async def test_what_began_before_a_commit_is_read_as_after_it(database_url: str) -> None:
    """Whether or not the one before has been committed when the last is read, counts add up."""
    for committed in range(2):
        async with ledgers(database_url, 1) as (ledger,):
            begun = [await Batch(view("p")).begin(ledger)]
            for each in begun[:committed]:
                await each
            await (last := Batch(view("p"))).begin_and(ledger, begun[committed:])
        assert last.judged == 1
    assert await rows(database_url, _COUNTS) == [("p", 4)]


async def test_what_was_read_before_another_process_committed_is_not_brought_forward(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the batch that another builds on, another process committed: all of it counts."""
    has_read, may_judge = asyncio.Event(), asyncio.Event()

    async def read_slowly(connection: Connection, wanted: Wanted, scope: Scope) -> Known:
        known = await read(connection, wanted, scope)
        has_read.set()
        await may_judge.wait()
        return known

    async def write_slowly(connection: Connection, writing: Writing, scope: Scope) -> bool:
        if first.judged == 2:
            may_judge.set()
            await asyncio.sleep(0.2)  # while the second is judged
        return await write(connection, writing, scope)

    first, second, other = (Batch(view(post)) for post in "pqq")
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        begun = await first.begin(ledger)
        with monkeypatch.context() as patched:
            patched.setattr("models.ledger.postgres_statements.read", read_slowly)
            beginning = asyncio.create_task(second.begin(ledger))
            await has_read.wait()
        await other.commit(elsewhere)
        monkeypatch.setattr("models.ledger.postgres_writing.write", write_slowly)
        await begun
        await (await beginning)

    assert await rows(database_url, _COUNTS) == [("p", 1), ("q", 2)]
    assert len(await rows(database_url, _IDS)) == 3


@pytest.mark.parametrize("size", [1, LARGE + 1], ids=["single", "large"])
async def test_batches_commit_in_the_order_in_which_they_begin(
    database_url: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that has the lock before the one that began before it lets it go first."""

    async def at_once(before: Progress | None) -> None:
        """What keeps it from coming first, but for the ways of the network."""

    monkeypatch.setattr("models.ledger.postgres_transaction.line_up", at_once)
    first, second = Batch(view("p")), Batch(*(view(f"q{n}") for n in range(size)))
    async with ledgers(database_url, 1) as (ledger,):
        begun = [await first.begin(ledger), await second.begin(ledger)]
        hasty = asyncio.ensure_future(begun[1])
        await asyncio.sleep(0.1)
        assert not hasty.done()
        await begun[0]
        await hasty

    assert [first.judged, second.judged] == [1, 2]
    assert (await targets(database_url))[:2] == ["p", "q0"]


async def test_a_batch_waits_for_the_one_before_it_that_will_be_judged_again(
    database_url: str,
) -> None:
    """What was read after another process committed does not come before what was read earlier."""
    first, second = Batch(view("first")), Batch(view("second"))
    async with ledgers(database_url, 2) as (ledger, elsewhere):
        begun = await first.begin(ledger)
        await Batch(view("other")).commit(elsewhere)
        hasty = asyncio.create_task(second.commit(ledger))
        await asyncio.sleep(0.1)
        assert not hasty.done()
        await begun
        await hasty

    assert [first.judged, second.judged] == [2, 1]
    assert await targets(database_url) == ["other", "first", "second"]


@pytest.mark.parametrize("size", [1, LARGE + 1], ids=["single", "large"])
async def test_a_server_that_took_the_place_of_another_while_a_batch_waited_is_noticed(
    database_url: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was judged by the server before is judged again, although its commits are all there."""
    first, second = Batch(view("p")), Batch(*(view(f"q{n}") for n in range(size)))
    ledger = PostgresLedger(Database.at(database_url).credentials)
    begun = await first.begin(ledger)
    waiting = asyncio.ensure_future(await second.begin(ledger))
    await asyncio.sleep(0)  # until it waits for the first

    later = "SELECT pg_postmaster_start_time() + interval '1 second'"
    monkeypatch.setattr(writer_connection, "_SERVER", later)
    ledger._connections[0].drop()  # the second's: what was idle last is used first
    await begun
    await waiting
    await ledger.close()

    assert [first.judged, second.judged] == [1, 2]
    assert (await rows(database_url, "SELECT count(*) FROM incarnations"))[0][0] == 3


async def test_a_batch_after_a_rare_change_waits_for_it(database_url: str) -> None:
    """A level that is being chosen holds for whatever begins after it."""
    user, late = view("p").user_alias, Batch(view("p"))

    def choose(known: Known) -> tuple[Changes, None]:
        setting = StoredSetting(user, PrivacyLevel.NONE.value, 1, 1)
        return Changes(known.last_number, settings={user: setting}), None

    async with ledgers(database_url, 1) as (ledger,):
        choosing = await ledger.begin(wanted([]), choose)
        await asyncio.gather(choosing, late.commit(ledger))

    assert late.judged == 1
    assert await rows(database_url, _COUNTS) == []


async def test_who_stands_still_while_it_copies_under_the_lock_is_ended(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Others can commit again, and nothing of what it copied is there."""
    monkeypatch.setattr(writer_connection, "STUCK_S", 0.5)
    monkeypatch.setattr(all_locks, "PATIENCE_S", 0.2)
    still = asyncio.Event()

    async def stand_still() -> AsyncIterator[bytes]:
        yield b"1\n"
        await still.wait()

    async with Database.at(database_url).connected() as stuck, ledgers(database_url, 1) as (late,):
        await stuck.execute("CREATE TEMPORARY TABLE copied (n int)")
        await stuck.execute(LOCK_ALL)
        copying = asyncio.create_task(stuck.copy_to_table("copied", source=stand_still()))
        with pytest.raises(DatabaseUnavailable):
            await Batch(view("p")).commit(late)
        async with asyncio.timeout(20):
            while await rows(database_url, _COUNTS) == []:
                with suppress(DatabaseUnavailable):
                    await Batch(view("p")).commit(late)
        still.set()
        with pytest.raises((*GONE, asyncpg.PostgresError)):
            await copying
