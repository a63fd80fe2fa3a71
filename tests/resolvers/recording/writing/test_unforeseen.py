"""Errors that nobody foresaw: every caller is answered, and the writer goes on."""

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from models.records import Wanted
from models.vocabulary import PrivacyLevel
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.judging import wanted
from resolvers.recording.submissions import Submission
from resolvers.recording.writing import batches, exclusive
from resolvers.recording.writing.committing import Committer
from resolvers.recording.writing.queueing import SubmissionQueue
from tests.support.durability.ledgers import submitted, view, writing
from tests.support.durability.stores import log_held, targets
from tests.support.lanes.writers import lane_writers, outcomes

CREATED = "CREATED"
pytestmark = pytest.mark.either_database


class Unforeseen(Exception):
    """What no code expects."""


def fails(*arguments: Any, **more: Any) -> None:
    raise Unforeseen


async def test_an_input_whose_keys_cannot_be_told_fails_alone(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those of its commit are stored, each once; so is what comes later, also of a large call."""

    def failing(submissions: Sequence[Submission], level: PrivacyLevel) -> Wanted:
        if any(each.target_id == "poison" for each in submissions):
            raise Unforeseen
        return wanted(submissions, level)

    monkeypatch.setattr(batches, "wanted", failing)
    monkeypatch.setattr("resolvers.recording.writer.LARGE_CALL", 3)
    async with writing(database_url) as (writer, ledger):
        async with log_held(database_url):
            waiting = await submitted(writer, ["first"])
            await ledger.has_begun(1)
            waiting += await submitted(writer, ["p"], ["poison"], ["q", "r", "poison"])
        found = [answer for each in waiting for answer in await each]

        assert [str(each) or type(each).__name__ for each in found] == [
            *[CREATED] * 2,
            "Unforeseen",
            *[CREATED] * 2,
            "Unforeseen",
        ]
        assert outcomes(await writer.submit([view("s")])) == [CREATED]
    assert await targets(database_url) == ["first", "p", "q", "r", "s"]


@pytest.mark.parametrize("option", ["notify", "note"])
async def test_what_fails_after_a_commit_fails_nobody(database_url: str, option: str) -> None:
    """Neither is anything stored twice, nor does the writer end by it."""
    async with lane_writers(database_url, **{option: fails}) as writers:
        for number in range(3):
            assert outcomes(await writers.submit([view(f"p{number}")])) == [CREATED]

    assert await targets(database_url) == ["p0", "p1", "p2"]


async def test_a_batch_that_was_lost_is_answered(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its callers are told to send the same ids again, and what comes later is stored."""
    async with writing(database_url) as (writer, _):
        with monkeypatch.context() as failing:
            failing.setattr(Committer, "end", fails)
            for _ in range(3):
                with pytest.raises(OutcomeUnknown, match="send the same eventId again"):
                    await writer.submit([view("lost")])

        assert outcomes(await writer.submit([view("p")])) == [CREATED]
    assert (await targets(database_url))[-1] == "p"


async def test_where_nothing_can_be_taken_all_that_waits_is_refused(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is stored, and the writer does not try for ever."""
    async with writing(database_url) as (writer, _):
        with monkeypatch.context() as failing:
            take = SubmissionQueue.take

            def taking(queue: SubmissionQueue, limit: int) -> Any:
                failing.setattr(SubmissionQueue, "take", take)
                raise Unforeseen

            failing.setattr(SubmissionQueue, "take", taking)
            with pytest.raises(Overloaded):
                await writer.submit([view("refused")])

        assert outcomes(await writer.submit([view("p")])) == [CREATED]
    assert await targets(database_url) == ["p"]


async def test_a_transaction_that_was_lost_is_answered(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches that wait behind it are stored."""
    async with writing(database_url) as (writer, _):
        with monkeypatch.context() as failing:
            failing.setattr(Committer, "transact", fails)
            lost = asyncio.create_task(writer.transact(Wanted(), exclusive.nothing))
            await asyncio.sleep(0)
            assert outcomes(await writer.submit([view("p")])) == [CREATED]
            with pytest.raises(OutcomeUnknown, match="send the same eventId again"):
                await lost

        await writer.transact(Wanted(), exclusive.nothing)
    assert await targets(database_url) == ["p"]
