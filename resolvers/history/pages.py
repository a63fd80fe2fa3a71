"""Pages of histories, in both directions, with what lies around them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from models.reading.filters import EVERYTHING, Filter
from models.reading.histories.rows import HistoryRow
from models.reading.history import EVERYONE, Found, HistoryCursor, HistoryOwner, HistorySlice
from models.records import Subject
from models.vocabulary import SubjectKind
from resolvers.caller import Caller
from resolvers.errors import BadUserInput, shown
from resolvers.history.filters import FilterInput, check_bounded, restricted_to, validated_filter
from resolvers.history.loaders import Loaders
from resolvers.id_cipher import IdCipher

PAGE_SIZE = 20
PAGE_LIMIT = 100
COUNT_LIMIT = 10_000
_SUBJECT_KINDS = {"user": SubjectKind.USER, "post": SubjectKind.POST}


@dataclass(slots=True)  # frozen ones take three times as long to make
class PageRequest:
    """The page a client asked for, as in Relay's connections: the cursors exclude themselves.

    The REST API numbers pages: it may `skip` what came before, in a history of one owner.
    """

    first: int | None = None
    after: str | None = None
    last: int | None = None
    before: str | None = None
    skip: int = 0

    @property
    def size(self) -> int:
        """How many it shows at most."""
        size = self.first if self.last is None else self.last
        return PAGE_SIZE if size is None else size

    @property
    def ends_at(self) -> int:
        """The number of its last row, counted from its cursor."""
        return self.skip + self.size


@dataclass(slots=True)
class Page:
    """A page of interactions, newest first, with what it takes to tell what lies around it.

    It may end before it is full, since rows are looked at up to a bound: at `ended_at`.
    """

    interactions: Sequence[HistoryRow]
    owners: tuple[HistoryOwner, ...]
    filter: Filter
    slice: HistorySlice
    more: bool  # beyond the end that the page was cut at
    ended_at: HistoryCursor | None = None

    @property
    def start(self) -> HistoryCursor | None:
        """Where to go on to newer interactions; None where an empty page gives no place."""
        return self._place(0, is_open=self.slice.backward)

    @property
    def end(self) -> HistoryCursor | None:
        """Where to go on to older interactions; None where an empty page gives no place."""
        return self._place(-1, is_open=not self.slice.backward)

    async def has_next(self, loaders: Loaders) -> bool:
        """Whether older interactions follow, be it beyond a bound of the page."""
        if self.more and not self.slice.backward:
            return True
        edge = self._edge(-1, self.slice.before, 1)
        if edge is None:
            return False
        return await self._has_any(HistorySlice(1, after=edge), loaders)

    async def has_previous(self, loaders: Loaders) -> bool:
        """Whether newer interactions precede, be it beyond a bound of the page."""
        if self.more and self.slice.backward:
            return True
        edge = self._edge(0, self.slice.after, -1)
        if edge is None:
            return False
        return await self._has_any(HistorySlice(1, before=edge, backward=True), loaders)

    async def total_count(self, loaders: Loaders) -> int | None:
        """How many interactions the history has in all; None if too many to look at."""
        if self.is_counted_by_totals:
            return await self.count_by_totals(loaders)
        return await loaders.history_size(self.owners, self.filter, COUNT_LIMIT)

    async def count_by_totals(self, loaders: Loaders) -> int:
        """What totals say, or what needs no reading."""
        if self.filter.passes_nothing or not self.owners:
            return 0
        subjects = [Subject(_SUBJECT_KINDS[owner.kind], owner.id) for owner in self.owners]
        found = await loaders.shown_totals(subjects)
        return sum(totals.total(self.filter.actions) for totals in found)

    @property
    def is_counted_by_totals(self) -> bool:
        """Whether totals know how many there are: some users' or posts', by action alone."""
        if self.filter.passes_nothing or not self.owners:
            return True
        return self.owners != (EVERYONE,) and replace(self.filter, actions=None) == EVERYTHING

    async def _has_any(self, slice: HistorySlice, loaders: Loaders) -> bool:
        """Whether anything is there, or may be beyond the rows that could be looked at."""
        found = await loaders.history(self.owners, self.filter, slice)
        return bool(found.rows) or found.ended_at is not None

    def _place(self, index: int, *, is_open: bool) -> HistoryCursor | None:
        if is_open and self.ended_at is not None:
            return self.ended_at
        return _cursor_of(self.interactions[index]) if self.interactions else None

    def _edge(self, index: int, bound: HistoryCursor | None, outward: int) -> HistoryCursor | None:
        """Where to look from: the page's own end or, if it is empty, its bound, included."""
        if bound is None:
            return None
        if self.interactions:
            return _cursor_of(self.interactions[index])
        return HistoryCursor(bound.occurred_at, bound.id + outward)


