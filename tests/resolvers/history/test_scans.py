"""Pages whose rows are looked at up to a bound: whoever goes on meets every interaction once."""

from random import Random

import pytest

from models.database.database import Database
from models.reading.history import EVERYONE, HistoryOwner
from models.records import StoredInteraction
from models.vocabulary import ACTIONS, ActionType, PrivacyLevel, Status, SubjectKind
from resolvers.caller import Caller, Scope
from resolvers.clock import system_clock
from resolvers.history.batch_reader import BatchReaders
from resolvers.history.filters import FilterInput
from resolvers.history.loaders import Loaders
from resolvers.history.pages import Page, PageRequest, read_page
from resolvers.history.scan_budget import ScanBudget
from resolvers.history.whole_pages import whole_count, whole_page
from resolvers.id_cipher import IdCipher
from resolvers.scoring.weights import Scoring
from tests.support.recording.histories import START, plant

BOUND = 7
USERS = ["u_" + digit * 32 for digit in "abc"]
POSTS = ["p1", "p2", "p3"]
DONE = [ActionType.VIEW, ActionType.CLICK, ActionType.FAVORITE]
SERVICE = Caller()
CIPHER = IdCipher(bytes(16))


class Walker:
    """Reads pages of a history under the bound, one after another."""

    def __init__(
        self, owner: HistoryOwner, filter_input: FilterInput, caller: Caller = SERVICE
    ) -> None:
        self._owner, self._filter_input, self._caller = owner, filter_input, caller
        self.loaders = self._fresh_loaders()

    async def page(self, request: PageRequest) -> Page:
        self.loaders = self._fresh_loaders()
        return await read_page(
            self._owner,
            self._filter_input,
            request,
            caller=self._caller,
            loaders=self.loaders,
            id_cipher=CIPHER,
        )

    async def forward(self, size: int, after: str | None = None) -> tuple[Page, str | None]:
        """A page from the start, and the cursor to go on from, if more may follow."""
        page = await self.page(PageRequest(first=size, after=after))
        if not await page.has_next(self.loaders):
            return page, None
        assert page.end is not None
        return page, CIPHER.history_cursor(page.end)

    async def backward(self, size: int, before: str | None = None) -> tuple[Page, str | None]:
        """A page from the end, and the cursor to go on from, if more may precede."""
        page = await self.page(PageRequest(last=size, before=before))
        if not await page.has_previous(self.loaders):
            return page, None
        assert page.start is not None
        return page, CIPHER.history_cursor(page.start)

    @staticmethod
    def _fresh_loaders() -> Loaders:
        reads = BatchReaders(Scoring(), system_clock)
        return Loaders(reads, PrivacyLevel.FULL, ScanBudget(most=BOUND))


@pytest.mark.parametrize("seed", range(12))
async def test_pages_meet_every_row_once_in_order(database_url: str, seed: int) -> None:
    """Both ways, for any history and filter, with ties of instants, while others record."""
    random = Random(seed)  # noqa: S311 (any dice will do)
    rows = _rows(random, numbers=range(1, 80))
    await plant(database_url, rows)
    later = 1_000
    async with Database.at(database_url).reading():
        for _ in range(12):
            owner, filter_input, caller = _asked(random)
            walker = Walker(owner, filter_input, caller)
            expected = _shown(rows, owner, filter_input, caller)
            for forward in (True, False):
                turn = walker.forward if forward else walker.backward
                seen, cursor, size = [], None, random.randint(1, 5)
                for _ in range(200):
                    page, cursor = await turn(size, cursor)
                    assert len(page.interactions) <= size
                    seen.append([row.id for row in page.interactions])
                    if cursor is None:
                        break
                    if random.random() < 0.1:
                        added = _rows(random, numbers=range(later, later + 3))
                        await plant(database_url, added)
                        rows, later = rows + added, later + 3
                met = [id for page_ids in (seen if forward else seen[::-1]) for id in page_ids]
                known = {row.id for row in expected}
                assert [id for id in met if id in known] == [row.id for row in expected]
                now = [row.id for row in _shown(rows, owner, filter_input, caller)]
                assert met == [id for id in now if id in set(met)]
                expected = _shown(rows, owner, filter_input, caller)


@pytest.mark.parametrize("seed", range(6))
async def test_numbered_pages_are_whole(database_url: str, seed: int) -> None:
    """A page by number is read on until it is full, and the count is of all."""
    random = Random(seed)  # noqa: S311 (any dice will do)
    rows = _rows(random, numbers=range(1, 80))
    await plant(database_url, rows)
    async with Database.at(database_url).reading():
        for _ in range(12):
            owner = random.choice([EVERYONE, HistoryOwner("user", USERS[0])])
            filter_input = FilterInput(recommended=True)
            if owner == EVERYONE:
                filter_input = FilterInput(actions=[ActionType.CLICK])
            walker = Walker(owner, filter_input)
            skip, size = random.randint(0, 9), random.randint(1, 5)

            page = await walker.page(PageRequest(first=size, skip=skip))
            page = await whole_page(page, walker.loaders)

            expected = _shown(rows, owner, filter_input, SERVICE)
            shown = [row.id for row in expected[skip : skip + size]]
            assert [row.id for row in page.interactions] == shown
            assert page.more is (len(expected) > skip + size)
            if owner == EVERYONE:
                assert await whole_count(page, walker.loaders) == len(expected)


