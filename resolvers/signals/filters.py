"""Filters of posts as clients send them: checked, and held against descriptions."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from models.reading.signals.post_filters import ALL_POSTS, PostFilter
from models.records import Micros
from models.vocabulary import CONTENT_TYPE_LENGTH, ID_LENGTH, FacetKind, TargetKind, subject_kind
from resolvers.errors import BadUserInput
from resolvers.identity import Identity
from resolvers.recording.contexts import HASHTAG_LENGTH
from resolvers.signals.describing import PLACE_KINDS
from resolvers.signals.descriptions import PostDescription, facets_of, place_value
from resolvers.targets import BadId, check_fits, check_text, checked_alias, hashtag, profile_alias

VALUES_LIMIT = 100
"""Values in a list of a filter."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PostFilterInput:
    """A filter as a client sent it; None takes all."""

    hashtags: Sequence[str] | None = None
    content_types: Sequence[str] | None = None
    author_ids: Sequence[str] | None = None
    author_aliases: Sequence[str] | None = None
    places: Sequence[tuple[TargetKind, str]] | None = None
    created_since: Micros | None = None


def validated_filter(given: PostFilterInput | None, identity: Identity) -> PostFilter:
    """The filter behind a client's input.

    Authors that are named by ids and by aliases are those that are named by both.

    Raises:
        BadUserInput: it is malformed; names the list.
    """
    if given is None:
        return ALL_POSTS
    check_author = partial(profile_alias, identity=identity)
    check_type = partial(check_fits, limit=CONTENT_TYPE_LENGTH)
    lists = {
        FacetKind.HASHTAG: _each("hashtags", given.hashtags, _tag),
        FacetKind.CONTENT_TYPE: _each("contentTypes", given.content_types, check_type),
        FacetKind.AUTHOR: _both(
            _each("authorIds", given.author_ids, check_author),
            _each("authorAliases", given.author_aliases, checked_alias),
        ),
        FacetKind.PLACE: _each("places", given.places, _place),
    }
    facets = {kind: tuple(sorted(each)) for kind, each in lists.items() if each is not None}
    return PostFilter(facets, given.created_since)


def passes(filter: PostFilter, description: PostDescription | None) -> bool:
    """Whether a filter takes a post of which this is known; as the conditions of SQL do."""
    if description is None:
        return filter.passes_everything
    if description.deleted:
        return False
    carried = set(facets_of(description))
    if any(
        carried.isdisjoint((kind, value) for value in values)
        for kind, values in filter.facets.items()
    ):
        return False
    since, at = filter.created_since, description.created_at
    return since is None or (at is not None and at >= since)


def _each(name: str, values: Sequence[T] | None, check: Callable[[T], str]) -> set[str] | None:
    """The values of a list in their one form."""
    if values is None:
        return None
    argument = f"filter.{name}"
    if len(values) > VALUES_LIMIT:
        message = f"got {len(values)} items; allowed are at most {VALUES_LIMIT}"
        raise BadUserInput(argument, message)
    try:
        return set(map(check, values))
    except BadId as bad:
        raise BadUserInput(argument, bad.message) from None


def _both(first: set[str] | None, second: set[str] | None) -> Iterable[str] | None:
    if first is None or second is None:
        return second if first is None else first
    return first & second


def _tag(text: str) -> str:
    return hashtag(check_fits(text, HASHTAG_LENGTH))


def _place(place: tuple[TargetKind, str]) -> str:
    kind, id = place
    if kind not in PLACE_KINDS:
        message = f"got a {kind}; a post stands in a GROUP or a COMMUNITY"
        raise BadUserInput("filter.places", message)
    return place_value(subject_kind(kind), check_text(id, ID_LENGTH))
