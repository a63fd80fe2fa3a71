"""Removals that break off, meet each other or meet an outage."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest

from graph.config.settings import Settings
from graph.context import Services
from graph.server.app import create_app
from models.database.database import Database
from models.errors import DatabaseUnavailable
from models.ledger.ledger import Judge
from models.ledger.opening import open_ledger
from models.records import Changes, Known, StoredRemoval, Wanted
from models.vocabulary import PrivacyLevel
from resolvers.audit.recounting import Chunk, chunks
from resolvers.caller import Caller as Who
from resolvers.identity import Identity
from resolvers.privacy.emptied import take_out_emptied
from resolvers.privacy.levels import Choice, Erasure, Privacy
from resolvers.privacy.removing import Remover
from resolvers.recording.judging import Rules
from resolvers.recording.writer import Writer
from resolvers.scoring.weights import Scoring
from tests.support.client import Caller, FixedClock
from tests.support.durability.ledgers import Watched, submitted, writing
from tests.support.durability.server import until_awaited
from tests.support.pasts import alias, choose, differences, erase, everything, traces
from tests.support.serving import SECRET, serving
from tests.support.sql import run

ANN = {"userId": "ann"}
FULL, LIMITED, NONE = PrivacyLevel
ROWS = 10


@pytest.fixture(autouse=True)
def tiny_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows a step, and no waiting before the next attempt."""
    monkeypatch.setattr("resolvers.privacy.removing.ROWS_AT_ONCE", 3)
    monkeypatch.setattr("resolvers.privacy.removing.RETRY_S", 0.0)


async def fill(caller: Caller) -> None:
    """Ten views each of Ann's and Bob's, with event ids."""
    for user in ("ann", "bob"):
        views = (
            {"userId": user, "action": "VIEW", "postId": "p", "eventId": f"e{number}"}
            for number in range(ROWS)
        )
        await caller.outcomes(*views)


async def begin(caller: Caller, level: PrivacyLevel, *, erase: bool = False) -> None:
    """Leave the database as a crash does right after the level of Ann was committed."""
    at = caller.clock.now
    setting = f"INSERT INTO privacy_settings VALUES ('{alias('ann')}', {level.value}, {at}, {at})"
    removal = f"INSERT INTO removals VALUES ('{alias('ann')}', {level.value}, {erase}, {at})"
    await run(caller.url, setting)
    await run(caller.url, removal)


async def is_done(url: str) -> bool:
    return await run(url, "SELECT user_alias FROM removals") == []


async def test_what_was_begun_is_finished_after_the_next_start(
    database_url: str, clock: FixedClock
) -> None:
    """The server does it in the background, without being asked."""
    settings = Settings(database_url, SECRET)
    async with serving(settings, clock) as caller:
        await fill(caller)
        await begin(caller, NONE, erase=True)

    async with serving(settings, clock) as caller:
        await until_awaited(lambda: is_done(database_url))

        assert await traces(database_url, "ann") == []
        assert await caller.counts("p") == {"VIEW": ROWS}
        assert await differences() == []


async def test_what_was_begun_is_finished_before_the_level_changes_again(caller: Caller) -> None:
    """Another choice comes after it; what it stores then stays."""
    await fill(caller)
    await begin(caller, LIMITED)

    payload = await choose(caller, **ANN, level="FULL")

    assert payload["removedInteractions"] == 0
    assert payload["privacy"]["level"] == "FULL"
    assert await is_done(caller.url)
    assert await caller.history("ann") == []
    assert await caller.counts("p") == {"VIEW": 2 * ROWS}
    assert await caller.outcome(**ANN, action="VIEW", postId="p", eventId="e0") == "CREATED"
    assert await differences() == []


async def test_the_same_choice_again_joins_what_was_begun(caller: Caller) -> None:
    """It answers with what was left to remove."""
    await fill(caller)
    await begin(caller, NONE)

    assert (await choose(caller, **ANN, level="NONE"))["removedInteractions"] == ROWS
    assert await caller.counts("p") == {"VIEW": ROWS}


