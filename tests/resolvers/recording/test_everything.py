"""Everything at once: recording, choices, prunes and time, step by step beside the plain model."""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from models.database.database import Database
from models.ledger.lanes.layouts import change_lanes
from models.ledger.opening import open_ledger, open_ledgers
from models.vocabulary import ACTIONS, ActionType, PrivacyLevel
from resolvers.audit.recalculating import Recalculation, recalculate
from resolvers.caller import Caller
from resolvers.identity import Identity
from resolvers.privacy.levels import Choice, Erasure, Privacy
from resolvers.privacy.pruning import Cutoff, Pruned, count, prune
from resolvers.privacy.removing import Remover
from resolvers.recording.contexts import NO_CONTEXT
from resolvers.recording.judging import Rules
from resolvers.recording.lanes.lane_writers import LaneWriters
from resolvers.recording.recorder import Recorder
from resolvers.recording.salts import destroy_salts
from resolvers.recording.validation import RecordRequest
from resolvers.scoring.weights import DAY
from tests.support.client import FixedClock
from tests.support.counting.slots import spread
from tests.support.recording.beside import SCORING, Cast, compare, inspect
from tests.support.recording.calls import HASHTAGS, SOURCES
from tests.support.recording.comparing import start_empty
from tests.support.recording.outcomes import RECOMMENDED
from tests.support.recording.plain_model import Input, Model
from tests.support.serving import SECRET

FULL, LIMITED, NONE = PrivacyLevel
ANYONE = Caller()
SECOND = 1_000_000
RETENTION_DAYS = 6

# Few of everything, so that ties, repeats and opposites are common; opposites most of all.
USERS = ("ann", "bob")
TARGETS = {
    ActionType.MORE_LIKE_THIS: ("p",),
    ActionType.LESS_LIKE_THIS: ("p",),
    ActionType.FAVORITE: ("p", "q"),
    ActionType.CLICK: ("q",),
    ActionType.PROFILE_VIBE: ("ann",),
    ActionType.SEARCH: ("cats",),
}
DONE = st.sampled_from([(action, target) for action, on in TARGETS.items() for target in on])
# Instants are so many seconds before now or after the start, so that those of several steps meet;
# up to just beyond the retention, and ahead of now more and less than is put down to a clock.
AGO = st.sampled_from((-301, -300, 0, 1, 60, 86_400, 6 * 86_400, 6 * 86_400 + 1))
AFTER = st.sampled_from((0, 1, 2, 43_200, 86_400))
INPUTS = st.builds(
    lambda user, done, **more: Input(user=user, action=done[0], target=done[1], at=None, **more),
    user=st.sampled_from(USERS),
    done=DONE,
    undo=st.booleans(),
    event_id=st.none() | st.none() | st.sampled_from(("e1", "e2")),
    source=SOURCES,
    hashtags=HASHTAGS,
)
Instant = tuple[str, int] | None
INSTANTS = st.none() | st.tuples(st.just("ago"), AGO) | st.tuples(st.just("after"), AFTER)
BATCHES = st.lists(st.tuples(INPUTS, INSTANTS), min_size=1, max_size=12)
# From noon on: up to midnights, on both sides of the end of a salt's 48 hours, and far beyond.
HOURS = st.sampled_from((1 / 60, 11, 12, 24, 36, 48, 60, 7 * 24))
LEVELS = st.sampled_from((LIMITED, LIMITED, FULL, FULL, NONE, None))  # None: erased

T = TypeVar("T")


class Product:
    """The parts of a server, put together over one database, and the clock they go by."""

    def __init__(self, url: str) -> None:
        self.clock = FixedClock()
        self.database = Database.at(url)
        self._open = AsyncExitStack()

    async def start(self) -> None:
        await self._open.enter_async_context(self.database.reading())
        self.ledger = open_ledger(self.database)
        self._open.push_async_callback(self.ledger.close)
        rules = Rules(RETENTION_DAYS * DAY)
        writer = LaneWriters(partial(open_ledgers, self.database), rules)
        await writer.start()
        self._open.push_async_callback(writer.stop)
        remover = Remover(writer, SCORING, self.database)
        self._open.push_async_callback(remover.stop)
        identity = Identity(SECRET)
        self.recorder = Recorder(writer, identity, self.clock)
        self.privacy = Privacy(writer, remover, identity, self.clock)

    async def stop(self) -> None:
        await self._open.aclose()


