"""Histories as callers read them: whose, filtered by what, and page by page in both directions."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

from models.filters import Filter
from models.history import Place, Slice
from models.records import Micros, StoredInteraction
from models.vocabulary import (
    ACTIONS,
    ID_LENGTH,
    SOURCE_LENGTH,
    ActionFamily,
    ActionType,
    TargetKind,
)
from resolvers.caller import Caller
from resolvers.errors import BadUserInput, Forbidden, shown
from resolvers.opaque import Opaque, Position
from resolvers.targets import BadId, check_fits, check_text, checked_alias

PAGE_SIZE = 20
PAGE_LIMIT = 100
IDS_LIMIT = 100
COUNT_LIMIT = 10_000


class Scope(NamedTuple):
    """Whose history: a `user`'s by alias, a `post`'s by id, or that of `all`."""

    owner: str
    key: str = ""


EVERYONE = Scope("all")


@dataclass(frozen=True, slots=True)
class Wish:
    """A filter as a client sent it; None takes all."""

    actions: Sequence[ActionType] | None = None
    families: Sequence[ActionFamily] | None = None
    post_ids: Sequence[str] | None = None
    target_kinds: Sequence[TargetKind] | None = None
    user_aliases: Sequence[str] | None = None
    sources: Sequence[str] | None = None
    recommended: bool | None = None
    since: Micros | None = None
    until: Micros | None = None


ANY = Wish()
_EVERY = Filter()


@dataclass(frozen=True, slots=True)
class Window:
    """The page a client asked for, as in Relay's connections: the cursors exclude themselves.

    Older clients number their pages: they `skip` what came before, in a history of one key.
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


class Cut(NamedTuple):
    """One slice of one history; what the loader of histories takes."""

    scope: Scope
    filter: Filter
    slice: Slice


Load = Callable[[Sequence[Scope], Filter, Slice], Awaitable[Sequence[Sequence[StoredInteraction]]]]
"""Reads a slice of each of some histories, whose owners are of one kind."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page of interactions, newest first, with what it takes to tell what lies around it."""

    interactions: Sequence[StoredInteraction]
    scopes: tuple[Scope, ...]
    filter: Filter
    slice: Slice
    more: bool  # beyond the end that the page was cut at

    @property
    def counted_by_totals(self) -> bool:
        """Whether totals know how many there are: some users' or posts', by action alone."""
        return self.scopes != (EVERYONE,) and replace(self.filter, actions=None) == Filter()

    async def has_next(self, load: Load) -> bool:
        """Whether older interactions follow, be it beyond a bound of the page."""
        if self.more and not self.slice.backward:
            return True
        edge = self._edge(-1, self.slice.before, 1)
        return edge is not None and await self._any(load, Slice(1, after=edge))

    async def has_previous(self, load: Load) -> bool:
        """Whether newer interactions precede, be it beyond a bound of the page."""
        if self.more and self.slice.backward:
            return True
        edge = self._edge(0, self.slice.after, -1)
        return edge is not None and await self._any(load, Slice(1, before=edge, backward=True))

    def _edge(self, index: int, bound: Place | None, outward: int) -> Place | None:
        """Where to look from: the page's own end or, if it is empty, its bound, included."""
        if bound is None:
            return None
        if self.interactions:
            end = self.interactions[index]
            return Place(end.occurred_at, end.id)
        return Place(bound.occurred_at, bound.id + outward)

    async def _any(self, load: Load, slice: Slice) -> bool:
        return bool(await _cut(load, self.scopes, self.filter, slice))


async def page(load: Load, scope: Scope, wish: Wish, window: Window, opaque: Opaque) -> Page:
    """One page of a history.

    Raises:
        BadUserInput: an argument is out of range, names the argument.
    """
    slice = _slice(window, opaque)
    filter = checked(wish)
    _check_bounded(filter, scope)
    scopes, filter = _spread(scope, filter)
    found = await _cut(load, scopes, filter, slice)
    more = len(found) == slice.limit
    if more:
        found = found[1:] if slice.backward else found[:-1]
    return Page(found, scopes, filter, slice, more)


def narrowed(scope: Scope, wish: Wish, caller: Caller) -> tuple[Scope, Wish]:
    """A history and a wish held to what the caller may see: of a user, its own interactions.

    They are read as the user's own history, whatever others did to a post: how long that takes
    tells nothing about them.

    Raises:
        Forbidden: another user is named.
    """
    if caller.alias is None:
        return scope, wish
    named = {*(wish.user_aliases or ()), *((scope.key,) if scope.owner == "user" else ())}
    if any(caller.is_barred_from(alias) for alias in named):
        raise Forbidden("a user's token reads its own interactions alone")
    if scope.owner == "post":
        posts = [scope.key]
        if wish.post_ids is not None:
            posts = [post_id for post_id in posts if post_id in wish.post_ids]
        wish = replace(wish, post_ids=posts)
    if wish.user_aliases is not None and not wish.user_aliases:
        return scope, wish  # nobody's
    return Scope("user", caller.alias), replace(wish, user_aliases=None)