async def test_erasing_again_after_a_crash_tells_settings_from_its_own(caller: Caller) -> None:
    """The level that an erasure sets for its own sake is no setting of the user."""
    await fill(caller)
    await begin(caller, NONE, erase=True)

    payload = await erase(caller, **ANN, confirm=True)

    assert (payload["removedInteractions"], payload["removedScores"]) == (ROWS, 1)
    assert payload["removedSettings"] == 0
    assert await traces(caller.url, "ann") == []


async def test_choices_at_the_same_time_come_one_after_another(caller: Caller) -> None:
    """Each row is removed for one of them, and nothing is left half-done."""
    await fill(caller)

    payloads = await asyncio.gather(
        *(choose(caller, **ANN, level=level) for level in ("LIMITED", "NONE", "FULL")),
        erase(caller, **ANN, confirm=True),
    )

    assert sum(payload["removedInteractions"] for payload in payloads) == ROWS
    assert await is_done(caller.url)
    assert await caller.history("ann") == []
    assert await differences() == []


@asynccontextmanager
async def removing(
    url: str, *, failing: Sequence[int] = ()
) -> AsyncIterator[tuple[Privacy, Watched]]:
    """Privacy over a ledger of its own, some of whose transactions do not commit."""

    async def fail(transaction: int) -> None:
        if transaction in failing:
            raise DatabaseUnavailable("a test says so", outcome_unknown=transaction % 2 == 0)

    ledger = Watched(open_ledger(Database.at(url)), fail)
    writer = Writer(ledger, Rules())
    writer.start()
    remover = Remover(writer, Scoring(), Database.at(url))
    try:
        yield Privacy(writer, remover, Identity(SECRET), FixedClock()), ledger
    finally:
        await remover.stop()
        await writer.stop()


async def test_a_removal_outlasts_an_outage(caller: Caller) -> None:
    """A step that the database does not take is taken again."""
    await fill(caller)

    async with removing(caller.url, failing=(3, 4, 6, 7)) as (privacy, _):
        chosen = await privacy.choose(Choice(NONE, "ann"), Who())

    assert chosen.removed == ROWS
    assert await is_done(caller.url)
    assert await caller.counts("p") == {"VIEW": ROWS}
    assert await differences() == []


async def test_a_removal_goes_on_when_nobody_waits_for_it(caller: Caller) -> None:
    """Who leaves cancels only the waiting."""
    await fill(caller)

    async with removing(caller.url) as (privacy, ledger):
        waiting = asyncio.create_task(privacy.choose(Choice(NONE, "ann"), Who()))
        await ledger.has_begun(2)
        waiting.cancel()
        await until_awaited(lambda: is_done(caller.url))

    assert await caller.counts("p") == {"VIEW": ROWS}


async def test_two_processes_at_one_removal_take_nothing_out_twice(caller: Caller) -> None:
    """Each row is judged as it is when a step has the lock, and is gone for the other."""
    await fill(caller)
    await begin(caller, LIMITED)
    at = StoredRemoval(alias("ann"), LIMITED.value, False, caller.clock.now)

    async with removing(caller.url) as (one, _), removing(caller.url) as (two, _):
        await asyncio.gather(one.remover.finish(at), two.remover.finish(at))

    assert await is_done(caller.url)
    assert await caller.counts("p") == {"VIEW": 2 * ROWS}
    assert await caller.history("ann") == []
    assert await differences() == []


async def test_an_outcome_that_is_counted_meanwhile_is_not_taken_out(caller: Caller) -> None:
    """A name that came to nothing may be another user's by the time that it is deleted."""
    favorite = {"action": "FAVORITE", "postId": "p"}
    context = {"source": "page", "recommendationId": "variant:1"}
    await caller.outcome(**ANN, **favorite, context=context)
    await caller.outcome(**ANN, **favorite, undo=True)

    async with writing(caller.url) as (writer, _):

        async def commit(wanted: Wanted, judge: Judge[Any]) -> None:
            await caller.outcome(userId="bob", **favorite, context=context)
            await writer.transact(wanted, judge)

        await take_out_emptied(commit)

    counted = await run(
        caller.url,
        "SELECT source, variant, CAST(sum(count) AS INT) FROM outcomes GROUP BY source, variant",
    )
    assert counted == [("page", "variant", 1)]
    named = await run(caller.url, "SELECT variant FROM outcome_variants ORDER BY variant")
    assert named == [(":page",), ("variant",)]
    assert await differences() == []