class Everything(RuleBasedStateMachine):
    """What users and operators may do, in any order; after each step the model is asked."""

    url: str
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.model = Model(retention=RETENTION_DAYS * DAY)
        self.cast = Cast(USERS, TARGETS)
        self.services = Product(self.url)
        self.clock, self.began = self.services.clock, self.services.clock.now
        self.steps = 0  # since all was looked at closely
        self.loop = asyncio.Runner()
        self.wait(start_empty(self.url, self.template))
        self.wait(self.services.start())

    def wait(self, work: Coroutine[None, None, T]) -> T:
        return self.loop.run(work)

    def teardown(self) -> None:
        try:
            self.wait(inspect(self.model, self.cast))
        finally:
            self.wait(self.services.stop())
            self.loop.close()

    @rule(batch=BATCHES)
    def record(self, batch: list[tuple[Input, Instant]]) -> None:
        inputs = [replace(input, at=self._at(instant)) for input, instant in batch]
        expected = self.model.expect_all(inputs, self.clock.now)
        for user in {input.user for input in inputs}:
            level = self.model.levels.get(user, FULL)
            self.cast.has_rows |= {user} if level is FULL else set()
            self.cast.has_tokens |= {user} if level is LIMITED else set()
        work = self.services.recorder.record_many([_request(input) for input in inputs], ANYONE)
        assert [answer.outcome for answer in self.wait(work)] == expected

    @rule(batch=BATCHES)
    def record_more(self, batch: list[tuple[Input, Instant]]) -> None:
        """The same once more: what is recorded is what all else works on."""
        self.record(batch)

    def _at(self, instant: Instant) -> int | None:
        if instant is None:
            return None
        relation, seconds = instant
        offset = seconds * SECOND
        return self.clock.now - offset if relation == "ago" else self.began + offset

    @rule(user=st.sampled_from(USERS), level=LEVELS)
    def choose_or_erase(self, user: str, level: PrivacyLevel | None) -> None:
        if level is None:
            self._erase(user)
            return
        removed = self.model.choose(user, level)
        choice = Choice(level, user)
        counted = self.wait(self.services.privacy.choose(replace(choice, dry_run=True), ANYONE))
        done = self.wait(self.services.privacy.choose(choice, ANYONE))
        assert (counted.removed, done.removed) == (removed, removed)
        self._leave(user, rows=level is not FULL, tokens=level is NONE)

    def _erase(self, user: str) -> None:
        removed = self.model.erase(user)
        erased = self.wait(self.services.privacy.erase(Erasure(True, user), ANYONE))
        assert erased.interactions == removed
        self._leave(user, rows=True, tokens=True)

    def _leave(self, user: str, *, rows: bool, tokens: bool) -> None:
        self.cast.has_rows -= {user} if rows else set()
        self.cast.has_tokens -= {user} if tokens else set()

    @rule(days=st.sampled_from((1, 1, 3, RETENTION_DAYS)), hours=st.sampled_from((0, 13, 25, 73)))
    def prune(self, days: int, hours: int) -> None:
        self.clock.advance(hours * 3_600)
        cutoff = Cutoff.of(days, RETENTION_DAYS * DAY, self.clock.now)
        removed, counted, done = self.model.prune(cutoff.dated, cutoff.seen), Pruned(), Pruned()
        self.wait(count(cutoff, counted))
        self.wait(prune(self.services.ledger, SCORING, cutoff, done))
        assert counted == done
        assert done.removed == removed

    @rule(hours=HOURS, is_kept=st.booleans())
    def pass_time(self, hours: float, is_kept: bool) -> None:
        """Housekeeping may or may not come round."""
        self.clock.advance(hours * 3_600)
        if is_kept:
            self.wait(destroy_salts(self.services.ledger, self.clock.now))

    @rule(slots=st.sampled_from((2, 4)))
    def count_in_slots(self, slots: int) -> None:
        """What counts may be the sum of what several lanes counted."""
        self.wait(spread(self.url, slots))

    @precondition(lambda self: self.steps >= 10)
    @rule()
    def look_closely(self) -> None:
        self.steps = 0
        self.wait(inspect(self.model, self.cast))
        progress = Recalculation()
        self.wait(recalculate(self.services.database, SCORING, self.clock.now, progress))
        assert progress.max_drift == 0.0

    @invariant()
    def all_that_is_read_is_the_model_s(self) -> None:
        self.steps += 1
        self.wait(compare(self.model, self.cast, self.clock.now))


class EverythingInLanes(Everything):
    """The same, while the number of lanes changes."""

    @rule(lanes=st.sampled_from((1, 2, 4)))
    def change_lanes(self, lanes: int) -> None:
        self.wait(change_lanes(self.services.database, lanes))


def _request(input: Input) -> RecordRequest:
    return RecordRequest(
        input.action,
        input.user,
        target=(ACTIONS[input.action].target_kind, input.target),
        occurred_at=input.at,
        event_id=input.event_id,
        undo=input.undo,
        context=replace(
            RECOMMENDED.get((input.action, input.target), NO_CONTEXT),
            source=input.source,
            hashtags=input.hashtags,
        ),
    )


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Removing and pruning take many small steps."""
    monkeypatch.setattr("resolvers.privacy.removing.ROWS_AT_ONCE", 3)
    monkeypatch.setattr("resolvers.privacy.pruning.ROWS_IN_A_STEP", 3)


@pytest.fixture
def machine(database_url: str, sqlite_file: Path, small_steps: None) -> type[Everything]:
    """The machine over the database under test."""
    return _machine(Everything, database_url, sqlite_file)


def _machine(kind: type[Everything], url: str, template: Path) -> type[Everything]:
    return type(kind.__name__, (kind,), {"url": url, "template": template})


@pytest.mark.slow
def test_whatever_is_done_all_that_is_read_is_as_the_rules_say(machine: type[Everything]) -> None:
    """Outcomes, totals, scores, orders, histories and activity equal the plain model's after each
    step; verify finds nothing, and tables hold nothing of those who are gone."""
    is_embedded = machine.url.startswith("sqlite:")
    examples, steps = (45, 50) if is_embedded else (20, 50)
    run_state_machine_as_test(
        machine, settings=settings(max_examples=examples, stateful_step_count=steps)
    )


@pytest.mark.slow
@pytest.mark.parametrize("database_url", ["postgres"], indirect=True)
def test_the_same_holds_while_the_number_of_lanes_changes(
    database_url: str, sqlite_file: Path, small_steps: None
) -> None:
    """Whoever records notices nothing of it."""
    machine = _machine(EverythingInLanes, database_url, sqlite_file)
    sized = settings(max_examples=15, stateful_step_count=30)
    run_state_machine_as_test(machine, settings=sized)