async def read_page(
    owner: HistoryOwner,
    filter_input: FilterInput,
    request: PageRequest,
    *,
    caller: Caller,
    loaders: Loaders,
    id_cipher: IdCipher,
    brief: bool = False,
) -> Page:
    """One page of what the caller may see of a history; a `brief` one has no more than BRIEF.

    Raises:
        BadUserInput: an argument is out of range, names the argument.
        Forbidden: another user is named.
    """
    owner, filter_input = restricted_to(owner, filter_input, caller)
    slice = _slice(request, id_cipher, brief=brief)
    filter = validated_filter(filter_input)
    check_bounded(filter, owner)
    owners, filter = _spread(owner, filter)
    found = await loaders.history(owners, filter, slice)
    return Page(owners=owners, filter=filter, slice=slice, **_shown(found, slice))


def completed(page: Page, found: Found) -> Page:
    """A page of what its slice holds."""
    return replace(page, **_shown(found, page.slice))


def _shown(found: Found, slice: HistorySlice) -> dict[str, Any]:
    """What a page shows of its slice, without the one more that tells that more follows."""
    rows, end = found.rows, found.ended_at
    if len(rows) < slice.limit:
        return {"interactions": rows, "more": end is not None, "ended_at": end}
    return {"interactions": rows[1:] if slice.backward else rows[:-1], "more": True}


def cursor(row: HistoryRow, id_cipher: IdCipher) -> str:
    """The cursor of an interaction's edge."""
    return id_cipher.history_cursor(_cursor_of(row))


def _cursor_of(row: HistoryRow) -> HistoryCursor:
    return HistoryCursor(row.occurred_at, row.id)


def _slice(request: PageRequest, id_cipher: IdCipher, *, brief: bool) -> HistorySlice:
    """The slice to read: one more than the page, to know whether more follows."""
    if request.first is not None and request.last is not None:
        raise BadUserInput("last", "got `first` as well; allowed is one of the two")
    for name, size in (("first", request.first), ("last", request.last)):
        if size is not None and not 0 <= size <= PAGE_LIMIT:
            raise BadUserInput(name, f"got {size}; allowed are 0 to {PAGE_LIMIT}")
    if request.ends_at > COUNT_LIMIT:
        message = f"ends at row {request.ends_at}; allowed are pages up to row {COUNT_LIMIT}"
        raise BadUserInput("page", message)
    limit, backward = request.size + 1, request.last is not None
    if request.after is request.before is None and not request.skip:
        return _first_slice(limit, backward, brief)
    return HistorySlice(
        limit,
        after=_opened("after", request.after, id_cipher),
        before=_opened("before", request.before, id_cipher),
        backward=backward,
        skip=request.skip,
        brief=brief,
    )


@lru_cache(2 * 2 * (PAGE_LIMIT + 1))
def _first_slice(limit: int, backward: bool, brief: bool) -> HistorySlice:
    """A slice from an end: always the same, as most are, which are compared sooner then."""
    return HistorySlice(limit, backward=backward, brief=brief)


def _opened(argument: str, text: str | None, id_cipher: IdCipher) -> HistoryCursor | None:
    if text is None:
        return None
    found = id_cipher.open_history_cursor(text)
    if found is None:
        message = f"got {shown(text)}; allowed is a cursor that the server gave out"
        raise BadUserInput(argument, message)
    return found


def _spread(owner: HistoryOwner, filter: Filter) -> tuple[tuple[HistoryOwner, ...], Filter]:
    """The histories to merge: a filter by users or posts over all is a few histories of theirs.

    What one user did to some posts, or some users to one post, is a history for each of them.
    """
    if filter is EVERYTHING:
        return (owner,), filter
    users, posts = filter.user_aliases, filter.post_ids
    if owner.kind == "user":
        users = (owner.id,) if users is None or owner.id in users else ()
    if owner.kind == "post":
        posts = (owner.id,) if posts is None or owner.id in posts else ()
    if users is not None and (posts is None or len(users) != 1):
        owners = tuple(HistoryOwner("user", alias) for alias in users)
        return owners, replace(filter, user_aliases=None, post_ids=posts)
    if posts is not None:
        owners = tuple(HistoryOwner("post", post_id) for post_id in posts)
        return owners, replace(filter, user_aliases=users, post_ids=None)
    return (EVERYONE,), filter
