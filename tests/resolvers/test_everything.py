"""Everything at once: recording, choices, prunes and time, step by step beside the plain model."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from models import activity, history, rankings, totals
from models.activity import Stretch
from models.database import Database, fetch
from models.history import Filter, Slice
from models.records import Subject
from models.vocabulary import (
    ACTION_BY_CODE,
    ACTIONS,
    ActionType,
    PrivacyLevel,
    Status,
    SubjectKind,
    TargetKind,
    subject_kind,
)
from resolvers import decay
from resolvers.activity import EARLIEST, LATEST
from resolvers.caller import Caller
from resolvers.engagement import leaders, score_of, trending
from resolvers.identity import Identity
from resolvers.intake import Request
from resolvers.judging import Rules
from resolvers.privacy import Choice, Erasure, Privacy
from resolvers.pruning import Cutoff, Pruned, count, prune
from resolvers.recalculating import Recalculation, recalculate
from resolvers.recording import Recorder
from resolvers.removing import Remover
from resolvers.salts import day_of, destroy_salts, owners
from resolvers.scoring import DAY, HOUR, Scoring
from resolvers.tallying import MINUTE, SPANS
from resolvers.writer import Writer
from tests.client import FixedClock
from tests.conftest import SECRET
from tests.pasts import TABLES, differences
from tests.resolvers.comparing import close, start_empty
from tests.resolvers.plain_model import ASIDE, Input, Model

RETENTION = 6 * DAY
USERS = ("ann", "bob", "cid")
IDENTITY, SCORING, CALLER = Identity(SECRET), Scoring(), Caller()
ALIASES = {user: IDENTITY.alias(user) for user in USERS}

# Few of everything, so that ties, repeats and opposites are common; opposites most of all.
TARGETS = {
    ActionType.MORE_LIKE_THIS: ("p", "q"),
    ActionType.LESS_LIKE_THIS: ("p", "q"),
    ActionType.FAVORITE: ("p", "q"),
    ActionType.REPORT: ("p", "q"),
    ActionType.VIEW: ("p", "q"),
    ActionType.REPLY: ("p", "q"),
    ActionType.PROFILE_VIBE: ("ann", "bob"),
    ActionType.SEARCH: ("cats",),
}
DONE = st.sampled_from([(action, target) for action, on in TARGETS.items() for target in on])
# Relative to now or to the start, so that instants meet those of other steps; up to beyond the
# retention and beyond what is taken as a clock that is fast.
AGO = st.sampled_from((-600, -240, 0, 1, 60, 86_400, 3 * 86_400, 6 * 86_400, 6 * 86_400 + 1))
SINCE_START = st.sampled_from((0, 1, 2, 3, 43_200, 86_400))
INPUTS = st.builds(
    lambda user, done, undo, at, event_id: (Input(user, *done, undo, None, event_id), at),
    user=st.sampled_from(USERS),
    done=DONE,
    undo=st.sampled_from((False, False, True)),
    at=st.none() | st.tuples(st.just("ago"), AGO) | st.tuples(st.just("start"), SINCE_START),
    event_id=st.none() | st.none() | st.sampled_from(("e1", "e2", "e3")),
)
Drawn = tuple[Input, tuple[str, int] | None]
HOURS = st.sampled_from((1 / 60, 1, 11, 12, 24, 47, 48, 71, 72, 7 * 24))


class Trailmark:
    """The product's parts put together over one database, and the clock they go by."""

    def __init__(self, url: str) -> None:
        self.clock = FixedClock()
        self.database = Database.at(url)
        self._stack = AsyncExitStack()

    async def start(self) -> None:
        await self._stack.enter_async_context(self.database.reading())
        self.ledger = self.database.ledger()
        self._stack.push_async_callback(self.ledger.close)
        writer = Writer(self.database.ledger(), Rules(RETENTION))
        writer.start()
        self._stack.push_async_callback(writer.stop)
        remover = Remover(writer, SCORING)
        self._stack.push_async_callback(remover.stop)
        self.recorder = Recorder(writer, IDENTITY, self.clock)
        self.privacy = Privacy(writer, remover, IDENTITY, self.clock)

    async def stop(self) -> None:
        await self._stack.aclose()


