"""Describing posts: what a site says about them, checked, and stored for good."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, NamedTuple, TypeVar

from models.records import Changes, Known, Micros, Wanted
from models.signal_records import StoredPost
from models.vocabulary import CONTENT_TYPE_LENGTH, ID_LENGTH, TargetKind, subject_kind
from resolvers.errors import BadUserInput, InputError, InputErrorCode, Unreadable
from resolvers.identity import Identity
from resolvers.recording.contexts import checked_author, checked_hashtags
from resolvers.recording.lanes.lane_writers import AnyWriter
from resolvers.signals.descriptions import find_anew
from resolvers.targets import BadId, check_fits, check_text

POSTS_LIMIT = 100
PLACES = 30
PLACE_KINDS = (TargetKind.GROUP, TargetKind.COMMUNITY)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Given(Generic[T]):
    """A field that an input gives a value; null takes away what is there."""

    value: T | None


@dataclass(slots=True)
class DescribeRequest:
    """What a client says about a post, unchecked; a field that is None is left as it is.

    Ids and the instant may be `Unreadable`, whatever their types say.
    """

    post_id: str
    author_id: Given[str] | None = None
    author_alias: Given[str] | None = None
    content_type: Given[str] | None = None
    hashtags: Given[list[str]] | None = None
    places: Given[Sequence[tuple[TargetKind, str]]] | None = None
    created_at: Given[Micros] | None = None
    deleted: Given[bool] | None = None


@dataclass(frozen=True, slots=True)
class Described:
    """The posts whose descriptions are stored, in order, and why others were not.

    The first part of an error's path is the index of its input.
    """

    post_ids: list[str]
    errors: tuple[InputError, ...] = ()


async def describe(
    requests: Sequence[DescribeRequest], writer: AnyWriter, identity: Identity, now: Micros
) -> Described:
    """Store what is said about at most 100 posts, in one transaction, as if one after another.

    A request that is wrong anywhere changes nothing, and stops no other.

    Raises:
        BadUserInput: there are more.
        Overloaded, OutcomeUnknown: the database did not store them, or may not have.
    """
    if len(requests) > POSTS_LIMIT:
        raise BadUserInput("inputs", f"got {len(requests)}; allowed are at most {POSTS_LIMIT}")
    errors: list[InputError] = []
    edits = []
    for position, request in enumerate(requests):
        wrong: list[InputError] = []
        edit = _edit(request, identity, wrong)
        if wrong:
            errors += (replace(each, field=(str(position), *each.field)) for each in wrong)
        else:
            edits.append(edit)
    post_ids = [edit.post_id for edit in edits]
    if edits:
        await writer.transact(Wanted(posts=set(post_ids)), lambda known: _judged(edits, known, now))
    return Described(post_ids, tuple(errors))


class _Edit(NamedTuple):
    """The columns of a post's row that change."""

    post_id: str
    columns: dict[str, Any]


def _edit(request: DescribeRequest, identity: Identity, errors: list[InputError]) -> _Edit:
    """What a request changes; what is wrong is added to `errors`."""
    try:
        check_text(request.post_id, ID_LENGTH)
    except BadId as bad:
        errors.append(bad.at("postId"))
    columns: dict[str, Any] = {}
    if request.author_id is not None or request.author_alias is not None:
        columns["author_alias"] = checked_author(_Author.of(request), identity, errors)
    if request.content_type is not None:
        columns["content_type"] = _content_type(request.content_type.value, errors)
    if request.hashtags is not None:
        tags = checked_hashtags(request.hashtags.value or (), errors)
        columns["hashtags"] = _json(tags)
    if request.places is not None:
        columns["places"] = _json(_places(request.places.value or (), errors))
    if request.created_at is not None:
        at = columns["created_at"] = request.created_at.value
        if isinstance(at, Unreadable):
            errors.append(InputError(InputErrorCode.INVALID, ("createdAt",), at))
    if request.deleted is not None:
        columns["deleted"] = bool(request.deleted.value)
    return _Edit(request.post_id, columns)


class _Author(NamedTuple):
    author_id: str | None
    author_alias: str | None

    @classmethod
    def of(cls, request: DescribeRequest) -> "_Author":
        id, alias = request.author_id, request.author_alias
        return cls(None if id is None else id.value, None if alias is None else alias.value)


def _content_type(text: str | None, errors: list[InputError]) -> str | None:
    try:
        return None if text is None else check_fits(text, CONTENT_TYPE_LENGTH)
    except BadId as bad:
        errors.append(bad.at("contentType"))
        return None


def _places(
    places: Sequence[tuple[TargetKind, str]], errors: list[InputError]
) -> list[tuple[int, str]]:
    """Groups and communities as pairs of a subject kind and an id, each once."""
    if len(places) > PLACES:
        message = f"got {len(places)} places; allowed are at most {PLACES}"
        errors.append(InputError(InputErrorCode.TOO_MANY, ("places",), message))
        return []
    found: dict[tuple[int, str], None] = {}
    for position, (kind, id) in enumerate(places):
        path = ("places", str(position))
        if kind not in PLACE_KINDS:
            message = f"got a {kind}; a post stands in a GROUP or a COMMUNITY"
            errors.append(InputError(InputErrorCode.WRONG_TARGET, (*path, "kind"), message))
            continue
        try:
            found[int(subject_kind(kind)), check_text(id, ID_LENGTH)] = None
        except BadId as bad:
            errors.append(bad.at(*path, "id"))
    return list(found)


def _json(items: Sequence[Any]) -> str | None:
    return json.dumps(items, ensure_ascii=False, separators=(",", ":")) if items else None


def _judged(edits: Sequence[_Edit], known: Known, now: Micros) -> tuple[Changes, None]:
    """The rows as they are after all edits, with the facets that are made of them."""
    changes = Changes(known.last_number)
    for post_id, columns in edits:
        before = changes.posts.get(post_id) or known.posts.get(post_id)
        row = before or StoredPost(post_id, *_NOTHING, deleted=False, described_at=now)
        changes.posts[post_id] = replace(row, **columns)
    for post_id, row in [*changes.posts.items()]:
        if row == known.posts.get(post_id):
            del changes.posts[post_id]
            continue
        find_anew(changes, post_id, row)
    return changes, None


_NOTHING = (None,) * 5
