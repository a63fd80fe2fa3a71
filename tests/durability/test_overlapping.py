"""Writers that record at once, each with batches that overlap: nothing is lost or counted twice."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from models.database.database import Database
from models.ledger.copying import LARGE
from models.ledger.distributed.statements import OneServer
from models.vocabulary import ACTIONS, ActionType
from resolvers.audit.verifying import Verification, verify
from resolvers.clock import system_clock
from resolvers.recording.submissions import Outcome, Submission, Verdict
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import Scoring
from tests.support.durability.ledgers import view, writing
from tests.support.durability.stores import poisoned, rows, targets

ACTED = [
    ACTIONS[each]
    for each in (ActionType.VIEW, ActionType.FAVORITE, ActionType.HIDE, ActionType.MORE_LIKE_THIS)
]
USERS = [f"u_{number:016x}" for number in range(6)]
POSTS, MANY_POSTS = ["p", "q", "r"], [f"post {number}" for number in range(LARGE)]
ROUNDS = 12
QUEUED = 800


def _submissions(chance: random.Random, name: str) -> list[Submission]:
    """A call of one or a few about few posts, or now and then one that is copied, about many."""
    is_large = chance.random() < 0.03
    size = LARGE + 50 if is_large else chance.choice([1, 1, 1, 2, 5])
    posts = MANY_POSTS if is_large else POSTS
    return [
        Submission(
            user_alias=chance.choice(USERS),
            action=chance.choice(ACTED),
            target_id=(
                "poison" if not is_large and chance.random() < 0.005 else chance.choice(posts)
            ),
            undo=chance.random() < 0.3,
            occurred_at=None,
            arrived_at=system_clock(),
            event_id=f"{name}-{number}" if chance.random() < 0.5 else None,
        )
        for number in range(size)
    ]


async def _client(writer: Writer, name: str) -> int:
    """Submit one call after another; how many submissions the database would not take."""
    chance, refused = random.Random(name), 0  # noqa: S311
    for number in range(ROUNDS):
        answers = await writer.submit(_submissions(chance, f"{name}-{number}"))
        refused += sum(isinstance(each, Exception) for each in answers)
    return refused


@pytest.mark.parametrize("writers", [1, pytest.param(3, marks=pytest.mark.slow)])
async def test_counts_add_up_whatever_overlaps(database_url: str, writers: int) -> None:
    """Totals are what rows say, no sequence number is taken twice; the database refuses some."""
    async with AsyncExitStack() as stack:
        opened = [
            (await stack.enter_async_context(writing(database_url)))[0] for _ in range(writers)
        ]
        await stack.enter_async_context(poisoned(database_url))
        clients = [_client(opened[n % writers], f"c{n}") for n in range(24)]
        refused = sum(await asyncio.gather(*clients))

    assert refused > 0
    async with Database.at(database_url).reading():
        assert [str(each) async for each in verify(Verification(), Scoring())] == []
    numbers = await rows(database_url, "SELECT count(*), count(DISTINCT seq) FROM interactions")
    assert numbers[0][0] == numbers[0][1] + await _unnumbered(database_url)


@pytest.mark.parametrize("writers", [1, pytest.param(3, marks=pytest.mark.slow)])
async def test_each_writer_keeps_its_order_however_long_anything_takes(
    database_url: str, writers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a writer is given first is in the log first, whoever else commits in between."""
    chance = random.Random(writers)  # noqa: S311
    for step in ("read", "write"):
        monkeypatch.setattr(
            OneServer,
            step,
            _now_and_then_late(getattr(OneServer, step), chance),
        )
    async with AsyncExitStack() as stack:
        opened = [
            (await stack.enter_async_context(writing(database_url)))[0] for _ in range(writers)
        ]
        await asyncio.gather(*(_queue(writer, name, chance) for name, writer in enumerate(opened)))

    logged = await targets(database_url)
    assert len(logged) == writers * QUEUED
    for name in range(writers):
        ours = [int(target[2:]) for target in logged if target.startswith(f"{name} ")]
        assert ours == sorted(ours)


async def _queue(writer: Writer, name: int, chance: random.Random) -> None:
    """Submit call after call, without waiting for what became of those before."""
    answers = []
    for number in range(QUEUED):
        answers.append(asyncio.create_task(writer.submit([view(f"{name} {number}")])))
        await asyncio.sleep(chance.choice([0, 0, 0.001, 0.003]))
    verdicts = [verdict for (verdict,) in await asyncio.gather(*answers)]
    assert {each.outcome for each in verdicts if isinstance(each, Verdict)} == {Outcome.CREATED}


def _now_and_then_late(
    step: Callable[..., Awaitable[Any]], chance: random.Random
) -> Callable[..., Awaitable[Any]]:
    """A step that sometimes begins late, and of which is sometimes heard late."""

    async def late(*arguments: Any) -> Any:
        await asyncio.sleep(chance.choice([0, 0, 0.001, 0.004]))
        result = await step(*arguments)
        await asyncio.sleep(chance.choice([0, 0, 0.001, 0.004]))
        return result

    return late


async def _unnumbered(url: str) -> int:
    """Rows that never held, and so have no sequence number."""
    ((count,),) = await rows(url, "SELECT count(*) FROM interactions WHERE seq IS NULL")
    return int(count)