def checked(wish: Wish) -> Filter:
    """The filter behind a client's wish.

    Raises:
        BadUserInput: it is malformed.
    """
    if wish is ANY:
        return _EVERY
    if wish.since is not None and wish.until is not None and wish.since > wish.until:
        raise BadUserInput("filter.since", "lies after `until`; allowed is an instant up to it")
    return Filter(
        actions=_actions(wish),
        user_aliases=_each("filter.userAliases", wish.user_aliases, checked_alias),
        post_ids=_each("filter.postIds", wish.post_ids, partial(check_text, limit=ID_LENGTH)),
        sources=_each("filter.sources", wish.sources, partial(check_fits, limit=SOURCE_LENGTH)),
        recommended=wish.recommended,
        since=wish.since,
        until=wish.until,
    )


def _check_bounded(filter: Filter, scope: Scope) -> None:
    """Refuse what would read everybody's history for a few rows of it."""
    narrowing = (filter.user_aliases, filter.post_ids, filter.since)
    if scope != EVERYONE or any(value is not None for value in narrowing):
        return
    for name, value in (("sources", filter.sources), ("recommended", filter.recommended)):
        if value is not None:
            message = "allowed over all interactions only with userAliases, postIds or since"
            raise BadUserInput(f"filter.{name}", message)


def check_size(argument: str, size: int, limit: int = IDS_LIMIT) -> None:
    """Refuse a list that is longer than allowed."""
    if size > limit:
        raise BadUserInput(argument, f"got {size} items; allowed are at most {limit}")


def _each(
    argument: str, values: Sequence[str] | None, check: Callable[[str], str]
) -> tuple[str, ...] | None:
    if values is None:
        return None
    check_size(argument, len(values))
    try:
        return tuple(sorted({check(value) for value in values}))
    except BadId as bad:
        raise BadUserInput(argument, bad.message) from None


def _actions(wish: Wish) -> tuple[int, ...] | None:
    """The actions that pass; families and target kinds are properties of actions."""
    if (wish.actions, wish.families, wish.target_kinds) == (None, None, None):
        return None
    return tuple(
        action.code
        for action in ACTIONS.values()
        if (wish.actions is None or action.type in wish.actions)
        and (wish.families is None or action.family in wish.families)
        and (wish.target_kinds is None or action.target_kind in wish.target_kinds)
    )


def _slice(window: Window, opaque: Opaque) -> Slice:
    """The stretch to read: one more than the page, to know whether more follows."""
    if window.first is not None and window.last is not None:
        raise BadUserInput("last", "got `first` as well; allowed is one of the two")
    for name, size in (("first", window.first), ("last", window.last)):
        if size is not None and not 1 <= size <= PAGE_LIMIT:
            raise BadUserInput(name, f"got {size}; allowed are 1 to {PAGE_LIMIT}")
    if window.ends_at > COUNT_LIMIT:
        message = f"ends at row {window.ends_at}; allowed are pages up to row {COUNT_LIMIT}"
        raise BadUserInput("page", message)
    return Slice(
        window.size + 1,
        _place("after", window.after, opaque),
        _place("before", window.before, opaque),
        window.last is not None,
        window.skip,
    )


def _place(argument: str, cursor: str | None, opaque: Opaque) -> Place | None:
    if cursor is None:
        return None
    position = opaque.position(cursor)
    if position is None:
        message = f"got {shown(cursor)}; allowed is a cursor that the server gave out"
        raise BadUserInput(argument, message)
    return Place(*position)


def cursor(row: StoredInteraction, opaque: Opaque) -> str:
    """The cursor of an interaction's edge."""
    return opaque.cursor(Position(row.occurred_at, row.id))


def _spread(scope: Scope, filter: Filter) -> tuple[tuple[Scope, ...], Filter]:
    """The histories to merge: a filter by users or posts over all is a few histories of theirs."""
    if scope == EVERYONE and filter.user_aliases is not None:
        scopes = tuple(Scope("user", alias) for alias in filter.user_aliases)
        return scopes, replace(filter, user_aliases=None)
    if scope == EVERYONE and filter.post_ids is not None:
        scopes = tuple(Scope("post", post_id) for post_id in filter.post_ids)
        return scopes, replace(filter, post_ids=None)
    return (scope,), filter


async def _cut(
    load: Load, scopes: tuple[Scope, ...], filter: Filter, slice: Slice
) -> Sequence[StoredInteraction]:
    """The slice of the merged histories, newest first."""
    if not scopes or filter.passes_nothing:
        return []
    pages = await load(scopes, filter, slice)
    if len(pages) == 1:
        return pages[0]
    found = [row for page in pages for row in page]
    found.sort(key=lambda row: (row.occurred_at, row.id), reverse=True)
    return found[-slice.limit :] if slice.backward else found[: slice.limit]
