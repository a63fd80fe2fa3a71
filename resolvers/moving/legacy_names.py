"""What the older clients say in their own words: names of actions, and contexts of any shape.

Their REST requests and the dumps of their databases are read by the same rules.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import orjson

from models.vocabulary import ACTIONS, ActionType
from resolvers.errors import shown
from resolvers.recording.contexts import RecordContext

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
_AUTHOR = ("author_id", "author_alias")
_GRAPHQL_AUTHOR = {"authorId": "author_id", "authorAlias": "author_alias"}
_IDS = ("recommendation_id", "author_id")
_TEXTS = ("source", "content_type", "recommendation_id", *_AUTHOR)
_STORED = {
    "recommendationId": "recommendation_id",
    "contentType": "content_type",
    "authorAlias": "author_alias",
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


class ActionRequest(NamedTuple):
    """An action, and whether it is taken back."""

    action: ActionType
    undo: bool = False

    @property
    def name(self) -> str:
        """The name that the older clients are answered with."""
        return f"un{self.action.lower()}" if self.undo else self.action.lower()


def action_request(name: str) -> ActionRequest:
    """What a name stands for: `favorite`, also as `favourited`, or `unfavorite`, its undo.

    Raises:
        ValueError: nothing that is known; says what is.
    """
    said = name.strip().lower().replace("-", "_")
    action = _action(said)
    if action is not None:
        return ActionRequest(action)
    undone = _action(_UNDOING.sub("", said, count=1)) if _UNDOING.match(said) else None
    if undone is None:
        known = ", ".join(NAMES)
        raise ValueError(f"got {shown(name)}; allowed are {known}; and un… to take a state back")
    return ActionRequest(undone, undo=True)


def _action(name: str) -> ActionType | None:
    return _SPELLINGS.get(name) or (ActionType(name.upper()) if name in NAMES else None)


def context_of(given: Mapping[str, Any]) -> RecordContext:
    """A context as the older clients send it.

    What has no field of its own becomes metadata, and so does what its field would not give back:
    a value of another type, null, a `recommended` of false, an empty list. But an author is a user,
    of whom nothing is kept but the alias: what may be an id of any type does not become metadata,
    and GraphQL's names of the author are understood as well.
    """
    given = _authored(given)
    named = {name: _fitting(name, value) for name, value in given.items()}
    understood: dict[str, Any] = {name: value for name, value in named.items() if value is not None}
    rest = {
        name: value
        for name, value in given.items()
        if understood.get(name, ...) != value and not (name in _AUTHOR and _may_name(value))
    }
    return RecordContext(**understood, metadata=rest or None)


def _authored(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """A context with its author under the older clients' names; their own names come first."""
    if given.keys().isdisjoint(_GRAPHQL_AUTHOR):
        return given
    others = {name: value for name, value in given.items() if name not in _GRAPHQL_AUTHOR}
    for name, older in _GRAPHQL_AUTHOR.items():
        value = given.get(name, ...)
        if value is not ...:
            others.setdefault(older if _may_name(value) else name, value)
    return others


def _fitting(name: str, value: Any) -> Any:
    """A value as the field of its name has it, ids as texts; None where it has none."""
    if name == "recommended":
        return value if value is True else None
    if name == "hashtags":
        is_texts = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return value if value and is_texts else None
    if name in _IDS and type(value) is int:
        return str(value)
    if name in _AUTHOR and value == "":
        return None
    return value if name in _TEXTS and isinstance(value, str) else None


def _may_name(value: Any) -> bool:
    """Whether a value may hold a user's id."""
    return value is not None and not isinstance(value, bool)


class HasContext(Protocol):
    """An interaction's row, as far as its context is concerned."""

    @property
    def source(self) -> str | None: ...

    @property
    def recommended(self) -> bool: ...

    @property
    def context(self) -> str | None: ...


def context_shown(row: HasContext) -> dict[str, Any]:
    """An interaction's context as it was sent; {} without one."""
    kept: dict[str, Any] = orjson.loads(row.context) if row.context else {}
    named: dict[str, Any] = {} if row.source is None else {"source": row.source}
    if row.recommended:
        named["recommended"] = True
    named |= {name: kept[inner] for inner, name in _STORED.items() if inner in kept}
    metadata = kept.get("metadata", {})
    if not isinstance(metadata, dict):
        return {"metadata": metadata, **named}
    numbers = {name for name in _IDS if type(metadata.get(name)) is int}
    texts = {
        name: value
        for name, value in named.items()
        if name not in numbers or value != str(metadata[name])
    }
    return {**metadata, **texts}


def metadata_of(row: HasContext) -> Any:
    """An interaction's metadata as it was sent; {} without any."""
    return orjson.loads(row.context).get("metadata", {}) if row.context else {}