class Everything(RuleBasedStateMachine):
    """What anyone may do, in any order; after each step all that can be read is the model's."""

    url: str
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.model = Model(retention=RETENTION)
        self.wait(start_empty(self.url, self.template))
        self.product = Trailmark(self.url)
        self.wait(self.product.start())
        self.start = self.product.clock.now

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    @property
    def now(self) -> int:
        return self.product.clock.now

    def teardown(self) -> None:
        try:
            self.wait(self._inspect())
        finally:
            self.wait(self.product.stop())
            self.loop.close()

    @rule(drawn=st.lists(INPUTS, min_size=1, max_size=8))
    def record(self, drawn: list[Drawn]) -> None:
        inputs = [self._dated(*each) for each in drawn]
        requests = [_request(input) for input in inputs]
        expected = self.model.expect_all(inputs, self.now)
        answers = self.wait(self.product.recorder.record_many(requests, CALLER))
        assert [answer.outcome for answer in answers] == expected

    def _dated(self, input: Input, at: tuple[str, int] | None) -> Input:
        if at is None:
            return input
        relative, seconds = at
        offset = seconds * 1_000_000
        return replace(input, at=self.now - offset if relative == "ago" else self.start + offset)

    @rule(user=st.sampled_from(USERS), level=st.sampled_from(PrivacyLevel))
    def choose(self, user: str, level: PrivacyLevel) -> None:
        expected = self.model.choose(user, level)
        chosen = self.wait(self.product.privacy.choose(Choice(level, user), CALLER))
        assert chosen.removed == expected

    @rule(user=st.sampled_from(USERS))
    def erase(self, user: str) -> None:
        expected = self.model.erase(user)
        erased = self.wait(self.product.privacy.erase(Erasure(True, user), CALLER))
        assert erased.interactions == expected

    @rule(days=st.sampled_from((1, 3, RETENTION // DAY)))
    def prune(self, days: int) -> None:
        cutoff, told, done = Cutoff.of(days, RETENTION, self.now), Pruned(), Pruned()
        expected = self.model.prune(cutoff.dated, cutoff.seen)
        self.wait(count(cutoff, told))
        self.wait(prune(self.product.ledger, SCORING, cutoff, done))
        assert told == done
        assert done.removed == expected

    @rule(hours=HOURS, is_kept=st.booleans())
    def pass_time(self, hours: float, is_kept: bool) -> None:
        self.product.clock.advance(hours * 3_600)
        if is_kept:
            self.wait(destroy_salts(self.product.ledger, self.now))

    @rule()
    def recalculate(self) -> None:
        progress = Recalculation()
        self.wait(recalculate(self.product.database, SCORING, self.now, progress))
        assert progress.max_drift == 0.0

    @rule()
    def inspect(self) -> None:
        self.wait(self._inspect())

    @invariant()
    def all_that_can_be_read_is_the_model_s(self) -> None:
        self.wait(self._compare())

    async def _compare(self) -> None:
        await self._compare_totals()
        await self._compare_orders()
        await self._compare_histories()
        every = [Stretch(span, EARLIEST, LATEST) for span in SPANS]
        sums = await activity.summed(every)
        by_action = Counter(action for _, action, *_ in self.model.counted())
        expected = {ACTIONS[action].code: len(SPANS) * n for action, n in by_action.items()}
        assert sums == expected

    async def _compare_totals(self) -> None:
        expected, stored = Counter[tuple[Subject, int]](), self.model.stored()
        for each in self.model.counted():
            _, action, target, _ = each
            if ACTIONS[action].target_kind is not TargetKind.QUERY:
                expected[_subject(action, target), ACTIONS[action].code] += 1
        for user, action, *_ in stored:
            expected[Subject(SubjectKind.USER, ALIASES[user]), ACTIONS[action].code] += 1
        found = await totals.tallies(sorted(SUBJECTS))
        counts = {(of, each.action): each.count for of in found for each in found[of]}
        assert {key: n for key, n in counts.items() if n} == expected
        for kind, names, score in (
            (SubjectKind.POST, {"p": "p", "q": "q"}, self.model.post_score),
            (SubjectKind.USER, ALIASES, self.model.user_score),
        ):
            for name, id in names.items():
                tallies = found[Subject(kind, id)]
                assert score_of(kind, tallies, SCORING, self.now) == close(score(name, self.now))

    async def _compare_orders(self) -> None:
        now, model = self.now, self.model
        posts = {post: model.post_score(post, now) for post in ("p", "q")}
        top = [(each.id, each.score) for each in await trending(10, SCORING, now)]
        assert sorted(top) == [(id, close(score)) for id, score in posts.items() if score > 0]
        assert [score for _, score in top] == sorted((s for _, s in top), reverse=True)
        active = {user for user, *_ in model.stored()}
        assert set(await leaders(10)) == {ALIASES[user] for user in active}

    async def _compare_histories(self) -> None:
        expected = {alias: Counter[tuple[int, str, int]]() for alias in ALIASES.values()}
        for user, action, target, at in self.model.shown():
            on = _subject(action, target).id
            expected[ALIASES[user]][ACTIONS[action].code, on, at] += 1
        found = await history.histories("user", list(expected), Filter(), Slice(100_000))
        for alias, rows in found.items():
            shown = Counter((row.action, row.target_id, row.occurred_at) for row in rows)
            assert shown == expected[alias]

    async def _inspect(self) -> None:
        """Nothing differs, and no table holds anything of anybody beyond what the model says."""
        assert await differences() == []
        held = {table: await fetch(f"SELECT * FROM {table}", ()) for table in TABLES}
        model = self.model
        assert not any(user in str(tuple(row)) for rows in held.values() for row in rows for user in USERS)


def _request(input: Input) -> Request:
    kind = ACTIONS[input.action].target_kind
    return Request(
        input.action,
        input.user,
        target=(kind, input.target),
        occurred_at=input.at,
        event_id=input.event_id,
        undo=input.undo,
    )


def _subject(action: ActionType, target: str) -> Subject:
    kind = ACTIONS[action].target_kind
    return Subject(subject_kind(kind), ALIASES[target] if kind is TargetKind.PROFILE else target)


SUBJECTS = {
    *(Subject(SubjectKind.USER, alias) for alias in ALIASES.values()),
    *(_subject(action, target) for action, on in TARGETS.items() for target in on),
}


@pytest.fixture
def everything(
    database_url: str, sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> type[Everything]:
    """The machine over the database under test, which removes and prunes in many small steps."""
    monkeypatch.setattr("resolvers.removing.ROWS_AT_ONCE", 3)
    monkeypatch.setattr("resolvers.pruning.ROWS_IN_A_STEP", 3)
    return type("Everything", (Everything,), {"url": database_url, "template": sqlite_file})


def test_whatever_is_done_all_that_can_be_read_is_as_the_rules_say(
    everything: type[Everything],
) -> None:
    """Outcomes, totals, scores, activity and histories equal the plain model's at every step."""
    run_state_machine_as_test(everything, settings=settings(max_examples=25, stateful_step_count=30))
