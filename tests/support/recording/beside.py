"""A database beside the plain model: all that is read from it, and all that is kept in it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from models.database.database import fetch
from models.reading import activity, history, totals, user_data
from models.reading.activity import TimeRange
from models.reading.filters import Filter
from models.reading.history import HistorySlice
from models.records import Subject
from models.values import EventKey, event_key, short_key
from models.vocabulary import ACTIONS, ActionType, Status, SubjectKind, TargetKind, subject_kind
from resolvers.history.activity import FIRST_MINUTE, LAST_MINUTE
from resolvers.identity import Identity
from resolvers.recording.counter_changes import SPANS
from resolvers.recording.salts import owners
from resolvers.scoring.engagement import leaders, score_of
from resolvers.scoring.weights import Scoring
from resolvers.signals.trending import trending
from tests.support.pasts import TABLES, differences
from tests.support.recording.comparing import close, compare_preferences
from tests.support.recording.outcomes import compare_outcomes
from tests.support.recording.plain_model import Model, is_stored
from tests.support.serving import SECRET

SCORING = Scoring()
_EVER = [TimeRange(span, FIRST_MINUTE, LAST_MINUTE) for span in SPANS]


@dataclass
class Cast:
    """Who acts on what: users, and the targets of each action, as inputs name them.

    `has_rows` and `has_tokens` are the users of whom there may be any at all.
    """

    users: tuple[str, ...]
    targets: Mapping[ActionType, tuple[str, ...]]
    has_rows: set[str] = field(default_factory=set)
    has_tokens: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.aliases = {user: Identity(SECRET).alias(user) for user in self.users}

    def user(self, user: str) -> Subject:
        return Subject(SubjectKind.USER, self.aliases[user])

    def target(self, action: ActionType, target: str) -> Subject:
        kind = ACTIONS[action].target_kind
        id = self.aliases[target] if kind is TargetKind.PROFILE else target
        return Subject(subject_kind(kind), id)

    def subjects(self) -> set[Subject]:
        on = {self.target(action, id) for action, ids in self.targets.items() for id in ids}
        return on | {self.user(user) for user in self.users}

    def posts(self) -> list[str]:
        return sorted(of.id for of in self.subjects() if of.kind == SubjectKind.POST)


async def compare(model: Model, cast: Cast, now: int) -> None:
    """Totals, scores, orders, histories and activity are the model's, through their readers."""
    found = await totals.subject_totals(cast.subjects())
    counts = {(of, each.action): each.count for of in found for each in found[of] if each.count}
    assert counts == _counts(model, cast)
    for post in cast.posts():
        scored = score_of(SubjectKind.POST, found[Subject(SubjectKind.POST, post)], SCORING, now)
        assert abs(scored - model.post_score(post, now)) <= model.post_noise(post, now)
    for user in cast.users:
        scored = score_of(SubjectKind.USER, found[cast.user(user)], SCORING, now)
        assert scored == close(model.user_score(user, now))
        await compare_preferences(model, user, now)
    await _compare_orders(model, cast, now)
    await compare_outcomes(model)
    aliases = list(cast.aliases.values())
    pages = await history.histories("user", aliases, Filter(), HistorySlice(100_000))
    rows = [row for page in pages.values() for row in page.rows]
    shown = Counter((row.user_alias, row.action, row.target_id, row.occurred_at) for row in rows)
    assert shown == Counter((*_named(cast, *each[:3]), each[3]) for each in model.shown())
    happened = Counter(ACTIONS[action].code for _, action, *_ in model.counted())
    assert await activity.summed(_EVER) == {
        action: number * len(SPANS) for action, number in happened.items()
    }


def _counts(model: Model, cast: Cast) -> Counter[tuple[Subject, int]]:
    counts = Counter(
        (cast.target(action, target), ACTIONS[action].code)
        for _, action, target, _ in model.counted()
        if ACTIONS[action].target_kind is not TargetKind.QUERY
    )
    counts.update((cast.user(user), ACTIONS[action].code) for user, action, *_ in model.stored())
    return counts


async def _compare_orders(model: Model, cast: Cast, now: int) -> None:
    scores = {post: model.post_score(post, now) for post in cast.posts()}
    top = [(each.post_id, each.score) for each in await trending(100, SCORING, now)]
    noise = {post: model.post_noise(post, now) for post in scores}
    assert all(abs(score - scores[id]) <= noise[id] for id, score in top)
    assert {id for id, score in scores.items() if score > noise[id]} <= {id for id, _ in top}
    assert top == sorted(top, key=lambda each: (-each[1], each[0]))
    worth = {cast.aliases[user]: model.user_score(user, now) for user, *_ in model.stored()}
    order = await leaders(100, SCORING, now)
    assert sorted(order) == sorted(worth)
    for id, other in pairwise(order):
        assert worth[id] > worth[other] or (worth[id] == close(worth[other]) and id < other)


def _named(cast: Cast, user: str, action: ActionType, target: str) -> tuple[str, int, str]:
    """A user, an action and a target as rows name them."""
    return cast.aliases[user], ACTIONS[action].code, cast.target(action, target).id


async def inspect(model: Model, cast: Cast) -> None:
    """Verify finds nothing, and no table holds anything of anybody beyond what it may."""
    assert await differences() == []
    tables = {name: await _table(name) for name in TABLES}
    assert not [user for user in cast.users if f"'{user}'" in str(tables)]

    rows = tables["interactions"]
    assert Counter(
        (row["user_alias"], row["action"], row["target_id"], row["status"]) for row in rows
    ) == Counter((*_named(cast, *each[:3]), each[3]) for each in _rows(model))
    keys = {
        event_key(cast.aliases[user], id) for user, id in model.event_ids if user in cast.aliases
    }
    with_rows = [
        EventKey(short_key(row["user_alias"]), row["event_key"]) for row in rows if row["event_key"]
    ]
    others = [EventKey(row["user_key"], row["event_key"]) for row in tables["event_ids"]]
    assert Counter(with_rows + others) == Counter(keys)

    levels = {cast.aliases[user]: level.value for user, level in model.levels.items()}
    assert {row["user_alias"]: row["level"] for row in tables["privacy_settings"]} == levels
    assert await user_data.removals() == []
    for name in ("totals", "scores"):
        users = {row["subject_id"] for row in tables[name] if row["subject_kind"] == 0}
        assert users <= {cast.aliases[user] for user in cast.has_rows}
    owners_of_parts = {row["user_alias"] for row in tables["facet_parts"]}
    assert owners_of_parts <= {cast.aliases[user] for user in cast.has_rows}

    salts = {row["day"]: bytes(row["salt"]) for row in tables["salts"]}
    allowed = {owner for user in cast.has_tokens for owner in owners(cast.aliases[user], salts)}
    assert {bytes(row["owner"]) for row in tables["tokens"]} <= allowed


def _rows(model: Model) -> list[tuple[str, ActionType, str, Status]]:
    """All rows there should be, those included that history does not show."""
    folded = Counter(model.folded)
    events = [each for each in model.stored() if not ACTIONS[each[1]].is_state]
    rows = [(*each[:3], Status.SHOWN) for each in (Counter(events) - folded).elements()]
    for (user, action, target), state in model.states.items():
        if is_stored(user) and state.all():
            status = Status.UNDONE if state.ever_held else Status.NEVER_HELD
            if state.since is not None:
                status = Status.ARCHIVED if state.archived else Status.SHOWN
            rows.append((user, action, target, status))
    return rows


async def _table(name: str) -> list[dict[str, Any]]:
    return [dict(row) for row in await fetch(f"SELECT * FROM {name}", ())]
