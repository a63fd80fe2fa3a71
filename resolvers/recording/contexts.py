"""What comes with an interaction: checked, and made the JSON that is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson

from models.signal_records import OUTCOME_CODES
from models.vocabulary import CONTENT_TYPE_LENGTH, ID_LENGTH, SOURCE_LENGTH, Action
from resolvers.errors import InputError, InputErrorCode
from resolvers.identity import Identity
from resolvers.targets import BadId, check_fits, checked_alias, hashtag, profile_alias

HASHTAGS = 30
HASHTAG_LENGTH = 100
METADATA_BYTES = 4 * 1024
METADATA_DEPTH = 32


@dataclass(slots=True)
class RecordContext:
    """What came with an interaction: where it happened, and how its post looked."""

    source: str | None = None
    recommended: bool = False
    recommendation_id: str | None = None
    content_type: str | None = None
    hashtags: Sequence[str] | None = None
    author_id: str | None = None
    metadata: Any = None
    author_alias: str | None = None


NO_CONTEXT = RecordContext()


def stored_context(
    context: RecordContext, identity: Identity, errors: list[InputError]
) -> str | None:
    """The context as the JSON that is stored, without what has columns of its own."""
    if context is NO_CONTEXT:
        return None
    texts = (
        ("source", context.source, SOURCE_LENGTH),
        ("recommendationId", context.recommendation_id, ID_LENGTH),
        ("contentType", context.content_type, CONTENT_TYPE_LENGTH),
    )
    for name, text, limit in texts:
        if text is not None:
            try:
                check_fits(text, limit)
            except BadId as bad:
                errors.append(bad.at("context", name))
    stored: dict[str, Any] = {
        "recommendationId": context.recommendation_id,
        "contentType": context.content_type,
        "hashtags": checked_hashtags(context.hashtags or (), errors, "context") or None,
        "authorAlias": checked_author(context, identity, errors, "context"),
    }
    stored = {name: value for name, value in stored.items() if value is not None}
    if context.metadata is not None:
        _check_metadata(context.metadata, errors)
        stored["metadata"] = context.metadata
    return orjson.dumps(stored).decode() if stored and not errors else None


def variant_of(context: RecordContext, action: Action) -> str | None:
    """The part of the recommendation's id before its first colon.

    None without an id, and for an action that outcomes do not count.
    """
    recommendation_id = context.recommendation_id
    if recommendation_id is None or action.code not in OUTCOME_CODES:
        return None
    return recommendation_id.partition(":")[0]


def checked_hashtags(hashtags: Sequence[str], errors: list[InputError], *path: str) -> list[str]:
    """The hashtags in their one form, each once, without those of which nothing is left.

    What is wrong is added to `errors`, under the path of what they are a field of.
    """
    if len(hashtags) > HASHTAGS:
        message = f"got {len(hashtags)} hashtags; allowed are at most {HASHTAGS}"
        errors.append(InputError(InputErrorCode.TOO_MANY, (*path, "hashtags"), message))
        return []
    found: dict[str, None] = {}
    for position, text in enumerate(hashtags):
        try:
            tag = hashtag(check_fits(text, HASHTAG_LENGTH))
            found[check_fits(tag, HASHTAG_LENGTH)] = None
        except BadId as bad:
            errors.append(bad.at(*path, "hashtags", str(position)))
    return [tag for tag in found if tag]


class AuthorReference(Protocol):
    """An input that may name an author, by raw id or by alias."""

    @property
    def author_id(self) -> str | None: ...
    @property
    def author_alias(self) -> str | None: ...


def checked_author(
    named: AuthorReference, identity: Identity, errors: list[InputError], *path: str
) -> str | None:
    """The alias of an author, who is a user: the id is never stored.

    What is wrong is added to `errors`, under the path of what it is a field of.
    """
    if named.author_id is not None and named.author_alias is not None:
        message = "got authorId as well; allowed is one of the two"
        errors.append(InputError(InputErrorCode.INVALID, (*path, "authorAlias"), message))
        return None
    field = "authorId" if named.author_id is not None else "authorAlias"
    try:
        if named.author_id is not None:
            return profile_alias(named.author_id, identity)
        return None if named.author_alias is None else checked_alias(named.author_alias)
    except BadId as bad:
        errors.append(bad.at(*path, field))
        return None


def _check_metadata(metadata: Any, errors: list[InputError]) -> None:
    field = ("context", "metadata")
    try:
        encoded = orjson.dumps(metadata)
    except (TypeError, ValueError):
        encoded = b"null"
    if _is_deeper(metadata, METADATA_DEPTH):
        message = f"got JSON more than {METADATA_DEPTH} levels deep; that many are allowed"
        errors.append(InputError(InputErrorCode.INVALID, field, message))
        return
    if orjson.loads(encoded) != metadata:  # infinities and NaN would become null
        message = (
            "got a number beyond 64 bits, or half of a character; "
            "allowed is JSON with 64-bit numbers and well-formed text"
        )
        errors.append(InputError(InputErrorCode.INVALID, field, message))
        return
    if len(encoded) > METADATA_BYTES:
        message = f"got {len(encoded)} bytes encoded; allowed are at most {METADATA_BYTES}"
        errors.append(InputError(InputErrorCode.TOO_LONG, field, message))


def _is_deeper(value: Any, levels: int) -> bool:
    inner = value.values() if isinstance(value, dict) else value
    if not isinstance(value, dict | list):
        return False
    return levels == 0 or any(_is_deeper(each, levels - 1) for each in inner)
