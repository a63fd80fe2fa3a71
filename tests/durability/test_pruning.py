"""Pruning beside others: who records, who prunes as well, and who ends in the middle of it."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from models.database.database import Database
from models.ledger.opening import open_ledger
from models.vocabulary import Status
from resolvers.clock import system_clock
from resolvers.instants import format_instant
from resolvers.privacy.pruning import ROWS_IN_A_STEP, Cutoff, Pruned, prune
from resolvers.scoring.weights import DAY, Scoring
from tests.support.client import Caller
from tests.support.durability.ledgers import Watched, nothing
from tests.support.durability.server import Server, server_process, until_awaited
from tests.support.durability.stores import own_database
from tests.support.pasts import healthy
from tests.support.sql import run

OLD = 1_500  # inputs, which take some steps
TASKS, EACH = 20, 12
STATES, EVENTS = ("FAVORITE", "SAVE", "MORE_LIKE_THIS", "LESS_LIKE_THIS"), ("VIEW", "CLICK")
COUNTED = {"CREATED": 1, "REACTIVATED": 1, "UNDONE": -1, "UNCHANGED": 0}
PRUNE = "mutation { pruneInteractions(input: {olderThanDays: 10}) { removed } }"
ROWS = "SELECT count(*) FROM interactions"
ACTIVITY = """{ activityStats(since: "2020-01-01T00:00:00Z") { total counts { action count } } }"""
DRY = "mutation { pruneInteractions(input: {olderThanDays: 10, dryRun: true}) { removed } }"


def an_input(chance: random.Random, at: int | None) -> dict[str, Any]:
    """A record or an undo of a state, or an event, of few users on few posts."""
    action = chance.choice((*STATES, *EVENTS))
    return {
        "userId": chance.choice(("ann", "bob", "cem")),
        "action": action,
        "postId": f"p{chance.randrange(300 if at else 30)}",
        "undo": action in STATES and chance.random() < 0.3,
        "occurredAt": None if at is None else format_instant(at),
    }


async def fill(caller: Caller) -> Counter[str]:
    """Record what is old and some that is not; how much each action counts by the answers."""
    chance, old = random.Random(7), caller.clock.now - 11 * DAY  # noqa: S311
    inputs = [an_input(chance, old + number) for number in range(OLD)]
    inputs += [an_input(chance, None) for _ in range(20)]
    counts_due: Counter[str] = Counter()
    for start in range(0, len(inputs), 500):
        part = inputs[start : start + 500]
        for input, outcome in zip(part, await caller.outcomes(*part), strict=True):
            counts_due[input["action"]] += COUNTED[outcome]
    return counts_due


async def counted(caller: Caller) -> Counter[str]:
    """How much each action counts on all posts, without the opposites, which undo each other."""
    counts: Counter[str] = Counter()
    for number in range(300):
        counts.update(await caller.counts(f"p{number}"))
    return without_opposites(counts)


def without_opposites(counts: Counter[str]) -> Counter[str]:
    return Counter({name: n for name, n in counts.items() if not name.endswith("LIKE_THIS")})


async def shown_before(caller: Caller) -> int:
    """How many rows that history shows are older than ten days."""
    before = caller.clock.now - 10 * DAY
    condition = f"occurred_at < {before} AND status = {int(Status.SHOWN)}"
    ((rows,),) = await run(caller.url, f"SELECT count(*) FROM interactions WHERE {condition}")
    return int(rows)


async def removed(caller: Caller, mutation: str = PRUNE) -> int:
    found: int = (await caller.data(mutation))["pruneInteractions"]["removed"]
    return found


async def test_twenty_tasks_record_while_old_rows_go(caller: Caller) -> None:
    """They undo, repeat and oppose what is going, and no total is off by one."""
    counts_due = await fill(caller)

    async def work(number: int) -> None:
        chance = random.Random(number)  # noqa: S311
        for number in range(EACH):
            at = caller.clock.now - 11 * DAY - number if chance.random() < 0.2 else None
            input = an_input(chance, at)
            outcome = await caller.outcome(**input)
            counts_due[input["action"]] += COUNTED[outcome]

    async with asyncio.TaskGroup() as tasks:
        pruning = tasks.create_task(removed(caller))
        for number in range(TASKS):
            tasks.create_task(work(number))

    assert pruning.result() > ROWS_IN_A_STEP
    assert await counted(caller) == without_opposites(counts_due)
    assert await healthy()
    await removed(caller)
    assert await shown_before(caller) == 0
    assert await counted(caller) == without_opposites(counts_due)
    assert await healthy()


async def test_two_prunes_at_once_take_each_row_once(caller: Caller) -> None:
    """Together they take what one would have taken, and every total is right."""
    counts_due = await fill(caller)
    expected = await removed(caller, DRY)

    both = await asyncio.gather(removed(caller), removed(caller))

    assert sum(both) == expected
    assert await shown_before(caller) == 0
    assert await counted(caller) == without_opposites(counts_due)
    assert await healthy()


@pytest.mark.parametrize("end", ["error", "cancel"])
async def test_what_breaks_off_in_the_middle_is_gone_on_with(caller: Caller, end: str) -> None:
    """An error or an end between two steps loses nothing; the next prune does the rest."""
    counts_due = await fill(caller)
    expected = await removed(caller, DRY)
    reached = asyncio.Event()

    async def third_fails(transaction: int) -> None:
        if transaction == 3:
            reached.set()
            await (nothing() if end == "error" else asyncio.sleep(60))
            raise OSError("the disk is gone")

    ledger, first = Watched(open_ledger(Database.at(caller.url)), third_fails), Pruned()
    cutoff = Cutoff.of(10, None, caller.clock.now)
    pruning = asyncio.create_task(prune(ledger, Scoring(), cutoff, first))
    await reached.wait()
    pruning.cancel()
    await asyncio.gather(pruning, return_exceptions=True)
    await ledger.close()

    assert 0 < first.removed < expected
    assert await healthy()
    assert await removed(caller) == expected - first.removed
    assert await shown_before(caller) == 0
    assert await counted(caller) == without_opposites(counts_due)
    assert await healthy()


@pytest.fixture(params=["sqlite", "postgres"])
async def server(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Server]:
    """A server in a process of its own, over a database of its own."""
    async with (
        own_database(request.param, tmp_path) as url,
        server_process(url, tmp_path) as server,
    ):
        yield server


async def are_at_most(url: str, most: int) -> bool:
    """Whether no more rows than that are left."""
    ((rows,),) = await run(url, ROWS)
    return int(rows) <= most


@pytest.mark.slow
async def test_a_kill_in_the_middle_of_pruning_loses_nothing(server: Server) -> None:
    """20 000 rows are being pruned when the power goes: the rest goes after the next start."""
    old = system_clock() - 20 * DAY
    view = {"userId": "ann", "action": "VIEW", "postId": "p"}
    async with server.caller() as caller:
        for batch in range(20):
            first = old + batch * 1_000
            instants = [format_instant(first + number) for number in range(1_000)]
            await caller.outcomes(*({**view, "occurredAt": at} for at in instants))
        before = await caller.data(ACTIVITY)

        for left in (15_000, 9_000, 4_000):
            pruning = asyncio.create_task(caller.send(PRUNE))
            await until_awaited(partial(are_at_most, caller.url, left), server=server)
            await server.kill()
            await asyncio.gather(pruning, return_exceptions=True)
            await server.start()

            ((stored,),) = await run(caller.url, ROWS)
            assert 0 < stored <= left
            assert await caller.counts("p") == {"VIEW": 20_000}
            code, said = await server.verify()
            assert code == 0, said

        assert await removed(caller) == stored
        assert await run(caller.url, ROWS) == [(0,)]
        assert await caller.data(ACTIVITY) == before
    code, said = await server.verify()
    assert (code, said.splitlines()[-1]) == (0, "2 totals verified, 0 differences")
