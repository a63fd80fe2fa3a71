"""Filters as clients send them: checked, and held to what the caller may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial

from models.reading.filters import EVERYTHING, Filter
from models.reading.history import EVERYONE, HistoryOwner
from models.records import Micros
from models.vocabulary import (
    ACTIONS,
    ID_LENGTH,
    SOURCE_LENGTH,
    ActionFamily,
    ActionType,
    TargetKind,
)
from resolvers.caller import Caller
from resolvers.errors import BadUserInput, Forbidden
from resolvers.targets import BadId, check_fits, check_text, checked_alias

IDS_LIMIT = 100


@dataclass(frozen=True, slots=True)
class FilterInput:
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


ANY = FilterInput()


def restricted_to(
    owner: HistoryOwner, filter_input: FilterInput, caller: Caller
) -> tuple[HistoryOwner, FilterInput]:
    """A history and a filter held to what the caller may see: of a user, its own interactions.

    They are read as the user's own history, whatever others did to a post: how long that takes
    tells nothing about them.

    Raises:
        Forbidden: another user is named.
    """
    if caller.alias is None:
        return owner, filter_input
    named = {*(filter_input.user_aliases or ()), *((owner.id,) if owner.kind == "user" else ())}
    if any(caller.is_barred_from(alias) for alias in named):
        raise Forbidden("a user's token reads its own interactions alone")
    if owner.kind == "post":
        posts = [owner.id]
        if filter_input.post_ids is not None:
            posts = [post_id for post_id in posts if post_id in filter_input.post_ids]
        filter_input = replace(filter_input, post_ids=posts)
    if filter_input.user_aliases is not None and not filter_input.user_aliases:
        return owner, filter_input  # nobody's
    return HistoryOwner("user", caller.alias), replace(filter_input, user_aliases=None)


def validated_filter(filter_input: FilterInput) -> Filter:
    """The filter behind a client's input.

    Raises:
        BadUserInput: it is malformed.
    """
    if filter_input is ANY:
        return EVERYTHING
    since, until = filter_input.since, filter_input.until
    if since is not None and until is not None and since > until:
        raise BadUserInput("filter.since", "lies after `until`; allowed is an instant up to it")
    check_id = partial(check_text, limit=ID_LENGTH)
    check_source = partial(check_fits, limit=SOURCE_LENGTH)
    return Filter(
        actions=_actions(filter_input),
        user_aliases=_each("filter.userAliases", filter_input.user_aliases, checked_alias),
        post_ids=_each("filter.postIds", filter_input.post_ids, check_id),
        sources=_each("filter.sources", filter_input.sources, check_source),
        recommended=filter_input.recommended,
        since=since,
        until=until,
    )


def check_bounded(filter: Filter, owner: HistoryOwner) -> None:
    """Refuse what would read everybody's history for a few rows of it.

    Raises:
        BadUserInput: a filter that no index serves is all that narrows it.
    """
    if filter is EVERYTHING:
        return
    narrowing = (filter.user_aliases, filter.post_ids, filter.since)
    if owner != EVERYONE or any(value is not None for value in narrowing):
        return
    for name, value in (("sources", filter.sources), ("recommended", filter.recommended)):
        if value is not None:
            message = "allowed over all interactions only with userAliases, postIds or since"
            raise BadUserInput(f"filter.{name}", message)


def check_size(argument: str, size: int, limit: int = IDS_LIMIT) -> None:
    """Refuse a list that is longer than allowed.

    Raises:
        BadUserInput: it is; names the argument.
    """
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


def _actions(filter_input: FilterInput) -> tuple[int, ...] | None:
    """The actions that pass; families and target kinds are properties of actions."""
    actions, families, kinds = (
        filter_input.actions,
        filter_input.families,
        filter_input.target_kinds,
    )
    if actions is None and families is None and kinds is None:
        return None
    return tuple(
        action.code
        for action in ACTIONS.values()
        if (actions is None or action.type in actions)
        and (families is None or action.family in families)
        and (kinds is None or action.target_kind in kinds)
    )
