"""What the older clients say in their own words: names of actions, and contexts of any shape.

Their REST requests and the dumps of their databases are read by the same rules.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from models.records import StoredInteraction
from models.vocabulary import ACTIONS, ActionType
from resolvers.errors import shown
from resolvers.intake import Context

_SPELLINGS = {
    "favourite": ActionType.FAVORITE,
    "favourited": ActionType.FAVORITE,
    "favorited": ActionType.FAVORITE,
    "like": ActionType.FAVORITE,
    "liked": ActionType.FAVORITE,
    "bookmarked": ActionType.BOOKMARK,
    "reblogged": ActionType.REBLOG,
}
_UNDOING = re.compile(r"(?:undo_|un_?)(?=[a-z])")
_TEXTS = ("source", "recommendation_id", "content_type", "author_id")
_NAMED = (*_TEXTS, "recommended", "hashtags")
_STORED = {
    "recommendationId": "recommendation_id",
    "contentType": "content_type",
    "authorId": "author_id",
    "hashtags": "hashtags",
}

NAMES = tuple(action.lower() for action in ActionType)
SPELLINGS = tuple(_SPELLINGS)
"""Further spellings, as the older documents list them."""
UNDOING_NAMES = tuple(
    f"un{name}"
    for name in (*NAMES, *SPELLINGS)
    if ACTIONS[_SPELLINGS.get(name) or ActionType(name.upper())].is_state
)


class Deed(NamedTuple):
    """An action, and whether it is taken back."""

    action: ActionType
    undo: bool = False

    @property
    def name(self) -> str:
        """The name that the older clients are answered with."""
        return f"un{self.action.lower()}" if self.undo else self.action.lower()


def deed(name: str) -> Deed:
    """What a name stands for: `favorite`, also as `favourited`, or `unfavorite`, its undo.

    Raises:
        ValueError: nothing that is known; says what is.
    """
    said = name.strip().lower().replace("-", "_")
    action = _action(said)
    if action is not None:
        return Deed(action)
    undone = _action(_UNDOING.sub("", said, count=1)) if _UNDOING.match(said) else None
    if undone is None:
        known = ", ".join(NAMES)
        raise ValueError(f"got {shown(name)}; allowed are {known}; and un… to take a state back")
    return Deed(undone, undo=True)


def _action(name: str) -> ActionType | None:
    return _SPELLINGS.get(name) or (ActionType(name.upper()) if name in NAMES else None)


class BadContext(ValueError):
    """A context has a field of another type; which one, and what is allowed."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def context_of(given: Mapping[str, Any]) -> Context:
    """A context as the older clients send it; what has no field of its own becomes metadata.

    Raises:
        BadContext: a field is of another type.
    """
    for name in _TEXTS:
        if not isinstance(given.get(name), str | None):
            raise BadContext(name, "allowed is a text")
    if not isinstance(given.get("recommended"), bool | None):
        raise BadContext("recommended", "allowed are true and false")
    hashtags = given.get("hashtags")
    if not isinstance(hashtags, list | None) or any(not isinstance(x, str) for x in hashtags or ()):
        raise BadContext("hashtags", "allowed is a list of texts")
    rest = {name: value for name, value in given.items() if name not in _NAMED}
    return Context(
        **{name: given.get(name) for name in _TEXTS},
        recommended=bool(given.get("recommended")),
        hashtags=hashtags,
        metadata=rest or None,
    )


def context_shown(row: StoredInteraction) -> dict[str, Any]:
    """An interaction's context as it was sent, but for a `recommended` of false; {} without one."""
    kept: dict[str, Any] = orjson.loads(row.context) if row.context else {}
    named: dict[str, Any] = {} if row.source is None else {"source": row.source}
    if row.recommended:
        named["recommended"] = True
    named |= {name: kept[inner] for inner, name in _STORED.items() if inner in kept}
    metadata = kept.get("metadata", {})
    return {**(metadata if isinstance(metadata, dict) else {"metadata": metadata}), **named}


def metadata_of(row: StoredInteraction) -> Any:
    """An interaction's metadata as it was sent; {} without any."""
    return orjson.loads(row.context).get("metadata", {}) if row.context else {}
