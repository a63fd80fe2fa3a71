"""The filter index and filters: the owners of a row are found, in memory as by SQL."""

import asyncio
import itertools
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.database.database import Database
from models.reading.filters import Filter
from models.reading.log import LogPosition, read_log
from models.records import StoredInteraction
from models.vocabulary import ACTION_BY_CODE, ACTIONS, ActionType, Status, SubjectKind
from resolvers.feed.filter_index import FilterIndex
from resolvers.recording.submissions import Submission
from tests.support.recording.tails import write

pytestmark = pytest.mark.either_database

ALIASES = tuple(f"u_{letter * 16}" for letter in "abc")
TARGETS = ("p", "q", "P", "é'\"", "ab")
SOURCES = ("home", "search", "Home", "é'\"")
INSTANTS = (0, 1, 2, 1_700_000_000_000_000)
NAMES = (
    ActionType.VIEW,
    ActionType.CLICK,
    ActionType.FAVORITE,
    ActionType.HASHTAG_USE,
    ActionType.GROUP_JOIN,
)
CODES = tuple(ACTIONS[name].code for name in NAMES)


def some(values: tuple[Any, ...]) -> st.SearchStrategy[tuple[Any, ...] | None]:
    return st.none() | st.lists(st.sampled_from(values), max_size=3, unique=True).map(tuple)


FILTERS = st.builds(
    Filter,
    actions=some(CODES),
    post_ids=some((*TARGETS, "none")),
    user_aliases=some((*ALIASES, f"u_{'0' * 16}")),
    sources=some((*SOURCES, "none")),
    recommended=st.none() | st.booleans(),
    since=st.none() | st.sampled_from(INSTANTS),
    until=st.none() | st.sampled_from(INSTANTS),
)
OWNERS = st.lists(st.tuples(st.sampled_from("ABCDE"), FILTERS), max_size=20)


def row(
    alias: str, code: int, target: str, source: str | None, recommended: bool, at: int
) -> StoredInteraction:
    kind = SubjectKind[ACTION_BY_CODE[code].target_kind.name]
    return StoredInteraction(
        *(1, 1, alias, code, int(kind), target, at, at, int(Status.SHOWN)),
        source=source,
        recommended=recommended,
    )


ROWS = st.builds(
    row,
    st.sampled_from(ALIASES),
    st.sampled_from(CODES),
    st.sampled_from(TARGETS),
    st.none() | st.sampled_from(SOURCES),
    st.booleans(),
    st.sampled_from(INSTANTS),
)


@settings(max_examples=150)
@given(owners=OWNERS, leaving=st.sets(st.integers(0, 19)), rows=st.lists(ROWS, max_size=8))
def test_finding_equals_asking_every_filter(
    owners: list[tuple[str, Filter]], leaving: set[int], rows: list[StoredInteraction]
) -> None:
    """After any additions and removals, a row finds its owners, with the filters that it passes."""
    topics = list(dict.fromkeys(owners))  # nobody wishes for the same twice
    interests: FilterIndex[str] = FilterIndex()
    for owner, filter in topics:
        interests.add(owner, filter)
    for index in sorted(leaving & set(range(len(topics)))):
        interests.remove(*topics[index])
    left = [subscribe for index, subscribe in enumerate(topics) if index not in leaving]

    for each in rows:
        found = interests.find(each)
        pairs = [(owner, filter) for owner, filters in found.items() for filter in filters]

        expected = {subscribe for subscribe in left if subscribe[1].passes(each)}
        assert len(pairs) == len(expected)
        assert set(pairs) == expected

    for subscribe in left:
        interests.remove(*subscribe)
    assert not interests


def test_a_filter_that_names_someone_twice_finds_once() -> None:
    """A row that passes one filter in several ways is one row for its owner."""
    interests: FilterIndex[str] = FilterIndex()
    filter = Filter(post_ids=("p", "p"), user_aliases=(ALIASES[0], ALIASES[0]))
    interests.add("A", filter)

    found = interests.find(row(ALIASES[0], CODES[0], "p", None, False, 0))

    assert found == {"A": [filter]}


@pytest.fixture
def filled(database_url: str) -> str:
    """The URL of a database that holds rows of every kind."""
    submissions = [
        Submission(
            user_alias=alias,
            action=ACTIONS[name],
            target_id=target,
            undo=False,
            occurred_at=at,
            arrived_at=at,
            source=source,
            recommended=recommended,
        )
        for number, (alias, name, target, source, recommended, at) in enumerate(
            itertools.product(ALIASES, NAMES, TARGETS, (None, *SOURCES), (False, True), INSTANTS)
        )
        if number % 7 == 0
    ]
    asyncio.run(write(database_url, submissions))
    return database_url


@settings(max_examples=40)
@given(filters=st.lists(FILTERS, min_size=10, max_size=10))
def test_a_filter_passes_what_its_conditions_select(filled: str, filters: list[Filter]) -> None:
    """The filter of the live feed and its SQL in a replay take the very same rows."""
    asyncio.run(_check(filled, filters))


async def _check(url: str, filters: list[Filter]) -> None:
    async with Database.at(url).reading():
        everything = await _selected(None)
        assert len(everything) > 100
        for filter in filters:
            passing = [each for each in everything if filter.passes(each)]
            assert await _selected(filter) == passing
            assert not (filter.passes_nothing and passing)


async def _selected(filter: Filter | None) -> list[StoredInteraction]:
    """All rows of the log that pass, by SQL."""
    rows, after = list[StoredInteraction](), LogPosition(0, -1)
    while True:
        page = await read_log(after, None, filter)
        rows += page.rows
        after = page.end
        if after.sequence >= page.head.last_number:
            return rows
