"""Upgrading: what older versions stored, in the form in which this one stores it.

Older versions kept authors' ids as they were given, and hashtags that are one now as several. The
oldest counted no preferences.
"""

from collections.abc import Sequence
from typing import Any

import orjson

from models.database.database import Database
from models.database.process_locks import process_lock
from models.database.rewriting import Forms, is_rewritten, rewrite_step
from resolvers.identity import Identity
from resolvers.recording.facets import facets_of
from resolvers.scoring.facet_parts import Recorded, code_of
from resolvers.targets import BadId, hashtag, profile_alias


async def upgrade(database: Database, identity: Identity) -> None:
    """Rewrite what is in an older form, or what is left of it; one process at a time does."""
    async with process_lock(database, "migrate"):
        if await is_rewritten(database):
            return
        forms = forms_of(identity)
        while await rewrite_step(database, forms):
            pass


def forms_of(identity: Identity) -> Forms:
    """What is made of stored values, under the secret that the database was filled with."""
    return Forms(lambda text: hashtag(text) or text, lambda text: _context(text, identity), _part)


def _context(text: str, identity: Identity) -> str:
    kept: dict[str, Any] = orjson.loads(text)
    new = dict(kept)
    if "authorId" in kept:
        author = new.pop("authorId")
        _put(new, "authorAlias", _alias(author, identity))
        _put(new, "metadata", _without_author(kept.get("metadata"), author))
    if "hashtags" in kept:
        tags = dict.fromkeys(filter(None, map(hashtag, kept["hashtags"])))
        _put(new, "hashtags", list(tags) or None)
    return text if new == kept else orjson.dumps(new).decode()


def _part(interactions: Sequence[Sequence[Any]]) -> bytes:
    """What interactions say of what their user prefers."""
    recorded = Recorded()
    for action, at, source, context in interactions:
        if facets := facets_of(source, context):
            recorded.add(code_of(action), 1, at, facets)
    return recorded.packed()


def _put(context: dict[str, Any], name: str, value: Any) -> None:
    """Set what a context says under a name; None is nothing."""
    context[name] = value
    if value is None:
        del context[name]


def _alias(author: str, identity: Identity) -> str | None:
    try:
        return profile_alias(author, identity)
    except BadId:  # older versions took any text, which is then no user
        return None


def _without_author(metadata: Any, author: str) -> Any:
    """Metadata without the number of an author, which was kept to be given back as a number."""
    if isinstance(metadata, dict) and str(metadata.get("author_id")) == author:
        return {name: value for name, value in metadata.items() if name != "author_id"} or None
    return metadata
