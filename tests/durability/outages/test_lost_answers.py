"""A network that breaks amid a commit: callers are never told more than the server knows."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from graph.config.settings import Settings
from models.ledger.copying import LARGE
from tests.support.client import RECORD, RECORD_MANY, Caller, FixedClock
from tests.support.durability.load import Input, Refused, send
from tests.support.durability.network import Loss, Network, network
from tests.support.durability.outages import view
from tests.support.durability.server import until
from tests.support.durability.stores import end_connections, poisoned, targets
from tests.support.serving import SECRET, serving

pytestmark = pytest.mark.parametrize("database_url", ["postgres"], indirect=True)


MANY = LARGE + 1
WRITTEN = "said-once-more"
"""A text that goes to the database when an input is written, and not before."""


def written(post_id: str) -> Input:
    """A view whose writing can be told from its reading."""
    return view(post_id, context={"metadata": {"text": WRITTEN}})


@dataclass
class Remote:
    """A server whose database is at the other end of a network."""

    caller: Caller
    network: Network
    url: str


@pytest.fixture
async def remote(database_url: str) -> AsyncIterator[Remote]:
    """A server over an empty PostgreSQL database that it reaches over a network."""
    async with network(database_url) as wire:
        settings = Settings(wire.url, SECRET)
        async with serving(settings, FixedClock()) as caller:
            await caller.record(**view("p0"))
            yield Remote(caller, wire, database_url)


@pytest.mark.parametrize(
    ("loss", "stored", "retried"),
    [("request", ["p0"], "CREATED"), ("answer", ["p0", "p1"], "UNCHANGED")],
)
async def test_a_commit_whose_answer_is_lost_is_told_as_unknown(
    remote: Remote, loss: Loss, stored: list[str], retried: str
) -> None:
    """INTERNAL and a hint to retry, whether it was stored or not; the retry stores it once."""
    remote.network.breaks(loss, at=WRITTEN)

    (error,) = await remote.caller.errors(RECORD, input=written("p1"))

    assert error["extensions"] == {"code": "INTERNAL"}
    assert error["message"] == (
        "the connection to the database broke during the commit: "
        "send the same eventId again to learn whether it was stored"
    )
    assert await targets(remote.url) == stored
    assert await remote.caller.outcome(**view("p1")) == retried
    assert await targets(remote.url) == ["p0", "p1"]


@pytest.mark.parametrize(
    ("loss", "stored", "retried"),
    [("request", 0, "CREATED"), ("answer", MANY, "UNCHANGED")],
)
async def test_a_large_commit_whose_answer_is_lost_is_told_as_unknown(
    remote: Remote, loss: Loss, stored: int, retried: str
) -> None:
    """Of many inputs all are stored or none, and a retry stores each once."""
    remote.network.breaks(loss, at="COMMIT")
    inputs = [view(f"m{number}") for number in range(MANY)]

    (error,) = await remote.caller.errors(RECORD_MANY, inputs=inputs)

    assert error["extensions"] == {"code": "INTERNAL"}
    assert len(await targets(remote.url)) == 1 + stored
    assert set(await remote.caller.outcomes(*inputs)) == {retried}
    assert len(await targets(remote.url)) == 1 + MANY


@pytest.mark.parametrize("loss", ["request", "answer"])
async def test_a_connection_lost_before_anything_is_written_is_opened_anew(
    remote: Remote, loss: Loss
) -> None:
    """Who records hears nothing of it, since all there was to do can be done again."""
    remote.network.breaks(loss, at=":p1")  # where it is asked whether the event is known

    assert await remote.caller.outcome(**view("p1")) == "CREATED"
    assert await targets(remote.url) == ["p0", "p1"]


@pytest.mark.parametrize("loss", ["request", "answer"])
@pytest.mark.parametrize("at", ["BEGIN; SELECT FROM log_head", "COPY"], ids=["lock", "copy"])
async def test_a_connection_lost_amid_a_large_commit_stores_nothing(
    remote: Remote, loss: Loss, at: str
) -> None:
    """Many inputs take several requests; nothing is stored before the last of them."""
    remote.network.breaks(loss, at=at)
    inputs = [view(f"m{number}") for number in range(MANY)]

    (error,) = await remote.caller.errors(RECORD_MANY, inputs=inputs)

    assert error["extensions"] == {"code": "OVERLOADED"}
    assert await targets(remote.url) == ["p0"]
    assert set(await remote.caller.outcomes(*inputs)) == {"CREATED"}


async def test_inputs_at_the_end_of_a_connection_are_not_called_rejected(remote: Remote) -> None:
    """Told that its connection ends, before it does, the server refuses the call, no input."""
    remote.network.closed = True
    await end_connections(remote.url)
    await until(lambda: remote.network.ended >= 2)  # the writer's, and a reader's

    with pytest.raises(Refused):
        await send(remote.caller, [view("p1"), view("p2")])

    assert await targets(remote.url) == ["p0"]
    remote.network.closed = False
    assert await remote.caller.outcomes(view("p1"), view("p2")) == ["CREATED", "CREATED"]


async def test_all_callers_of_a_lost_commit_are_told_and_may_retry(remote: Remote) -> None:
    """16 callers whose inputs shared the lost commits end with one row each after a retry."""
    inputs = [written(f"c{number}") for number in range(16)]
    remote.network.breaks("answer", at=WRITTEN)

    answers = await asyncio.gather(*(remote.caller.send(RECORD, input=each) for each in inputs))
    retried = await asyncio.gather(*(remote.caller.outcome(**each) for each in inputs))

    codes = {error["extensions"]["code"] for each in answers for error in each.get("errors", [])}
    assert codes == {"INTERNAL"}
    assert set(retried) == {"UNCHANGED"}
    assert sorted(await targets(remote.url)) == sorted(["p0", *(f"c{i}" for i in range(16))])


async def test_an_input_of_a_batch_that_may_be_stored_is_not_called_rejected(
    remote: Remote,
) -> None:
    """Where inputs are tried one by one and a commit's answer is lost, the caller is told so."""
    async with poisoned(remote.url):
        remote.network.breaks("answer", at=WRITTEN, nth=2)
        inputs = [view("poison"), written("p1")]
        answer = await remote.caller.send(RECORD_MANY, inputs=inputs)

    assert await targets(remote.url) == ["p0", "p1"]
    assert [error["extensions"]["code"] for error in answer.get("errors", [])] == ["INTERNAL"]