async def test_an_empty_page_says_where_to_go_on(database_url: str) -> None:
    """A filter that passes nothing gives empty pages with cursors, until all was looked at."""
    rows = [_row(number, USERS[0], "p1", ActionType.VIEW, at=number) for number in range(1, 18)]
    await plant(database_url, rows)
    walker = Walker(HistoryOwner("user", USERS[0]), FilterInput(sources=["nowhere"]))
    async with Database.at(database_url).reading():
        ends, cursor = [], None
        for _ in range(3):
            page, cursor = await walker.forward(5, cursor)
            ends.append((len(page.interactions), page.end and page.end.id))
        starts, before = [], None
        for _ in range(3):
            page, before = await walker.backward(5, before)
            starts.append((len(page.interactions), page.start and page.start.id))

    assert (ends, cursor) == ([(0, 11), (0, 4), (0, None)], None)
    assert (starts, before) == ([(0, 7), (0, 14), (0, None)], None)


async def test_a_page_that_is_cut_by_its_size_ends_at_its_last_row(database_url: str) -> None:
    """The cursors of a full page are those of its own ends."""
    rows = [_row(number, USERS[0], "p1", ActionType.VIEW, at=number) for number in range(1, 18)]
    await plant(database_url, rows)
    walker = Walker(HistoryOwner("user", USERS[0]), FilterInput())
    async with Database.at(database_url).reading():
        page, _ = await walker.forward(5)

    assert page.start == (START + 17, 17)
    assert page.end == (START + 13, 13)


def _asked(random: Random) -> tuple[HistoryOwner, FilterInput, Caller]:
    """Some history, some filter, and who asks for it."""
    owner = random.choice(
        [EVERYONE, HistoryOwner("user", USERS[0]), HistoryOwner("post", random.choice(POSTS))]
    )
    caller = random.choice([SERVICE, Caller(USERS[0], frozenset({Scope.USER}))])
    since = START + random.randint(0, 15)
    until = random.choice([None, since + random.randint(0, 15)])
    aliases = [USERS[:1]] if caller.is_user else [[], USERS[:1], USERS[:2], USERS]
    filter_input = FilterInput(
        actions=random.choice([None, None, DONE[:1], DONE[1:]]),
        post_ids=random.choice([None, None, [], POSTS[:1], POSTS[1:]]),
        user_aliases=random.choice([None, None, *aliases]),
        sources=random.choice([None, None, ["home"]]),
        recommended=random.choice([None, None, True]),
        since=random.choice([None, since]),
        until=until,
    )
    if owner == EVERYONE and filter_input.since is None:
        filter_input = FilterInput(actions=filter_input.actions, until=until)
    return owner, filter_input, caller


def _rows(random: Random, numbers: range) -> list[StoredInteraction]:
    return [
        _row(
            number,
            random.choice(USERS),
            random.choice(POSTS),
            random.choice(DONE),
            at=random.randint(0, 30),
            status=random.choice([Status.SHOWN, Status.SHOWN, Status.UNDONE]),
            source=random.choice(["home", "explore", None]),
            recommended=random.random() < 0.3,
        )
        for number in numbers
    ]


def _row(
    number: int, alias: str, post_id: str, action: ActionType, *, at: int, **other: object
) -> StoredInteraction:
    fields = {"status": int(Status.SHOWN), "recommended": False} | other
    return StoredInteraction(
        id=number,
        seq=None,
        user_alias=alias,
        action=ACTIONS[action].code,
        target_kind=int(SubjectKind.POST),
        target_id=post_id,
        occurred_at=START + at,
        recorded_at=START + at,
        **fields,  # type: ignore[arg-type]
    )


def _shown(
    rows: list[StoredInteraction], owner: HistoryOwner, filter_input: FilterInput, caller: Caller
) -> list[StoredInteraction]:
    """What the history has, newest first, found row by row."""
    found = [
        row
        for row in rows
        if row.status == Status.SHOWN
        and (owner.kind != "user" or row.user_alias == owner.id)
        and (owner.kind != "post" or row.target_id == owner.id)
        and (caller.alias is None or row.user_alias == caller.alias)
        and _passes(row, filter_input)
    ]
    return sorted(found, key=lambda row: (row.occurred_at, row.id), reverse=True)


def _passes(row: StoredInteraction, given: FilterInput) -> bool:
    codes = None if given.actions is None else [ACTIONS[each].code for each in given.actions]
    return (
        (codes is None or row.action in codes)
        and (given.post_ids is None or row.target_id in given.post_ids)
        and (given.user_aliases is None or row.user_alias in given.user_aliases)
        and (given.sources is None or row.source in given.sources)
        and (given.recommended is None or row.recommended is given.recommended)
        and (given.since is None or row.occurred_at >= given.since)
        and (given.until is None or row.occurred_at < given.until)
    )
