"""A ledger whose database stands still: nobody waits for it longer than was said."""

import asyncio
import threading
from pathlib import Path

import pytest

from models.database.database import Database
from models.errors import DatabaseUnavailable
from models.ledger.sqlite_ledger import SqliteLedger
from models.records import Changes, Known
from resolvers.errors import OutcomeUnknown, Overloaded
from resolvers.recording.judging import Rules, judge, wanted
from resolvers.recording.submissions import Submission, Verdict
from resolvers.recording.writer import Writer
from tests.support.durability.ledgers import submitted, view
from tests.support.durability.server import until_awaited
from tests.support.durability.stores import log_held, targets

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

ANSWER_S = 0.2


class Hanging:
    """A transaction of one view that hangs in the ledger's thread, as a file system may."""

    def __init__(self, submission: Submission) -> None:
        self.hangs = threading.Event()
        self.may_go_on = threading.Event()
        self._submission = submission

    def judge(self, known: Known) -> tuple[Changes, list[Verdict]]:
        self.hangs.set()
        self.may_go_on.wait(30)
        return judge([self._submission], known, Rules())


@pytest.fixture
def file(database_url: str) -> Path:
    return Database.at(database_url).path


async def test_what_hangs_is_of_unknown_outcome_and_what_waits_is_never_stored(
    file: Path, database_url: str
) -> None:
    """The first may be stored later, and is; the second was given up before it began."""
    ledger = SqliteLedger(file, answer_s=ANSWER_S)
    hung, behind = view("hung"), view("behind")
    hanging = Hanging(hung)

    first, second = await asyncio.gather(
        ledger.transact(wanted([hung]), hanging.judge),
        ledger.transact(wanted([behind]), lambda known: judge([behind], known, Rules())),
        return_exceptions=True,
    )
    assert hanging.hangs.is_set()
    hanging.may_go_on.set()
    await ledger.close()

    assert isinstance(first, DatabaseUnavailable)
    assert isinstance(second, DatabaseUnavailable)
    assert first.reason == "the file has not answered for 0.2 seconds"
    assert (first.outcome_unknown, first.is_silent) == (True, True)
    assert (second.outcome_unknown, second.is_silent) == (False, True)
    assert await targets(database_url) == ["hung"]


async def test_who_waits_behind_a_silent_database_is_refused_with_it(
    file: Path, database_url: str
) -> None:
    """They would wait as long, and in vain; what is recorded once it answers is stored."""
    writer = Writer(SqliteLedger(file, lock_wait_s=30, answer_s=ANSWER_S), Rules(), batch_limit=1)
    writer.start()
    async with log_held(database_url):
        calls = await submitted(writer, ["p0"], ["p1"], ["p2"])
        answers = await asyncio.gather(*calls, return_exceptions=True)
        with pytest.raises(DatabaseUnavailable, match="the file has not answered"):
            await writer.check()

    await until_awaited(lambda: can_commit(writer))
    (later,) = await submitted(writer, ["p3"])
    assert await later == ["CREATED"]
    await writer.stop()

    assert [type(answer) for answer in answers] == [OutcomeUnknown, Overloaded, Overloaded]
    assert await targets(database_url) == ["p0", "p3"]


async def can_commit(writer: Writer) -> bool:
    """Whether a trial succeeds."""
    try:
        await writer.check()
    except DatabaseUnavailable:
        return False
    return True