async def test_a_variant_that_is_counted_meanwhile_is_not_taken_out(caller: Caller) -> None:
    """Nor is its name, which others find known until it is gone."""
    favorite = {"action": "FAVORITE", "postId": "p"}
    context = {"recommendationId": "variant:1"}
    counted = {**ANN, **favorite, "context": context}
    await caller.outcomes(counted, {**ANN, **favorite, "undo": True})
    assert await run(caller.url, "SELECT variant FROM outcome_variants") == [("variant",)]

    async with writing(caller.url) as (writer, _):

        async def commit(wanted: Wanted, judge: Judge[Any]) -> None:
            await caller.outcome(userId="bob", **favorite, context=context)
            await writer.transact(wanted, judge)

        await take_out_emptied(commit)

    assert await run(caller.url, "SELECT variant FROM outcome_variants") == [("variant",)]
    assert await differences() == []


async def test_a_removal_that_is_over_takes_nothing(caller: Caller) -> None:
    """A process that lags behind must not touch what the user has stored since."""
    await fill(caller)
    before = await everything(caller.url)
    over = StoredRemoval(alias("ann"), NONE.value, True, caller.clock.now)

    async with removing(caller.url) as (privacy, _):
        await privacy.remover.finish(over)

    assert await everything(caller.url) == before


async def test_a_user_s_token_speaks_for_that_user_alone(
    database_url: str, clock: FixedClock
) -> None:
    """It need not name the user, and may name no other."""
    app = create_app(Settings(database_url, SECRET), clock)
    async with app.router.lifespan_context(app):
        services: Services = app.state.services
        ann = Who(alias("ann"))

        chosen = await services.privacy.choose(Choice(LIMITED), ann)
        refused = await services.privacy.choose(Choice(NONE, "bob"), ann)
        erased = await services.privacy.erase(Erasure(True, user_alias=alias("bob")), ann)

        assert (chosen.user_alias, chosen.errors) == (alias("ann"), ())
        assert [(each.code, each.field) for each in refused.errors] == [
            ("NOT_ALLOWED", ("userId",))
        ]
        assert [(each.code, each.field) for each in erased.errors] == [
            ("NOT_ALLOWED", ("userAlias",))
        ]
    levels = await run(database_url, "SELECT user_alias, level FROM privacy_settings")
    assert levels == [(alias("ann"), LIMITED.value)]


async def test_recalculating_brings_nobody_back(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it found wrong about a user who was erased since is not put right, but left out."""
    await fill(caller)
    for change in ("totals SET count = 7", "scores SET count = 7"):
        await run(caller.url, f"UPDATE {change} WHERE subject_id = '{alias('ann')}'")

    async def chunks_of_late(*given: Any) -> AsyncIterator[Chunk]:
        async for chunk in chunks(*given):
            await erase(caller, **ANN, confirm=True)
            yield chunk

    monkeypatch.setattr("resolvers.audit.recalculating.chunks", chunks_of_late)
    await caller.data("mutation { recalculateScores { users } }")

    assert await traces(caller.url, "ann") == []
    assert await differences() == []


async def test_a_step_takes_its_turn_between_batches(database_url: str) -> None:
    """Whatever waits when it asks is not all served first; its error is its own."""
    order: list[str] = []
    gate = asyncio.Event()

    async def note(transaction: int) -> None:
        order.append(str(transaction))
        if transaction == 1:
            await gate.wait()

    def fail(known: Known) -> tuple[Changes, None]:
        order.append("step")
        raise RuntimeError("of the step")

    async with writing(database_url, before=note, batch_limit=1) as (writer, ledger):
        calls = await submitted(writer, ["a"], ["b"], ["c"])
        await ledger.has_begun(1)
        step = asyncio.create_task(writer.transact(Wanted(), fail))
        await asyncio.sleep(0)  # it runs up to where it waits for its turn
        gate.set()
        with pytest.raises(RuntimeError, match="of the step"):
            await step
        assert await asyncio.gather(*calls) == [["CREATED"]] * 3

    assert order == ["1", "2", "step", "3", "4"]
